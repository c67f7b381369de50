// Data in HTML pages that are one file. They have one frame, src/base/page.
#pragma once
#include <string>
#include <string_view>

namespace k210 {

// The page with `json`, which is ASCII, where the frame has its {{data}}.
std::string page_with(std::string_view page, std::string_view json);

}  // namespace k210
