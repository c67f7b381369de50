// src/profile/known_functions.txt, as it is in the program.
#pragma once
#include <string_view>

namespace k210::profile {

std::string_view known_functions_table();

}  // namespace k210::profile
