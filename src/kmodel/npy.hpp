// NumPy's .npy files of bytes (u1) and floats (f4), C order: how tensors come in and go out.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html [doc]
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kmodel/tensor.hpp"

namespace k210::kmodel {

bool is_npy(std::span<const std::uint8_t> bytes);

struct NpyArray {
    Element element = Element::u8;
    std::vector<std::uint32_t> shape;  // as the file has it; empty: a single number
    std::span<const std::uint8_t> bytes;
};
// `name` is the file's, for complaints; the array's bytes stay in `file`. Throws InputError.
NpyArray read_npy(std::string_view name, std::span<const std::uint8_t> file);

std::vector<std::uint8_t> write_npy(const Tensor& tensor);  // always four dimensions

}  // namespace k210::kmodel
