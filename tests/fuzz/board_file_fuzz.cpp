// Board files: each is refused, or describes a board.
#include <cstdint>
#include <string_view>

#include "k210/base/error.hpp"
#include "k210/board/board.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        k210::parse_board({reinterpret_cast<const char*>(bytes), size}, "fuzzed", "fuzzed.toml");
    } catch (const k210::InputError&) {}
    return 0;
}
