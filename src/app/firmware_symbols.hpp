// The names that firmware brings with it.
#pragma once
#include "app/run_options.hpp"
#include "k210/loader/symbols.hpp"

namespace k210::app {

// Those of --symbols, or of firmware that is an ELF file; empty where it is none, or names nothing. Throws InputError
// when a file cannot be read, or --symbols is none with names.
SymbolTable symbols_of(const RunOptions& options);

}  // namespace k210::app
