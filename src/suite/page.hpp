// Results as one HTML page with all that it shows in it: consoles, steps, pictures and what differs in them.
#pragma once
#include <filesystem>
#include <string>

#include "suite/results.hpp"

namespace k210::suite {

// `artifacts`: what the results' folders are in. A picture that cannot be read is left out.
std::string page(const Results& results, const std::filesystem::path& artifacts);

}  // namespace k210::suite
