// The page from src/profile/page, style and script included, with {{profile}} where the data go. The build embeds it.
#pragma once
#include <string_view>

namespace k210::profile {

std::string_view page_template();

}  // namespace k210::profile
