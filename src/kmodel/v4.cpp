#include "kmodel/v4.hpp"

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> make_kmodel_v4(std::string_view name, std::vector<std::uint8_t>) {
    throw InputError(fmt::format("{}: version 4 kmodels are not read yet", name));
}

}  // namespace k210::kmodel
