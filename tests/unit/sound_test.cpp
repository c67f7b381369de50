#include "k210/host/sound.hpp"

#include <cmath>
#include <complex>
#include <fstream>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/sound_file.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;

std::int32_t scaled(double value) {
    return static_cast<std::int32_t>(std::lround(value * 32'767)) * 0x1'0000;
}

// A tone left, and another an octave above it right.
Sound tones(std::uint32_t rate_hz, double tone_hz, double seconds) {
    Sound sound{.rate_hz = rate_hz};
    for (unsigned n = 0; n < seconds * rate_hz; ++n) {
        const double turns = tone_hz * n / rate_hz;
        sound.frames.push_back({scaled(0.5 * std::sin(2 * std::numbers::pi * turns)),
                                scaled(0.25 * std::sin(4 * std::numbers::pi * turns))});
    }
    return sound;
}

// Of full scale, how much of a tone is in there.
template <class Side>
double height(const std::vector<SoundFrame>& frames, Side side, double tone_hz, double rate_hz) {
    std::complex<double> sum = 0;
    for (std::size_t n = 0; n < frames.size(); ++n)
        sum += frames[n].*side / 2147483648.0 *
               std::polar(1.0, -2 * std::numbers::pi * tone_hz * static_cast<double>(n) / rate_hz);
    return 2 * std::abs(sum) / static_cast<double>(frames.size());
}

// `count` of them, at their times.
std::vector<SoundFrame> play(SoundPlayer& player, double rate_hz, std::size_t count, double from_s = 0) {
    std::vector<SoundFrame> frames;
    for (std::size_t n = 0; n < count; ++n)
        frames.push_back(player.frame(
            static_cast<std::uint64_t>((from_s + static_cast<double>(n) / rate_hz) * kPsPerSecond), rate_hz));
    return frames;
}

TEST(SoundPlayerTest, HandsFramesOnAtTheirOwnRateOrNearlyThat) {
    const auto sound = std::make_shared<const Sound>(tones(16'000, 440, 0.5));
    for (const double rate_hz : {16'000.0, 16'003.8, 15'930.0}) {
        SoundPlayer player(sound);
        EXPECT_EQ(play(player, rate_hz, sound->frames.size()), sound->frames) << rate_hz;
    }
}

TEST(SoundPlayerTest, SilenceFollowsUnlessTheSoundBeginsAgain) {
    Sound sound{.rate_hz = 8000, .frames = {{1, 2}, {3, 4}, {5, 6}}};
    SoundPlayer once(std::make_shared<const Sound>(sound));
    EXPECT_EQ(play(once, 8000, 5), (std::vector<SoundFrame>{{1, 2}, {3, 4}, {5, 6}, {}, {}}));
    sound.loops = true;
    SoundPlayer again(std::make_shared<const Sound>(sound));
    EXPECT_EQ(play(again, 8000, 5), (std::vector<SoundFrame>{{1, 2}, {3, 4}, {5, 6}, {1, 2}, {3, 4}}));
}

TEST(SoundPlayerTest, AnotherRateKeepsTonesAndTheirStrength) {
    const auto sound = std::make_shared<const Sound>(tones(44'100, 1000, 1));
    for (const double rate_hz : {8000.0, 16'000.0, 22'050.0, 96'000.0}) {
        SoundPlayer player(sound);
        const auto heard = play(player, rate_hz, static_cast<std::size_t>(rate_hz / 2), 0.25);
        EXPECT_NEAR(height(heard, &SoundFrame::left, 1000, rate_hz), 0.5, 0.005) << rate_hz;
        EXPECT_NEAR(height(heard, &SoundFrame::right, 2000, rate_hz), 0.25, 0.005) << rate_hz;
        EXPECT_LT(height(heard, &SoundFrame::left, 2000, rate_hz), 0.005) << rate_hz;
    }
}

TEST(SoundPlayerTest, WhatASlowRateCannotCarryIsNotHeard) {
    SoundPlayer player(std::make_shared<const Sound>(tones(44'100, 6000, 1)));
    EXPECT_LT(height(play(player, 8000, 4000, 0.25), &SoundFrame::left, 2000, 8000), 0.01);
}

TEST(SoundPlayerTest, RatesThatNothingTakesFindSomeFrame) {
    Sound sound{.rate_hz = 8000, .frames = {{7, 7}}, .loops = true};
    SoundPlayer player(std::make_shared<const Sound>(sound));
    for (const double rate_hz : {0.001, 1.0, 1e9}) EXPECT_EQ(player.frame(kPsPerSecond, rate_hz), (SoundFrame{7, 7}));
}

void play_into(SoundRecording& recording, const std::vector<SoundFrame>& frames, double rate_hz, double from_s) {
    for (std::size_t n = 0; n < frames.size(); ++n)
        recording.play(guest_time(from_s + static_cast<double>(n) / rate_hz), rate_hz, frames[n]);
}

TEST(SoundRecordingTest, HasWhatWasPlayedFrameByFrame) {
    const Sound sound = tones(16'000, 440, 0.25);
    SoundRecording recording;
    play_into(recording, sound.frames, 16'003.8, 1.2345);
    const Sound heard = recording.finish();
    EXPECT_EQ(heard.rate_hz, 16'004u);
    EXPECT_EQ(heard.frames, sound.frames);
}

TEST(SoundRecordingTest, SilenceStandsWhereNothingIsPlayed) {
    const std::vector<SoundFrame> beep(100, {5, 5});
    SoundRecording recording;
    play_into(recording, beep, 8000, 3);
    play_into(recording, beep, 8000, 3.5);
    const Sound heard = recording.finish();
    ASSERT_EQ(heard.frames.size(), 4100u);
    EXPECT_EQ(heard.frames[99], (SoundFrame{5, 5}));
    EXPECT_EQ(heard.frames[100], SoundFrame{});
    EXPECT_EQ(heard.frames[3999], SoundFrame{});
    EXPECT_EQ(heard.frames[4000], (SoundFrame{5, 5}));
}

TEST(SoundRecordingTest, AllIsAtTheRateOfTheBeginning) {
    SoundRecording recording;
    play_into(recording, tones(8000, 500, 1).frames, 8000, 0);
    play_into(recording, tones(44'100, 500, 1).frames, 44'100, 1);
    const Sound heard = recording.finish();
    EXPECT_EQ(heard.rate_hz, 8000u);
    ASSERT_NEAR(static_cast<double>(heard.frames.size()), 16'000, 20);
    const std::vector<SoundFrame> second(heard.frames.begin() + 9000, heard.frames.begin() + 15'000);
    EXPECT_NEAR(height(second, &SoundFrame::left, 500, 8000), 0.5, 0.005);
}

TEST(SoundRecordingTest, WhatIsPlayedAgainTakesThePlaceOfWhatWasHeard) {
    SoundRecording recording;
    play_into(recording, std::vector<SoundFrame>(8000, {1, 1}), 8000, 2);
    play_into(recording, std::vector<SoundFrame>(1000, {2, 2}), 8000, 2.5);
    Sound expected{.rate_hz = 8000, .frames = std::vector<SoundFrame>(4000, {1, 1})};
    expected.frames.resize(5000, {2, 2});
    EXPECT_EQ(recording.finish().frames, expected.frames);
    SoundRecording anew;
    play_into(anew, std::vector<SoundFrame>(8000, {1, 1}), 8000, 2);
    play_into(anew, std::vector<SoundFrame>(10, {2, 2}), 8000, 1);
    EXPECT_EQ(anew.finish().frames, std::vector<SoundFrame>(10, {2, 2}));
}

TEST(SoundRecordingTest, NothingIsNothing) {
    EXPECT_TRUE(SoundRecording().finish().frames.empty());
}

struct SoundFileTest : testing::Test {
    TempDir dir;
    std::filesystem::path written(const Sound& sound, const std::string& name) {
        write_file_atomically(dir.path() / name, encode_sound(sound, dir.path() / name));
        return dir.path() / name;
    }
    std::filesystem::path text(const std::string& name, const std::string& contents) {
        std::ofstream(dir.path() / name) << contents;
        return dir.path() / name;
    }
};

TEST_F(SoundFileTest, SixteenBitsComeBack) {
    const Sound sound = tones(22'050, 440, 0.1);
    for (const char* name : {"a.wav", "a.flac"}) {
        const Sound read = read_sound(written(sound, name));
        EXPECT_EQ(read.rate_hz, 22'050u) << name;
        EXPECT_EQ(read.frames, sound.frames) << name;
    }
}

TEST_F(SoundFileTest, SamplesAreRoundedToSixteenBits) {
    const Sound sound{.rate_hz = 8000, .frames = {{INT32_MAX, INT32_MIN}, {0x7fff, 0x8000}}};
    const Sound read = read_sound(written(sound, "a.wav"));
    EXPECT_EQ(read.frames[0], (SoundFrame{0x7fff'0000, INT32_MIN}));
    EXPECT_EQ(read.frames[1], (SoundFrame{0, 0x1'0000}));
}

TEST_F(SoundFileTest, OneChannelIsHeardOnBothSides) {
    // 8 kHz, one channel, two samples of 16 bits.
    const std::string wav(
        "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\4\0\0\0\1\0\2\0", 48);
    const Sound read = read_sound(text("mono.wav", wav));
    EXPECT_EQ(read.rate_hz, 8000u);
    EXPECT_EQ(read.frames, (std::vector<SoundFrame>{{0x1'0000, 0x1'0000}, {0x2'0000, 0x2'0000}}));
}

TEST_F(SoundFileTest, WhatIsNoSoundIsNamed) {
    EXPECT_THAT(input_error_of([&] { read_sound(text("a.txt", "no sound at all")); }),
                testing::AllOf(HasSubstr("a.txt"), HasSubstr("is no sound file")));
    EXPECT_THAT(input_error_of([&] { read_sound(written({.rate_hz = 8000}, "empty.wav")); }),
                testing::AllOf(HasSubstr("empty.wav"), HasSubstr("holds no sound")));
    EXPECT_THAT(input_error_of([&] { read_sound(dir.path() / "nowhere.wav"); }), HasSubstr("nowhere.wav"));
}

TEST_F(SoundFileTest, NamesSayTheFormat) {
    for (const char* name : {"a.wav", "b.flac", "c.ogg"}) EXPECT_TRUE(is_sound_name(name)) << name;
    for (const char* name : {"a.mp4", "wav", ""}) EXPECT_FALSE(is_sound_name(name)) << name;
}

}  // namespace
}  // namespace k210
