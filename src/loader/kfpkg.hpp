// kfpkg: a zip archive of files for the flash, and a list of where each goes.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "k210/loader/flash_image.hpp"

namespace k210 {

bool is_zip(std::span<const std::uint8_t> bytes);
bool is_kfpkg(std::span<const std::uint8_t> bytes);  // a zip archive with a list

// Places every listed member. No member is unpacked further than the flash is large.
void place_kfpkg(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash);

}  // namespace k210
