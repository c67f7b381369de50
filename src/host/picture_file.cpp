#include "k210/host/picture_file.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <stb_image.h>
#include <stb_image_write.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "host/cut_off.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

constexpr int kChannels = 3;
// Far more than any camera; less than what a forged header could ask for.
constexpr int kMaxPixels = 64 << 20;
static_assert(kMaxFileBytes <= std::numeric_limits<int>::max());  // stb counts in int

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view why) {
    throw InputError(fmt::format("{}: {}", path.string(), why));
}

std::string_view stb_reason() {
    const char* reason = stbi_failure_reason();
    return reason ? reason : "unknown format";
}

void check_size(const std::filesystem::path& path, int width, int height) {
    if (width < 1 || height < 1) fail(path, "has no pixels");
    if (width > kMaxPixels / height) fail(path, fmt::format("is too large: {} x {} pixels", width, height));
}

[[noreturn]] void fail_as_no_picture(const std::filesystem::path& path) {
    fail(path, fmt::format("is not a picture that can be read ({})", stb_reason()));
}

// How stb reads the beginning of an open file, without waiting for anything.
constexpr stbi_io_callbacks kFileReader = {
    .read =
        [](void* file, char* data, int size) {
            const ssize_t got = ::read(static_cast<FileDescriptor*>(file)->get(), data, static_cast<std::size_t>(size));
            return static_cast<int>(std::max<ssize_t>(got, 0));
        },
    .skip = [](void* file, int bytes) { ::lseek(static_cast<FileDescriptor*>(file)->get(), bytes, SEEK_CUR); },
    .eof =
        [](void* file) {
            char next;
            const int fd = static_cast<FileDescriptor*>(file)->get();
            const ssize_t got = ::read(fd, &next, 1);
            if (got == 1) ::lseek(fd, -1, SEEK_CUR);
            return int{got != 1};
        },
};

struct FreePixels {
    void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

void append(void* to, void* data, int size) {
    auto& bytes = *static_cast<std::vector<std::uint8_t>*>(to);
    const auto* begin = static_cast<const std::uint8_t*>(data);
    bytes.insert(bytes.end(), begin, begin + size);
}

}  // namespace

Picture load_picture(const std::filesystem::path& path) {
    return decode_picture(read_file(path), path);
}

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::filesystem::path& path) {
    if (bytes.empty()) fail(path, "is empty");
    int width = 0, height = 0, channels = 0;
    if (!stbi_info_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels))
        fail_as_no_picture(path);
    check_size(path, width, height);
    if (is_cut_off(bytes)) fail(path, "cannot be decoded (it is cut off)");
    const std::unique_ptr<stbi_uc, FreePixels> pixels(
        stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels, kChannels));
    if (!pixels) fail(path, fmt::format("cannot be decoded ({})", stb_reason()));
    Picture picture(static_cast<unsigned>(width), static_cast<unsigned>(height));
    picture.rgb.assign(pixels.get(), pixels.get() + picture.rgb.size());
    return picture;
}

void check_picture(const std::filesystem::path& path) {
    FileDescriptor file = open_input(path);
    int width = 0, height = 0, channels = 0;
    if (!stbi_info_from_callbacks(&kFileReader, &file, &width, &height, &channels)) fail_as_no_picture(path);
    check_size(path, width, height);
}

std::vector<std::uint8_t> encode_png(const Picture& picture) {
    assert(!picture.empty());
    std::vector<std::uint8_t> bytes;
    const auto width = static_cast<int>(picture.width);
    [[maybe_unused]] const int done = stbi_write_png_to_func(append, &bytes, width, static_cast<int>(picture.height),
                                                             kChannels, picture.rgb.data(), width * kChannels);
    assert(done);
    return bytes;
}

void save_png(const std::filesystem::path& path, const Picture& picture) {
    write_file_atomically(path, encode_png(picture));
}

}  // namespace k210
