#include "kmodel/tensor.hpp"

#include <fmt/format.h>

namespace k210::kmodel {

std::string_view to_string(Element e) {
    return e == Element::f32 ? "f32" : "u8";
}

std::string to_string(const Shape& shape) {
    const std::string map = fmt::format("{}x{}x{}", shape.channels(), shape.height(), shape.width());
    return shape.batch() == 1 ? map : fmt::format("{}x{}", shape.batch(), map);
}

}  // namespace k210::kmodel
