// What goes into a model, comes out of it, and passes between its layers.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace k210::kmodel {

enum class Element : std::uint8_t { u8, f32 };
constexpr std::size_t size_bytes(Element e) {
    return e == Element::f32 ? 4 : 1;
}
std::string_view to_string(Element e);  // "u8", "f32"

// Batch, channels, height, width, in the runtime's own order: the last one runs fastest.
struct Shape {
    std::array<std::uint32_t, 4> dims{1, 1, 1, 1};
    std::uint64_t count() const {
        std::uint64_t n = 1;
        for (const std::uint32_t d : dims) n *= d;
        return n;
    }
    std::uint32_t batch() const { return dims[0]; }
    std::uint32_t channels() const { return dims[1]; }
    std::uint32_t height() const { return dims[2]; }
    std::uint32_t width() const { return dims[3]; }
    bool operator==(const Shape&) const = default;
};
std::string to_string(const Shape& shape);  // "3x240x320": channels, height, width; a batch of one is left out

struct Tensor {
    Element element = Element::u8;
    Shape shape;
    std::vector<std::uint8_t> bytes;  // shape.count() elements, little-endian
};

}  // namespace k210::kmodel
