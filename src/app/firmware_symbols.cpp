#include "app/firmware_symbols.hpp"

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/elf.hpp"

namespace k210::app {

SymbolTable symbols_of(const RunOptions& options) {
    if (options.symbols) return {read_file(*options.symbols), options.symbols->string()};
    if (!options.firmware) return {};
    const auto bytes = read_file(*options.firmware);
    try {
        if (is_elf(bytes)) return {bytes, options.firmware->string()};
    } catch (const InputError&) {  // nobody asked for them
    }
    return {};
}

}  // namespace k210::app
