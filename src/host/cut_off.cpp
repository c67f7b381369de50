#include "host/cut_off.hpp"

#include <cstddef>
#include <cstdlib>
#include <optional>

namespace k210 {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes[at + i];
    return value;
}

// The file header has 14 bytes, the one behind it 12 in OS/2's version and 40 or more in Windows'.
bool is_bmp_cut_off(Bytes bmp) {
    constexpr std::size_t kOffset = 10, kHeader = 14, kFields = 18, kSmallestHeader = 12;
    if (bmp.size() < kFields) return true;
    const std::uint32_t header_bytes = little_endian(bmp, kHeader, 4);
    if (bmp.size() - kHeader < header_bytes) return true;
    const bool small = header_bytes == kSmallestHeader;
    if (!small && header_bytes < 40) return false;  // no BMP: the decoder says so
    const std::size_t size = small ? 2 : 4;
    const std::uint64_t width = little_endian(bmp, kFields, size);
    const auto height = static_cast<std::int32_t>(little_endian(bmp, kFields + size, size));
    const std::uint64_t rows = height < 0 ? -std::int64_t{height} : height;  // below zero: from the top
    const std::uint32_t bits = little_endian(bmp, kFields + 2 * size + 2, 2);
    if (rows == 0) return false;
    const std::uint64_t stride = (width * bits + 31) / 32 * 4, last_row = (width * bits + 7) / 8;
    return little_endian(bmp, kOffset, 4) + stride * (rows - 1) + last_row > bmp.size();
}

// A header in text: letter, width, height and largest value, between them blanks and comments.
bool is_pnm_cut_off(Bytes pnm) {
    std::size_t at = 2;
    const auto number = [&]() -> std::optional<std::uint64_t> {
        const auto blank = [&] { return pnm[at] == ' ' || (pnm[at] >= '\t' && pnm[at] <= '\r'); };
        while (at < pnm.size() && (blank() || pnm[at] == '#')) {
            if (pnm[at] == '#')
                while (at < pnm.size() && pnm[at] != '\n' && pnm[at] != '\r') ++at;
            else
                ++at;
        }
        const std::size_t begin = at;
        std::uint64_t value = 0;
        for (; at < pnm.size() && pnm[at] >= '0' && pnm[at] <= '9' && at - begin < 9; ++at)
            value = value * 10 + (pnm[at] - '0');
        if (at == begin || at == pnm.size()) return {};
        return value;
    };
    const auto width = number(), height = number(), largest = number();
    if (!width || !height || !largest) return true;
    const std::uint64_t sample_bytes = *largest > 255 ? 2 : 1, channels = pnm[1] == '6' ? 3 : 1;
    return *width * *height * channels * sample_bytes > pnm.size() - at - 1;
}

// Blocks up to the end of the first picture.
bool is_gif_cut_off(Bytes gif) {
    constexpr std::size_t kHeaderBytes = 13, kPictureBytes = 10;
    constexpr std::uint8_t kExtension = 0x21, kPicture = 0x2c;
    const auto table_bytes = [](std::uint8_t flags) { return flags & 0x80 ? std::size_t{3} << ((flags & 7) + 1) : 0; };
    // Past sub-blocks, each with its size before it, the last of size 0; nullopt when they do not end.
    const auto end_of_blocks = [&](std::size_t at) -> std::optional<std::size_t> {
        while (at < gif.size()) {
            if (gif[at] == 0) return at + 1;
            at += gif[at] + std::size_t{1};
        }
        return {};
    };
    if (gif.size() < kHeaderBytes) return true;
    std::optional<std::size_t> at = kHeaderBytes + table_bytes(gif[10]);
    while (at && *at < gif.size()) {
        if (gif[*at] == kPicture) {
            if (gif.size() - *at < kPictureBytes) return true;
            return !end_of_blocks(*at + kPictureBytes + table_bytes(gif[*at + 9]) + 1);
        }
        if (gif[*at] != kExtension) return false;  // no picture: the decoder says so
        at = end_of_blocks(*at + 2);
    }
    return true;
}

}  // namespace

bool is_cut_off(Bytes picture) {
    if (picture.size() < 2) return true;
    switch (picture[0] << 8 | picture[1]) {
        case 'B' << 8 | 'M': return is_bmp_cut_off(picture);
        case 'G' << 8 | 'I': return is_gif_cut_off(picture);
        case 'P' << 8 | '5':
        case 'P' << 8 | '6': return is_pnm_cut_off(picture);
        default: return false;
    }
}

}  // namespace k210
