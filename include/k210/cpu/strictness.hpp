// What becomes of a misaligned load or store. The chip's harts cannot do one: they trap, and firmware may emulate it.
#pragma once
#include <cstdint>
#include <string_view>

namespace k210 {

enum class Strictness : std::uint8_t {
    off,   // it is carried out
    warn,  // it is carried out, told and counted, where trap would trap
    trap,  // it traps, if the registers at the beginning of its translated block tell its address
};

constexpr std::string_view to_string(Strictness strictness) {
    constexpr std::string_view kNames[] = {"off", "warn", "trap"};
    return kNames[static_cast<std::size_t>(strictness)];
}

}  // namespace k210
