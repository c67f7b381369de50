// The page of src/base/page and src/profile/page, with {{data}} where these go. The build embeds it.
#pragma once
#include <string_view>

namespace k210::profile {

std::string_view page_template();

}  // namespace k210::profile
