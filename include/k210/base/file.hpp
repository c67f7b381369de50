// Whole files, in and out. Every failure is an InputError of one line: "path: why".
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace k210 {

// Nothing that the emulator reads is anywhere near this; a larger file is a mistake.
inline constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::size_t max_bytes = kMaxFileBytes);

// Throws what write_file_atomically() would, as far as can be told without writing: before hours of work are lost to
// it.
void check_writable(const std::filesystem::path& path);

// The file holds either what it held before or all of `bytes`, whatever happens in between. Writes through symbolic
// links, and straight to what is not a regular file (/dev/stdout).
void write_file_atomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

}  // namespace k210
