// PGM and PPM in bytes (P5, P6): https://netpbm.sourceforge.net/doc/ppm.html [doc]
#include <cstddef>

#include "host/picture_decoders.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kLargestSide = 1'000'000'000, kLargestSample = 65535;

class PnmReader {
public:
    explicit PnmReader(std::span<const std::uint8_t> file) : file_(file) {}

    Picture decode(const WantsPixels& wants_pixels) {
        const std::size_t channels = file_[1] == '6' ? 3 : 1;
        const std::uint64_t width = number(kLargestSide), height = number(kLargestSide),
                            largest = number(kLargestSample);
        if (width == 0 || height == 0 || largest == 0) throw PictureError("it has no pixels");
        if (!wants_pixels(width, height)) return {};
        ++at_;  // one blank behind the header
        const std::size_t sample_bytes = largest > 255 ? 2 : 1;
        if (width * height * channels * sample_bytes > file_.size() - at_) throw PictureError("it is cut off");
        Picture picture(static_cast<unsigned>(width), static_cast<unsigned>(height));
        for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
            for (std::size_t c = 0; c < 3; ++c)
                picture.rgb[i + c] = c < channels ? sample(sample_bytes, largest) : picture.rgb[i];
        return picture;
    }

private:
    // In decimal, after blanks and comments, and with something behind it.
    std::uint64_t number(std::uint64_t most) {
        while (is_blank(next()) || next() == '#')
            if (file_[at_++] == '#')
                while (next() != '\n' && next() != '\r') ++at_;
        if (!is_digit(next())) throw PictureError("its header has no number where one belongs");
        std::uint64_t value = 0;
        for (; is_digit(next()); ++at_) {
            value = value * 10 + (next() - '0');
            if (value > most) throw PictureError("a number in its header is too large");
        }
        return value;
    }
    std::uint8_t next() const {
        if (at_ >= file_.size()) throw PictureError("it is cut off");
        return file_[at_];
    }
    static bool is_blank(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
    static bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

    std::uint8_t sample(std::size_t bytes, std::uint64_t largest) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | file_[at_++];
        return static_cast<std::uint8_t>((std::min(value, largest) * 255 + largest / 2) / largest);
    }

    std::span<const std::uint8_t> file_;
    std::size_t at_ = 2;
};

}  // namespace

Picture decode_pnm(std::span<const std::uint8_t> file, const WantsPixels& wants_pixels) {
    return PnmReader(file).decode(wants_pixels);
}

}  // namespace k210
