// Windows' and OS/2's bitmaps without compression: colours from a palette, or of 16, 24 or 32 bits.
// https://learn.microsoft.com/windows/win32/gdi/bitmap-structures [doc]
#include <array>
#include <bit>

#include "host/picture_decoders.hpp"

namespace k210 {
namespace {

enum Compression : std::uint32_t { kPlain = 0, kBitFields = 3 };
constexpr std::size_t kFileHeaderBytes = 14, kOldHeaderBytes = 12, kHeaderBytes = 40;

class BmpReader {
public:
    explicit BmpReader(std::span<const std::uint8_t> file) : file_(file) {}

    Picture decode(const WantsPixels& wants_pixels) {
        read_header();
        if (!wants_pixels(width_, height_)) return {};
        const std::uint64_t stride = (width_ * bits_ + 31) / 32 * 4;
        // The last row may go without its padding.
        need(std::uint64_t{pixels_at_} + stride * (height_ - 1) + (width_ * bits_ + 7) / 8);
        Picture picture(static_cast<unsigned>(width_), static_cast<unsigned>(height_));
        for (unsigned y = 0; y < picture.height; ++y) {
            const std::uint64_t row = from_top_ ? y : picture.height - 1 - y;
            const std::size_t at = pixels_at_ + static_cast<std::size_t>(row * stride);
            for (unsigned x = 0; x < picture.width; ++x) put(picture.at(x, y), at, x);
        }
        return picture;
    }

private:
    void need(std::uint64_t bytes) const {
        if (bytes > file_.size()) throw PictureError("it is cut off");
    }
    std::uint32_t number(std::size_t at, std::size_t bytes) const {
        need(at + bytes);
        std::uint32_t value = 0;
        for (std::size_t i = bytes; i-- > 0;) value = value << 8 | file_[at + i];
        return value;
    }

    void read_header() {
        pixels_at_ = number(10, 4);
        const std::uint32_t header_bytes = number(kFileHeaderBytes, 4);
        const bool old = header_bytes == kOldHeaderBytes;
        if (!old && header_bytes < kHeaderBytes) throw PictureError("its header is of no known kind");
        const std::size_t field = old ? 2 : 4, at = kFileHeaderBytes + 4;
        width_ = number(at, field);
        const std::uint32_t height = number(at + field, field);
        from_top_ = !old && height >> 31;
        height_ = from_top_ ? std::uint32_t{0} - height : height;
        bits_ = number(at + 2 * field + 2, 2);
        const std::uint32_t compression = old ? std::uint32_t{kPlain} : number(30, 4);
        if (compression != kPlain && compression != kBitFields) throw PictureError("its compression is not read");
        if (width_ == 0 || height_ == 0 || width_ >> 31) throw PictureError("it has no pixels");
        const std::size_t behind = kFileHeaderBytes + header_bytes;
        switch (bits_) {
            case 1:
            case 4:
            case 8: read_palette(behind, old, old ? 0 : number(46, 4)); break;
            case 16: masks_ = {0x7c00, 0x03e0, 0x001f}; break;
            case 24:
            case 32: masks_ = {0xff'0000, 0x00'ff00, 0x00'00ff}; break;
            default: throw PictureError("it has a number of colours that is not read");
        }
        // They follow the smallest header, and are part of larger ones.
        if (compression == kBitFields)
            for (std::size_t i = 0; i < masks_.size(); ++i)
                masks_[i] = number(kFileHeaderBytes + kHeaderBytes + 4 * i, 4);
    }

    void read_palette(std::size_t at, bool old, std::uint32_t colours) {
        const std::uint32_t all = 1u << bits_;
        if (colours == 0 || colours > all) colours = all;
        const std::size_t entry_bytes = old ? 3 : 4;
        for (std::size_t i = 0; i < colours; ++i)
            for (std::size_t c = 0; c < 3; ++c)
                palette_[i][2 - c] = static_cast<std::uint8_t>(number(at + i * entry_bytes + c, 1));
    }

    void put(std::uint8_t* rgb, std::size_t row_at, std::size_t x) const {
        if (bits_ <= 8) {
            const std::size_t bit = x * bits_;
            const unsigned index = file_[row_at + bit / 8] >> (8 - bits_ - bit % 8) & ((1u << bits_) - 1);
            for (std::size_t c = 0; c < 3; ++c) rgb[c] = palette_[index][c];
            return;
        }
        const std::uint32_t value = number(row_at + x * bits_ / 8, bits_ / 8);
        for (std::size_t c = 0; c < 3; ++c) rgb[c] = sample(value, masks_[c]);
    }
    static std::uint8_t sample(std::uint32_t value, std::uint32_t mask) {
        if (mask == 0) return 0;
        const int shift = std::countr_zero(mask);
        const std::uint64_t most = mask >> shift;
        return static_cast<std::uint8_t>((std::uint64_t{(value & mask) >> shift} * 255 + most / 2) / most);
    }

    std::span<const std::uint8_t> file_;
    std::uint32_t pixels_at_ = 0, bits_ = 0;
    std::uint64_t width_ = 0, height_ = 0;
    bool from_top_ = false;
    std::array<std::uint32_t, 3> masks_{};                    // of red, green and blue
    std::array<std::array<std::uint8_t, 3>, 256> palette_{};  // what is beyond its end is black
};

}  // namespace

Picture decode_bmp(std::span<const std::uint8_t> file, const WantsPixels& wants_pixels) {
    return BmpReader(file).decode(wants_pixels);
}

}  // namespace k210
