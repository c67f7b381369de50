// Dates as people write them: 2024-02-29 23:59:58.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace k210 {

std::string date_text(std::chrono::sys_seconds date);
// Throws InputError when it is none.
std::chrono::sys_seconds parse_date(std::string_view text);

}  // namespace k210
