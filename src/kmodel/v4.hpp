// Version 4 kmodels, as nncase v0.2 writes them.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kmodel/kmodel.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> make_kmodel_v4(std::string_view name, std::vector<std::uint8_t> bytes);

}  // namespace k210::kmodel
