// Files that commands make, which overwrite none unless asked to.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace k210::app {

// Throws InputError where something is already, unless `force` allows to overwrite it; writing also does where a run
// has it.
void check_new_file(const std::filesystem::path& path, bool force);
void write_new_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes, bool force);

// Where there is none yet, with those above it. Throws InputError.
void make_folder(const std::filesystem::path& folder);

// Throws InputError unless it is as large as some board's flash.
void check_flash_image(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace k210::app
