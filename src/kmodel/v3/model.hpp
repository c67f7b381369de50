// Version 3 kmodels, as nncase v0.1 writes them and the SDK's own runner runs them:
// standalone-sdk@02576ba lib/drivers/include/kpu.h:350-668, lib/drivers/kpu.c:1375-1700 [sdk].
//
//   header, outputs, types and sizes of the layers, bodies; a KPU layer's body points at words and parameters
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kmodel/kmodel.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> make_kmodel_v3(std::string_view name, std::vector<std::uint8_t> bytes);

}  // namespace k210::kmodel
