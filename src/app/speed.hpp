// How fast the guest's clock is to go.
#pragma once
#include <string>
#include <string_view>

namespace k210::app {

// "max", "real", or a factor of the board's speed; throws InputError.
double parse_speed(std::string_view text);
std::string speed_name(double speed);  // the text of that

}  // namespace k210::app
