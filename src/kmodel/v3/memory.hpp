// What a version 3 model works on: main memory, in which layers find floats and bytes at any address, and a KPU.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "kmodel/bare_kpu.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel::v3 {

// Little-endian floats, wherever they lie. Views may overlap: what is written shows at once, as on the device.
template <class Byte>
class FloatView {
public:
    explicit FloatView(std::span<Byte> bytes) : bytes_(bytes) {}
    std::size_t size() const { return bytes_.size() / 4; }
    float operator[](std::size_t i) const {
        std::uint32_t v = 0;
        for (std::size_t b = 0; b < 4; ++b) v |= std::uint32_t{bytes_[i * 4 + b]} << (8 * b);
        return std::bit_cast<float>(v);
    }
    void set(std::size_t i, float value) const {
        const auto v = std::bit_cast<std::uint32_t>(value);
        for (std::size_t b = 0; b < 4; ++b) bytes_[i * 4 + b] = static_cast<std::uint8_t>(v >> (8 * b));
    }

private:
    std::span<Byte> bytes_;
};
using Floats = FloatView<std::uint8_t>;
using ConstFloats = FloatView<const std::uint8_t>;

// Elements of main memory, where a layer was checked to find them.
template <Element E>
struct Range {
    std::uint32_t start = 0;
    std::size_t count = 0;
    std::size_t bytes() const { return count * size_bytes(E); }
};

struct State {
    std::span<const std::uint8_t> file;
    std::vector<std::uint8_t> memory;
    BareKpu kpu;
    std::vector<std::uint8_t> planar{};  // what the last KPU layer wrote

    template <Element E>
    std::span<std::uint8_t> bytes(const Range<E>& r) {
        return std::span(memory).subspan(r.start, r.bytes());
    }
    std::span<std::uint8_t> at(const Range<Element::u8>& r) { return bytes(r); }
    Floats at(const Range<Element::f32>& r) { return Floats(bytes(r)); }
    std::span<std::uint8_t> from(std::uint32_t start) { return std::span(memory).subspan(start); }
};

}  // namespace k210::kmodel::v3
