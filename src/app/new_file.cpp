#include "app/new_file.hpp"

#include <bit>

#include <fmt/format.h>

#include "base/file_access.hpp"
#include "k210/base/file.hpp"
#include "k210/base/kept_file.hpp"
#include "k210/loader/flash_image.hpp"

namespace k210::app {

void check_new_file(const std::filesystem::path& path, bool force) {
    const OutputPlace place = find_output(path);
    if (place.existing && place.replaceable() && !force) fail_on(path, "exists; --force overwrites it");
}

void write_new_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes, bool force) {
    check_new_file(path, force);
    if (!find_output(path).replaceable()) return write_file_atomically(path, bytes);
    KeptFile file(path);
    if (file.exists()) check_new_file(path, force);  // made meanwhile
    file.replace(bytes);
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) fail_on(folder, error.message());
}

void check_flash_image(std::span<const std::uint8_t> bytes, const std::string& name) {
    constexpr std::size_t kLeastBytes = 1 << 20;
    if (!std::has_single_bit(bytes.size()) || bytes.size() < kLeastBytes || bytes.size() > kMaxFlashBytes)
        fail_on(name,
                fmt::format("has {} bytes: neither a package nor a whole flash of 1, 2, 4, 8 or 16 MiB", bytes.size()));
}

}  // namespace k210::app
