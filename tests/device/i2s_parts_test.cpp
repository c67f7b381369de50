// What hangs on I2S: a microphone and a speaker.
#include <vector>

#include <gtest/gtest.h>

#include "board/i2s_microphone/i2s_microphone.hpp"
#include "board/i2s_speaker/i2s_speaker.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

constexpr I2sPads kPads{18, 19, 20};
constexpr double kRate = 8000;

I2sMoment at(double seconds) {
    return {guest_time(seconds), kRate};
}

struct MicrophoneTest : testing::Test, PartBench {
    I2sMicrophone microphone{part("microphone"), kPads};
    MicrophoneTest() {
        microphone.hang(chip);
        microphone.power_on();
        Sound sound{.rate_hz = 8000};
        for (std::int32_t n = 1; n <= 8000; ++n) sound.frames.push_back({n, -n});
        microphone.hear(std::make_shared<const Sound>(std::move(sound)));
    }
};

TEST_F(MicrophoneTest, HangsOnItsThreePads) {
    ASSERT_EQ(chip.i2s_sources.size(), 1u);
    EXPECT_EQ(chip.i2s_sources[0].first, &microphone);
    EXPECT_EQ(chip.i2s_sources[0].second.clock, kPads.clock);
    EXPECT_EQ(chip.i2s_sources[0].second.word_select, kPads.word_select);
    EXPECT_EQ(chip.i2s_sources[0].second.data, kPads.data);
}

TEST_F(MicrophoneTest, SoundBeginsAsSomebodyFirstListens) {
    EXPECT_EQ(microphone.sample(at(2.5)), (SoundFrame{1, -1}));
    EXPECT_EQ(microphone.sample(at(2.5 + 1 / kRate)), (SoundFrame{2, -2}));
    EXPECT_EQ(microphone.sample(at(3)), (SoundFrame{4001, -4001}));
    EXPECT_EQ(microphone.sample(at(3.5)), SoundFrame{});
}

TEST_F(MicrophoneTest, SoundBeginsAnewWithPower) {
    microphone.sample(at(1));
    microphone.power_on();
    EXPECT_EQ(microphone.sample(at(7)), (SoundFrame{1, -1}));
}

TEST_F(MicrophoneTest, IsSilentWithoutSoundOrPower) {
    EXPECT_EQ(microphone.sample(at(1)), (SoundFrame{1, -1}));
    microphone.hear(nullptr);
    EXPECT_EQ(microphone.sample(at(1)), SoundFrame{});
    microphone.hear(std::make_shared<const Sound>(Sound{.rate_hz = 8000, .frames = {{9, 9}}}));
    supply.switch_board_off();
    EXPECT_EQ(microphone.sample(at(1)), SoundFrame{});
}

TEST_F(MicrophoneTest, ARestoredOneGoesOnWhereItWas) {
    microphone.sample(at(1));
    PartBench elsewhere;
    I2sMicrophone other(elsewhere.part("microphone"), kPads);
    other.hear(std::make_shared<const Sound>(Sound{.rate_hz = 8000, .frames = std::vector<SoundFrame>(8000, {7, 7})}));
    DeviceBench::transfer_state(microphone, other);
    EXPECT_EQ(other.sample(at(1.5)), (SoundFrame{7, 7}));
    EXPECT_EQ(other.sample(at(2.5)), SoundFrame{}) << "it was over";
}

struct SpeakerTest : testing::Test, PartBench {
    struct Heard final : SoundSink {
        std::vector<SoundFrame> frames;
        void play(SimTime, double rate_hz, SoundFrame frame) override {
            EXPECT_EQ(rate_hz, kRate);
            frames.push_back(frame);
        }
    } heard;
    I2sSpeaker speaker{part("speaker"), kPads};
};

TEST_F(SpeakerTest, HandsOnWhatItHearsWhileTheBoardHasPower) {
    speaker.hang(chip);
    ASSERT_EQ(chip.i2s_sinks.size(), 1u);
    speaker.hear(at(0), {1, 1});
    speaker.connect(heard);
    speaker.hear(at(1), {2, 3});
    supply.switch_board_off();
    speaker.hear(at(2), {4, 4});
    EXPECT_EQ(heard.frames, (std::vector<SoundFrame>{{2, 3}}));
}

}  // namespace
}  // namespace k210
