// The page from src/suite/page, style and script included, with {{results}} where the data go. The build embeds it.
#pragma once
#include <string_view>

namespace k210::suite {

std::string_view page_template();

}  // namespace k210::suite
