// Names on cards as computers write them. mtools keeps a short name in lower case, like "init", as one in upper case
// with a bit that says how to show it. Other systems give it a long name, too, and some guests know no such bit:
// xv6-k210 and NPUcore find no "init" otherwise. So a file is copied as "Init", which mtools gives a long name, and the
// letter is made small again in that. Names whose letters stand alone, like "a.c", stay as mtools writes them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace k210::app {

// The name to copy a file or to make a folder as; the same when mtools gives it a long name anyway, or needs none.
std::string name_to_copy_as(const std::string& name);

// In the FAT32 file system that begins at that sector of an image: gives what was copied as that its own name. Paths
// are relative to its root, with the names that they are to have. Throws InputError when the image cannot be read or
// written.
void restore_names(const std::filesystem::path& image, std::uint64_t first_sector,
                   std::span<const std::filesystem::path> paths);

}  // namespace k210::app
