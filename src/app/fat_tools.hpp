// FAT file systems in the images of cards, through mtools and dosfstools.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace k210::app {

// Runs a program with an environment of its own, so that neither time, zone nor language changes what it makes. Returns
// what it says. Throws InputError when there is none, or it fails, with the first line that it says.
std::string run_tool(const std::filesystem::path& about, std::vector<std::string> arguments);

// What mtools calls the file system that begins at that sector of an image.
std::string fat_in(const std::filesystem::path& image, std::uint64_t first_sector);

// Where an image's FAT file system begins: at its start, or where its partition table says. nullopt when there is none.
std::optional<std::uint64_t> find_fat(const std::filesystem::path& image);

}  // namespace k210::app
