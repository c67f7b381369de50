#include <cstddef>
#include <cstdint>
#include <span>

#include "k210/base/error.hpp"
#include "k210/loader/symbols.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const k210::SymbolTable symbols(std::span(data, size), "fuzz");
        for (const std::uint64_t address : {0x0ull, 0x4000'0000ull, 0x8000'0000ull, 0x8000'0010ull, ~0ull}) {
            symbols.code_at(address);
            symbols.data_at(address);
        }
    } catch (const k210::InputError&) {}
    return 0;
}
