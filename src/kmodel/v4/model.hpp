// Version 4 kmodels, as nncase v0.2 writes them and its runtime on the device runs them: nncase v0.2.0-beta4
// src/runtime, src/common/include/runtime [sdk].
//
//   header, inputs and their shapes, outputs, constants, opcodes and sizes of the layers, bodies
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kmodel/kmodel.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> make_kmodel_v4(std::string_view name, std::vector<std::uint8_t> bytes);

}  // namespace k210::kmodel
