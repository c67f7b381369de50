// Small firmware files of our own making, in every format that the loader knows.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k210 {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text);
Bytes sample_program(std::size_t size_bytes);  // looks like code, the same every time

// A zip archive of (name, contents), compressed.
Bytes make_zip(const std::vector<std::pair<std::string, Bytes>>& members);

struct ElfSegment {
    std::uint64_t physical_address;
    Bytes contents;
    std::uint64_t memory_bytes;
};
Bytes make_elf(std::uint64_t entry, const std::vector<ElfSegment>& segments);

}  // namespace k210
