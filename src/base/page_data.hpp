// Data in HTML pages that are one file.
#pragma once
#include <string>
#include <string_view>

namespace k210 {

// The page with `json`, which is ASCII, where `mark` stands in it, in a <script>.
std::string page_with(std::string_view page, std::string_view mark, std::string_view json);

}  // namespace k210
