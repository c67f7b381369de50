// The demo's model: from the numbers that train_digits.py has found (digits.json; quantise.py says what they mean) to
// a kmodel. KPU layers, then on the CPU: bytes to floats, the mean over all places, softmax.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace k210::kmodel {

// `name` is the file's, for complaints: InputError.
std::vector<std::uint8_t> build_digits_model(std::string_view name, std::string_view json);

}  // namespace k210::kmodel
