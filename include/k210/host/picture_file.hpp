// Pictures as files. Every failure is an InputError of one line: "path: why".
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "k210/host/picture.hpp"

namespace k210 {

// PNG, JPEG, BMP, PPM or PGM; transparency is ignored. The same bytes always become the same picture, damaged ones too;
// a file that is cut off is refused.
Picture load_picture(const std::filesystem::path& path);
Picture decode_picture(std::span<const std::uint8_t> bytes, const std::filesystem::path& path);  // a file's contents

// Reads only the header: throws unless the file is a picture of a size that load_picture() takes.
void check_picture(const std::filesystem::path& path);

// The same picture always becomes the same bytes.
std::vector<std::uint8_t> encode_png(const Picture& picture);
void save_png(const std::filesystem::path& path, const Picture& picture);  // the file is whole or untouched

}  // namespace k210
