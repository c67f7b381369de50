// What Unicorn gets wrong, and docs/fidelity.md ("The engine") lists; tests expect it, so that they tell when it is
// right some day. What only its old versions get wrong is skipped there.
#pragma once
#include <string_view>

#include "isa/host_float.hpp"
#include "k210/cpu/hart.hpp"

namespace k210::isa::engine_fault {

// fmadd and its like: infinity times zero is invalid whatever is added, but it does not say so for a quiet NaN.
template <class T>
bool misses_invalid_product(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const T x = from_bits<T>(a), y = from_bits<T>(b);
    const bool invalid = (std::isinf(x) && y == 0) || (x == 0 && std::isinf(y));
    return invalid && is_nan<T>(c) && !is_signalling<T>(c);
}

// fmin and fmax of a signalling NaN: a NaN, not the other operand.
template <class T>
bool gives_nan_for_signalling(std::uint64_t a, std::uint64_t b) {
    return is_signalling<T>(a) || is_signalling<T>(b);
}

// A single's result leaves this in the register's upper half, not ones; fmv.w.x all of the integer register.
inline constexpr std::uint64_t kBox = 0;

// A register without a box is read as the single in its lower half, not as a NaN.
inline constexpr bool kReadsUnboxed = true;

// Whatever mstatus.FS says; every other floating-point instruction traps.
inline constexpr bool kRunsFsgnjDWhileFloatsAreOff = true;

// amomin.w, amomax.w and their unsigned forms.
inline bool compares_words_wrongly() {
    return cpu_engine_version().starts_with("Unicorn 2.0");
}

}  // namespace k210::isa::engine_fault
