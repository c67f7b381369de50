// flash-list.json, the table of contents of a kfpkg package.
//
// { "version": "0.1.0", "files": [ { "address": 0, "bin": "program.bin", "sha256Prefix": true }, ... ] }
// Flashing tools take more than JSON, and packages rely on it: bare hexadecimal numbers ([sdk] kflash.py@5783d8d:1390),
// comments, commas before a closing bracket. "reverse4Bytes" turns the bytes of each 32-bit word around
// (kflash.net's FlashPackage.cs); an incomplete last word is filled with zeros [assumed].
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

inline constexpr std::string_view kFlashListName = "flash-list.json";

struct FlashListEntry {
    std::uint32_t address = 0;
    std::string file;
    bool sha256_prefix = false;
    bool reverse_4_bytes = false;
};

// More than any package has; what there is no room for in a flash is told when it is placed.
inline constexpr std::size_t kMostFlashListEntries = 1024;

// InputErrors begin with `where`.
std::vector<FlashListEntry> parse_flash_list(std::string_view text, const std::string& where);

// The text of a list, as every tool reads it.
std::string write_flash_list(std::span<const FlashListEntry> entries);

}  // namespace k210
