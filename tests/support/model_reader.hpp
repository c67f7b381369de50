// Little-endian fields of a model file, one after the other.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "kpu/layer.hpp"

namespace k210 {

class ModelReader {
public:
    explicit ModelReader(std::span<const std::uint8_t> bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}

    std::uint32_t u32() {
        if (at_ + 4 > bytes_.size()) throw std::out_of_range("model ends early");
        std::uint32_t v = 0;
        for (std::size_t i = 0; i < 4; ++i) v |= std::uint32_t{bytes_[at_ + i]} << (8 * i);
        at_ += 4;
        return v;
    }
    float f32() { return std::bit_cast<float>(u32()); }
    KpuLayerWords layer_words() {
        KpuLayerWords words{};
        for (auto& word : words) {
            word = u32();
            word |= std::uint64_t{u32()} << 32;
        }
        return words;
    }
    void skip(std::size_t bytes) { at_ += bytes; }
    std::size_t at() const { return at_; }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_;
};

}  // namespace k210
