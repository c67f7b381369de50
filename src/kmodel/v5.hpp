// Version 5 kmodels, as nncase v1.x writes them: recognised and described, not run. The layers are programs for
// runtimes of their own. nncase v1.0.0 include/nncase/runtime/model.h, src/runtime/runtime_module.cpp,
// runtime_function.cpp [sdk].
//
//   model header, modules: module header, memory pools, functions: function header, inputs, outputs, program
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "kmodel/kmodel.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> make_kmodel_v5(std::string_view name, std::span<const std::uint8_t> bytes);

}  // namespace k210::kmodel
