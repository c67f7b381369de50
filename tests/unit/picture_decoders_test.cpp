// Formats of pictures that are decoded here, bit by bit; the others by their libraries.
#include "host/picture_decoders.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_files.hpp"
#include "support/sample_pictures.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

bool wanted(std::uint64_t, std::uint64_t) {
    return true;
}

std::string refusal(PictureDecoder* decode, const Bytes& file) {
    try {
        decode(file, wanted);
    } catch (const PictureError& error) { return error.what(); }
    return {};
}

// --- PPM and PGM -----------------------------------------------------------------------------------------------------

std::vector<std::uint8_t> pnm(std::string_view text) {
    return decode_pnm(bytes_of(text), wanted).rgb;
}

TEST(PnmTest, HeadersMayHaveBlanksAndComments) {
    EXPECT_THAT(pnm("P5# a\n#b\r\t 2 # wide\n1\v255\nab"), ElementsAre('a', 'a', 'a', 'b', 'b', 'b'));
    EXPECT_THAT(pnm("P6 1 1 255 abc"), ElementsAre('a', 'b', 'c'));
}

TEST(PnmTest, PixelsFollowOneBlank) {
    EXPECT_THAT(pnm("P5 1 1 255\n\n"), ElementsAre('\n', '\n', '\n'));
}

TEST(PnmTest, SamplesAreScaledToEightBits) {
    EXPECT_THAT(pnm("P6 1 1 3 \0\1\3"sv), ElementsAre(0, 85, 255));
    EXPECT_THAT(pnm("P6 1 1 2 \1\2\7"sv), ElementsAre(128, 255, 255));  // rounded; no more than the largest
    EXPECT_THAT(pnm("P6 1 1 65535 \0\0\x80\0\xff\xff"sv), ElementsAre(0, 128, 255));
    EXPECT_THAT(pnm("P6 1 1 256 \0\1\0\x80\1\0"sv), ElementsAre(1, 128, 255));
}

TEST(PnmTest, WhatMakesNoSenseIsNamed) {
    const auto why = [](std::string_view text) { return refusal(decode_pnm, bytes_of(text)); };
    for (const char* header : {"P5 0 1 255 a", "P5 1 0 255 a", "P5 1 1 0 a"})
        EXPECT_EQ(why(header), "it has no pixels") << header;
    EXPECT_EQ(why("P5 1 x 255 a"), "its header has no number where one belongs");
    EXPECT_EQ(why("P5 1000000001 1 255 a"), "a number in its header is too large");
    EXPECT_EQ(why("P5 1 1 65536 a"), "a number in its header is too large");
    EXPECT_EQ(why("P5 1 1 65535 a"), "it is cut off");
    for (const char* part : {"P5", "P5 ", "P5 1", "P5 1 1 255", "P5 1 1 255 ", "P5 # 1 1 255 a"})
        EXPECT_EQ(why(part), "it is cut off") << part;
}

// --- BMP -------------------------------------------------------------------------------------------------------------

struct Bmp {
    std::uint32_t width = 2, height = 1, bits = 24, compression = 0, colours = 0;
    Bytes behind_header{};  // masks or palette
    Bytes pixels{};

    Bytes file() const {
        Bytes bytes = bytes_of("BM");
        const auto number = [&](std::uint64_t value, unsigned size) {
            for (; size > 0; --size, value >>= 8) bytes.push_back(static_cast<std::uint8_t>(value));
        };
        number(0, 8);
        number(static_cast<std::uint32_t>(54 + behind_header.size()), 4);
        number(40, 4);
        number(width, 4);
        number(height, 4);
        number(1, 2);
        number(bits, 2);
        number(compression, 4);
        number(0, 12);
        number(colours, 4);
        number(0, 4);
        bytes.insert(bytes.end(), behind_header.begin(), behind_header.end());
        bytes.insert(bytes.end(), pixels.begin(), pixels.end());
        return bytes;
    }
    std::vector<std::uint8_t> rgb() const { return decode_bmp(file(), wanted).rgb; }
};

TEST(BmpTest, RowsComeFromTheBottomUnlessTheHeightIsNegative) {
    Bmp bmp{.width = 1, .height = 2, .pixels = {3, 2, 1, 0, 6, 5, 4, 0}};
    EXPECT_THAT(bmp.rgb(), ElementsAre(4, 5, 6, 1, 2, 3));
    bmp.height = static_cast<std::uint32_t>(-2);
    EXPECT_THAT(bmp.rgb(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(BmpTest, EveryDepthIsRead) {
    const Bytes palette = {0, 0, 10, 0, 0, 20, 0, 0};  // red, green
    EXPECT_THAT((Bmp{.bits = 1, .colours = 2, .behind_header = palette, .pixels = {0x40, 0, 0, 0}}).rgb(),
                ElementsAre(10, 0, 0, 0, 20, 0));
    EXPECT_THAT((Bmp{.bits = 4, .colours = 2, .behind_header = palette, .pixels = {0x10, 0, 0, 0}}).rgb(),
                ElementsAre(0, 20, 0, 10, 0, 0));
    EXPECT_THAT((Bmp{.bits = 8, .colours = 2, .behind_header = palette, .pixels = {1, 2, 0, 0}}).rgb(),
                ElementsAre(0, 20, 0, 0, 0, 0));  // beyond the palette it is black
    EXPECT_THAT((Bmp{.bits = 16, .pixels = {0x00, 0x7c, 0x1f, 0x00}}).rgb(), ElementsAre(255, 0, 0, 0, 0, 255));
    EXPECT_THAT((Bmp{.bits = 32, .pixels = {3, 2, 1, 9, 6, 5, 4, 9}}).rgb(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(BmpTest, MasksSayWhereColoursLie) {
    const Bytes rgb565 = {0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0};
    EXPECT_THAT((Bmp{.bits = 16, .compression = 3, .behind_header = rgb565, .pixels = {0x00, 0xf8, 0xe0, 0x07}}).rgb(),
                ElementsAre(255, 0, 0, 0, 255, 0));
    const Bytes without_green = {0x00, 0xf8, 0, 0, 0, 0, 0, 0, 0x1f, 0, 0, 0};
    EXPECT_THAT((Bmp{.bits = 16, .compression = 3, .behind_header = without_green, .pixels = {0xff, 0xff, 0, 0}}).rgb(),
                ElementsAre(255, 0, 255, 0, 0, 0));
}

TEST(BmpTest, WhatIsNotReadIsNamed) {
    const auto why = [](const Bmp& bmp) { return refusal(decode_bmp, bmp.file()); };
    const Bytes pixels(8);
    EXPECT_EQ(why({.compression = 1, .pixels = pixels}), "its compression is not read");
    EXPECT_EQ(why({.bits = 2, .pixels = pixels}), "it has a number of colours that is not read");
    EXPECT_EQ(why({.width = 0, .pixels = pixels}), "it has no pixels");
    EXPECT_EQ(why({.height = 0, .pixels = pixels}), "it has no pixels");
    EXPECT_EQ(why({.width = 0x8000'0000, .pixels = pixels}), "it has no pixels");
    Bytes header = Bmp{.pixels = pixels}.file();
    header[14] = 39;
    EXPECT_EQ(refusal(decode_bmp, header), "its header is of no known kind");
}

TEST(BmpTest, OnlyTheLastRowsPaddingMayBeMissing) {
    EXPECT_EQ(refusal(decode_bmp, Bmp{.pixels = Bytes(6)}.file()), "");
    EXPECT_EQ(refusal(decode_bmp, Bmp{.pixels = Bytes(5)}.file()), "it is cut off");
}

// --- all of them -----------------------------------------------------------------------------------------------------

TEST(PictureDecodersTest, NoPixelsAreDecodedUnlessTheyAreWanted) {
    for (const SamplePicture& sample : kSamplePictures) {
        const std::string_view name = sample.name;
        PictureDecoder* const decode = name.ends_with("png")   ? decode_png
                                       : name.ends_with("jpg") ? decode_jpeg
                                       : name.ends_with("bmp") ? decode_bmp
                                                               : decode_pnm;
        std::uint64_t pixels = 0;
        const Picture picture = decode(sample.bytes(), [&](std::uint64_t width, std::uint64_t height) {
            pixels = width * height;
            return false;
        });
        EXPECT_TRUE(picture.empty()) << name;
        EXPECT_EQ(pixels, 45u) << name;
    }
}

}  // namespace
}  // namespace k210
