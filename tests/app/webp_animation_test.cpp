// --video's format: what libwebp reads back is what was shown, when it was shown.
#include "app/webp_animation.hpp"

#include <memory>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/demux.h>

namespace k210::app {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

constexpr unsigned kWidth = 31, kHeight = 17;

SimTime ms(std::uint64_t count) {
    return SimTime{ps_from_us(1000) * count};
}

// A picture with one pixel of a colour of its own.
Picture dot(unsigned x, unsigned y, std::uint8_t red) {
    Picture picture(kWidth, kHeight);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        picture.rgb[i] = static_cast<std::uint8_t>((i * 2654435761u) >> 24);
    picture.at(x, y)[0] = red;
    return picture;
}

struct Shown {
    Picture picture;
    int until_ms;
};

// What a viewer shows.
std::vector<Shown> frames_of(const std::vector<std::uint8_t>& file) {
    const WebPData data{file.data(), file.size()};
    const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(WebPAnimDecoderNew(&data, nullptr),
                                                                                     &WebPAnimDecoderDelete);
    std::vector<Shown> frames;
    WebPAnimInfo info{};
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) return frames;
    while (WebPAnimDecoderHasMoreFrames(decoder.get())) {
        std::uint8_t* rgba = nullptr;
        int until_ms = 0;
        if (!WebPAnimDecoderGetNext(decoder.get(), &rgba, &until_ms)) break;
        Picture picture(info.canvas_width, info.canvas_height);
        for (std::size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = rgba[i / 3 * 4 + i % 3];
        frames.push_back({std::move(picture), until_ms});
    }
    return frames;
}

auto is(const Picture& picture, int until_ms) {
    return FieldsAre(testing::Field(&Picture::rgb, picture.rgb), until_ms);
}

TEST(WebpAnimationTest, ShowsEveryPictureUntilTheNextOne) {
    WebpAnimation video;
    video.show(dot(0, 0, 1), ms(0));
    video.show(dot(30, 16, 2), ms(40));
    video.show(dot(15, 7, 3), ms(1040));
    EXPECT_THAT(frames_of(video.finish(ms(1100))),
                ElementsAre(is(dot(0, 0, 1), 40), is(dot(30, 16, 2), 1040), is(dot(15, 7, 3), 1100)));
}

TEST(WebpAnimationTest, APictureThatStaysIsNotShownAnew) {
    WebpAnimation video;
    video.show(dot(0, 0, 1), ms(0));
    video.show(dot(1, 1, 1), ms(40));
    const std::size_t bytes = video.bytes();
    video.show(dot(1, 1, 1), ms(80));
    EXPECT_EQ(video.bytes(), bytes);
    EXPECT_THAT(frames_of(video.finish(ms(120))), ElementsAre(is(dot(0, 0, 1), 40), is(dot(1, 1, 1), 120)));
}

TEST(WebpAnimationTest, HoldsOnlyWhatHasChanged) {
    WebpAnimation video;
    video.show(dot(0, 0, 1), ms(0));
    const std::size_t first = video.bytes();
    Picture next = dot(0, 0, 1);
    next.at(20, 10)[2] ^= 255;
    video.show(next, ms(40));
    EXPECT_LT(video.bytes() - first, first / 2);
}

TEST(WebpAnimationTest, TimesOfPartsOfAMillisecondDoNotAddUp) {
    WebpAnimation video;
    for (unsigned i = 0; i < 10; ++i) video.show(dot(i, 0, 1), SimTime{ps_from_us(1600) * i});
    EXPECT_EQ(frames_of(video.finish(ms(16))).back().until_ms, 16);
}

TEST(WebpAnimationTest, OnePictureIsAStill) {
    WebpAnimation video;
    video.show(dot(3, 3, 3), ms(0));
    EXPECT_THAT(frames_of(video.finish(ms(500))),
                ElementsAre(FieldsAre(testing::Field(&Picture::rgb, dot(3, 3, 3).rgb), testing::_)));
}

TEST(WebpAnimationTest, TheSamePicturesAreTheSameBytes) {
    const auto make = [] {
        WebpAnimation video;
        for (unsigned i = 0; i < 8; ++i) video.show(dot(i, i, 9), ms(40 * i));
        return video.finish(ms(400));
    };
    EXPECT_EQ(make(), make());
}

TEST(WebpAnimationTest, NothingShownIsNothing) {
    EXPECT_THAT(WebpAnimation().finish(ms(10)), IsEmpty());
}

}  // namespace
}  // namespace k210::app
