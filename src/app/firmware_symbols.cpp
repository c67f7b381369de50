#include "app/firmware_symbols.hpp"

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/elf.hpp"

namespace k210::app {

SymbolTable symbols_of(const std::optional<std::filesystem::path>& firmware) {
    if (!firmware) return {};
    const auto bytes = read_file(*firmware);
    try {
        if (is_elf(bytes)) return {bytes, firmware->string()};
    } catch (const InputError&) {  // nobody asked for them
    }
    return {};
}

}  // namespace k210::app
