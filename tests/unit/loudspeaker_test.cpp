#include "k210/host_sdl/loudspeaker.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

// SDL's driver that writes what would be heard.
struct LoudspeakerTest : testing::Test {
    TempDir dir;
    const std::string heard = dir / "heard.raw";
    Environment driver{"SDL_AUDIODRIVER", "disk"}, file{"SDL_DISKAUDIOFILE", heard.c_str()},
        delay{"SDL_DISKAUDIODELAY", "1"};

    static void play(Loudspeaker& loudspeaker, double rate_hz, std::size_t frames, SoundFrame frame) {
        for (std::size_t i = 0; i < frames; ++i) loudspeaker.play({}, rate_hz, frame);
    }
    static void wait_for(const Loudspeaker& loudspeaker) {
        while (loudspeaker.waiting()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    // Those that are no silence, at 48 kHz.
    std::vector<SoundFrame> loud_frames() const {
        const auto bytes = read_file(heard);
        std::vector<SoundFrame> frames(bytes.size() / sizeof(SoundFrame));
        std::memcpy(frames.data(), bytes.data(), frames.size() * sizeof(SoundFrame));
        std::erase_if(frames, [](SoundFrame f) { return f.left < 1 << 20; });
        return frames;
    }
};

TEST_F(LoudspeakerTest, PlaysWhatItIsGiven) {
    {
        Loudspeaker loudspeaker;
        play(loudspeaker, 48'000, 6400, {1 << 28, -(1 << 27)});
        wait_for(loudspeaker);
    }
    EXPECT_EQ(loud_frames(), std::vector<SoundFrame>(6400, {1 << 28, -(1 << 27)}));
}

TEST_F(LoudspeakerTest, OtherRatesTakeTheTimeThatTheyTakeThere) {
    {
        Loudspeaker loudspeaker;
        for (int i = 0; i < 10; ++i) {
            play(loudspeaker, 16'000, 3200, {1 << 28, 1 << 28});
            wait_for(loudspeaker);
        }
    }
    // But for what the conversion still holds.
    EXPECT_NEAR(static_cast<double>(loud_frames().size()), 96'000, 4800);
}

TEST_F(LoudspeakerTest, AMachineWithoutLoudspeakerIsTold) {
    const Environment none{"SDL_AUDIODRIVER", "nothing"};
    EXPECT_THAT(input_error_of([] { Loudspeaker(); }), testing::StartsWith("audio: no loudspeaker: "));
}

}  // namespace
}  // namespace k210
