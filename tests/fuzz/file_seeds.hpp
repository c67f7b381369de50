// Small valid files of the kinds that loader and host read.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "support/sample_files.hpp"

namespace k210 {

// Each with the target that begins with it.
std::vector<std::pair<std::string, Bytes>> file_seeds();

}  // namespace k210
