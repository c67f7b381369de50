#include "app/kmodel_output.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace k210::app {
namespace {

using kmodel::Element;
using kmodel::Shape;
using kmodel::Tensor;

constexpr std::size_t kShownWhole = 32, kShownTop = 5;

std::vector<float> values_of(const Tensor& tensor) {
    if (tensor.element == Element::u8) return {tensor.bytes.begin(), tensor.bytes.end()};
    std::vector<float> values(tensor.bytes.size() / 4);
    std::memcpy(values.data(), tensor.bytes.data(), values.size() * 4);
    return values;
}

// Of an element: its number where there is one dimension, else channel, row and column.
std::string position(const Shape& shape, std::size_t index) {
    if (std::ranges::count_if(shape.dims, [](std::uint32_t n) { return n != 1; }) <= 1)
        return fmt::format("[{}]", index);
    std::string text;
    for (std::size_t d = shape.dims.size(); d-- > 0;) {
        const std::size_t size = shape.dims[d];
        if (d > 0 || size > 1) text = fmt::format("{}{}{}", index % size, text.empty() ? "" : ", ", text);
        index /= size;
    }
    return fmt::format("[{}]", text);
}

}  // namespace

void print_output(std::size_t index, const Tensor& tensor) {
    const std::vector<float> values = values_of(tensor);
    fmt::print("output {}: {} {}", index, to_string(tensor.shape), to_string(tensor.element));
    if (values.size() <= kShownWhole) {
        for (std::size_t i = 0; i < values.size(); ++i) fmt::print("{}{:g}", i % 8 == 0 ? "\n    " : "  ", values[i]);
        fmt::print("\n");
    } else {
        const auto [least, most] = std::ranges::minmax(values);
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        fmt::print(", from {:g} to {:g}, mean {:g}\n", least, most, mean);
    }
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t top = std::min(kShownTop, order.size());
    // NaN sorts last, equal values by their place.
    const auto key = [&](std::size_t i) { return std::isnan(values[i]) ? -INFINITY : values[i]; };
    std::ranges::partial_sort(
        order, order.begin() + static_cast<std::ptrdiff_t>(top),
        [&](std::size_t a, std::size_t b) { return key(a) > key(b) || (key(a) == key(b) && a < b); });
    fmt::print("    largest:");
    for (std::size_t i = 0; i < top; ++i)
        fmt::print(" {} {:g}{}", position(tensor.shape, order[i]), values[order[i]], i + 1 < top ? "," : "\n");
}

}  // namespace k210::app
