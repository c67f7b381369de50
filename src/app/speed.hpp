// How fast the guest's clock is to go.
#pragma once
#include <string_view>

namespace k210::app {

// "max", "real", or a factor of the board's speed; throws InputError.
double parse_speed(std::string_view text);

}  // namespace k210::app
