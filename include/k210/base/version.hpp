// Which k210emu this is.
#pragma once
#include <string_view>

namespace k210 {

std::string_view version();  // "0.2.0"

}  // namespace k210
