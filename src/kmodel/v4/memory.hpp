// What a version 4 model computes in: constants from its file, main memory, and the KPU's AI RAM.
// nncase v0.2.0-beta4 src/common/include/datatypes.h, src/runtime/interpreter.cpp, runtime/k210/interpreter.cpp [sdk].
#pragma once
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "kmodel/bare_kpu.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel::v4 {

enum class MemoryKind : std::uint32_t { constants = 0, main = 1, ai_ram = 2 };

struct Range {
    MemoryKind memory = MemoryKind::main;
    Element element = Element::u8;
    std::uint32_t start = 0, size = 0;  // bytes
    std::size_t declared_at = 0;        // in the file, for complaints

    std::size_t count() const { return size / size_bytes(element); }
    std::uint32_t line() const { return start / kAiRamLineBytes; }
};

// Every Range given to it has been checked to lie inside, and floats outside AI RAM at multiples of four.
class Memory {
public:
    // Main memory and AI RAM start as zeros: on a device they hold what was there.
    Memory(std::span<const float> constants, std::size_t main_bytes, std::span<const std::uint8_t> file, BareKpu& kpu)
        : constants_(constants), main_((main_bytes + 3) / 4), file_(file), kpu_(kpu) {
        std::ranges::fill(kpu_.ai_ram(), std::uint8_t{0});
    }

    template <class T>
    std::span<const T> source(const Range& range) const {
        const auto* base = range.memory == MemoryKind::constants ? bytes_of(constants_.data())
                           : range.memory == MemoryKind::main    ? bytes_of(main_.data())
                                                                 : kpu_.ai_ram().data();
        return {reinterpret_cast<const T*>(base + range.start), range.size / sizeof(T)};
    }
    // Not of constants.
    template <class T>
    std::span<T> target(const Range& range) {
        auto* base =
            range.memory == MemoryKind::main ? reinterpret_cast<std::uint8_t*>(main_.data()) : kpu_.ai_ram().data();
        return {reinterpret_cast<T*>(base + range.start), range.size / sizeof(T)};
    }

    BareKpu& kpu() { return kpu_; }
    std::span<const std::uint8_t> file() const { return file_; }  // where the KPU fetches its parameters

private:
    static const std::uint8_t* bytes_of(const float* floats) { return reinterpret_cast<const std::uint8_t*>(floats); }

    std::span<const float> constants_;
    std::vector<float> main_;
    std::span<const std::uint8_t> file_;
    BareKpu& kpu_;
};

}  // namespace k210::kmodel::v4
