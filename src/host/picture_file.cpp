#include "k210/host/picture_file.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <png.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "host/picture_decoders.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

using namespace std::string_view_literals;

// Far more than any camera; less than what a forged header could ask for.
constexpr std::uint64_t kMaxPixels = 64 << 20;
// What nearly every file says its size in.
constexpr std::size_t kBeginningBytes = 1 << 20;

struct Format {
    std::string_view beginning;
    PictureDecoder* decode;
};
constexpr std::array kFormats = std::to_array<Format>({
    {"\x89PNG"sv, decode_png},
    {"\xff\xd8\xff"sv, decode_jpeg},
    {"BM"sv, decode_bmp},
    {"P5"sv, decode_pnm},
    {"P6"sv, decode_pnm},
});

// Throws InputError when the picture is none, or larger than any that is read.
Picture decode(std::span<const std::uint8_t> bytes, const std::filesystem::path& path, bool only_the_size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const Format& format : kFormats) {
        if (!text.starts_with(format.beginning)) continue;
        return format.decode(bytes, [&](std::uint64_t width, std::uint64_t height) {
            if (width > kMaxPixels / height) fail_on(path, fmt::format("is too large: {} x {} pixels", width, height));
            return !only_the_size;
        });
    }
    fail_on(path, "is not a picture that can be read (PNG, JPEG, BMP, PPM or PGM)");
}

[[noreturn]] void fail_to_decode(const std::filesystem::path& path, std::string_view why) {
    fail_on(path, fmt::format("cannot be decoded ({})", why));
}

std::vector<std::uint8_t> beginning_of(const std::filesystem::path& path) {
    const FileDescriptor file = open_input(path);
    std::vector<std::uint8_t> bytes(kBeginningBytes);
    const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
    if (got < 0) fail_on(path, errno);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

}  // namespace

Picture load_picture(const std::filesystem::path& path) {
    return decode_picture(read_file(path), path);
}

Picture decode_picture(std::span<const std::uint8_t> bytes, const std::filesystem::path& path) {
    if (bytes.empty()) fail_on(path, "is empty");
    try {
        return decode(bytes, path, false);
    } catch (const PictureError& error) { fail_to_decode(path, error.what()); }
}

void check_picture(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> beginning = beginning_of(path);
    try {
        decode(beginning, path, true);
    } catch (const PictureError& error) {
        if (beginning.size() < kBeginningBytes) fail_to_decode(path, error.what());
        try {
            decode(read_file(path), path, true);
        } catch (const PictureError& whole) { fail_to_decode(path, whole.what()); }
    }
}

std::vector<std::uint8_t> encode_png(const Picture& picture) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = picture.width;
    image.height = picture.height;
    image.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(image));
    std::size_t size = bytes.size();
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr))
        throw std::runtime_error(fmt::format("PNG: {}", std::string_view(image.message)));
    bytes.resize(size);
    return bytes;
}

void save_png(const std::filesystem::path& path, const Picture& picture) {
    write_file_atomically(path, encode_png(picture));
}

}  // namespace k210
