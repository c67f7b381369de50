// What came out of a model, in words.
#pragma once
#include <cstddef>

#include "kmodel/tensor.hpp"

namespace k210::app {

void print_output(std::size_t index, const kmodel::Tensor& tensor);

}  // namespace k210::app
