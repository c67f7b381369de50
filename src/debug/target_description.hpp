// What gdb is told of the harts' registers.
#pragma once
#include <string>

namespace k210::debug {

// XML; registers have the numbers of stop_points.hpp.
std::string target_description();

}  // namespace k210::debug
