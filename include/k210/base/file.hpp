// Whole files, in and out. Every failure is an InputError of one line: "path: why".
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace k210 {

// Nothing that the emulator reads is anywhere near this; a larger file is a mistake.
inline constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

// How long the writer at a pipe's other end may take for all of it.
inline constexpr std::chrono::milliseconds kPipePatience = std::chrono::minutes(1);

// Takes regular files and the pipes without a name that shells make: standard input (/dev/stdin), <(command). Folders,
// devices and named pipes are refused at once.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::size_t max_bytes = kMaxFileBytes,
                                    std::chrono::milliseconds patience = kPipePatience);

// Throws what write_file_atomically() would, as far as can be told without writing: before hours of work are lost to
// it.
void check_writable(const std::filesystem::path& path);

// The file holds either what it held before or all of `bytes`, whatever happens in between, a power failure included;
// what is already there keeps its permissions. Writes through symbolic links, also to where nothing is yet, and
// straight to what is not a regular file or is open already (/dev/stdout).
void write_file_atomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace k210
