// The names that firmware brings with it.
#pragma once
#include <filesystem>
#include <optional>

#include "k210/loader/symbols.hpp"

namespace k210::app {

// Empty where the firmware is no ELF file, or names nothing. Throws InputError when it cannot be read.
SymbolTable symbols_of(const std::optional<std::filesystem::path>& firmware);

}  // namespace k210::app
