// A picture as the host sees one.
#pragma once
#include <cstdint>
#include <vector>

namespace k210 {

struct Picture {
    unsigned width = 0, height = 0;
    std::vector<std::uint8_t> rgb;  // width * height * 3, rows from the top

    Picture() = default;
    Picture(unsigned w, unsigned h) : width(w), height(h), rgb(std::size_t{w} * h * 3) {}
    bool empty() const { return rgb.empty(); }
    const std::uint8_t* at(unsigned x, unsigned y) const { return &rgb[(std::size_t{y} * width + x) * 3]; }
    std::uint8_t* at(unsigned x, unsigned y) { return &rgb[(std::size_t{y} * width + x) * 3]; }
};

}  // namespace k210
