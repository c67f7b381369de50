// Data in HTML pages that are one file.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace k210 {

std::string base64(std::span<const std::uint8_t> bytes);

// The page with `json`, which is ASCII, where `mark` stands in it, in a <script>.
std::string page_with(std::string_view page, std::string_view mark, std::string_view json);

}  // namespace k210
