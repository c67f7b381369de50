// --mic and --speaker: what the guest hears and plays.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/sound_file.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

constexpr std::size_t kEchoed = 4000;

struct SoundCommandTest : testing::Test {
    TempDir dir;
    const std::string out = dir / "out.wav";
    const Sound noise = [] {
        std::mt19937 random(1);
        Sound sound{.rate_hz = 16'000};
        for (unsigned i = 0; i < 3000; ++i)
            sound.frames.push_back(
                {static_cast<std::int32_t>(random() & 0xffff'0000), static_cast<std::int32_t>(random() & 0xffff'0000)});
        return sound;
    }();
    const std::string in = written("in.wav", noise);

    std::string written(const std::string& name, const Sound& sound) {
        write_file_atomically(dir / name, encode_sound(sound, name));
        return dir / name;
    }
    static Arguments echo(const Arguments& more) {
        Arguments arguments{"run", guests_dir() / "echo.bin", "--board", "maixduino", "--expect", "echoed .* frames"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    std::string refusal(const Arguments& more) {
        const auto run = run_emulator(echo(more));
        EXPECT_EQ(run.status, 2) << run.err;
        EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
        return run.err;
    }
    // What was played, from the first frame that is no silence on.
    std::vector<SoundFrame> heard() const {
        std::vector<SoundFrame> frames = read_sound(out).frames;
        frames.erase(frames.begin(), std::ranges::find_if(frames, [](SoundFrame f) { return f != SoundFrame{}; }));
        return frames;
    }
};

TEST_F(SoundCommandTest, WhatIsRecordedAndPlayedIsTheFileOverAndOver) {
    const auto run = run_emulator(echo({"--mic", in, "--speaker", out}));
    ASSERT_EQ(run.status, 0) << run.err;
    const std::vector<SoundFrame> frames = heard();
    ASSERT_EQ(frames.size(), kEchoed);
    for (std::size_t i = 0; i < kEchoed; ++i) ASSERT_EQ(frames[i], noise.frames[i % noise.frames.size()]) << i;
}

TEST_F(SoundCommandTest, ASoundHeardOnceEndsInSilence) {
    const auto run = run_emulator(echo({"--mic-once", in, "--speaker", out}));
    ASSERT_EQ(run.status, 0) << run.err;
    std::vector<SoundFrame> expected = noise.frames;
    expected.resize(kEchoed);
    EXPECT_EQ(heard(), expected);
}

TEST_F(SoundCommandTest, WithoutASoundThereIsSilence) {
    const auto run = run_emulator(echo({"--speaker", out}));
    ASSERT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(read_sound(out).frames, std::vector<SoundFrame>(kEchoed));
}

TEST_F(SoundCommandTest, FilesOfOtherFormatsAndRatesAreHeardAndWritten) {
    Sound tone{.rate_hz = 44'100, .frames = std::vector<SoundFrame>(44'100, {1 << 28, 1 << 28})};
    const auto run = run_emulator(echo({"--mic", written("in.flac", tone), "--speaker", dir / "out.flac"}));
    ASSERT_EQ(run.status, 0) << run.err;
    const Sound heard = read_sound(dir / "out.flac");
    EXPECT_EQ(heard.rate_hz, 16'004u);
    ASSERT_EQ(heard.frames.size(), kEchoed);
    EXPECT_NEAR(heard.frames[kEchoed / 2].left, 1 << 28, 1 << 20);
}

TEST_F(SoundCommandTest, ARecordIsOfWhatWasHeard) {
    const std::string record = dir / "run.jsonl";
    ASSERT_EQ(run_emulator(echo({"--mic", in, "--speaker", out, "--record", record})).status, 0);
    const auto first = read_file(out);
    const auto again =
        run_emulator({"run", guests_dir() / "echo.bin", "--replay", record, "--mic", in, "--speaker", out});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(read_file(out), first);
    const auto other = run_emulator({"run", guests_dir() / "echo.bin", "--replay", record});
    EXPECT_THAT(other.err, HasSubstr("not the same as when it was recorded: what the microphone hears"));
}

TEST_F(SoundCommandTest, ASnapshotGoesOnWithinTheSound) {
    const std::string snapshot = dir / "a.snap";
    ASSERT_EQ(run_emulator(echo({"--mic", in, "--speaker", out, "--save-at", "0.1", snapshot})).status, 0);
    const std::vector<SoundFrame> whole = heard();
    const auto rest =
        run_emulator({"run", "--from", snapshot, "--mic", in, "--speaker", out, "--expect", "echoed .* frames"});
    ASSERT_EQ(rest.status, 0) << rest.err;
    const std::vector<SoundFrame> part = heard();
    ASSERT_GT(part.size(), kEchoed / 4);
    EXPECT_TRUE(std::equal(part.rbegin(), part.rend(), whole.rbegin()));
    const auto silent = run_emulator({"run", "--from", snapshot});
    EXPECT_EQ(silent.status, 2);
    EXPECT_THAT(silent.err, HasSubstr("name it with --mic or --mic-once again"));
}

TEST_F(SoundCommandTest, WhatCannotBeHeardOrWrittenIsRefusedInOneLine) {
    EXPECT_THAT(refusal({"--mic", dir / "nowhere.wav"}), HasSubstr("nowhere.wav"));
    EXPECT_THAT(refusal({"--mic", guests_dir() / "echo.bin"}), HasSubstr("is no sound file"));
    EXPECT_THAT(refusal({"--mic", in, "--mic-once", in}), HasSubstr("--mic and --mic-once"));
    EXPECT_THAT(refusal({"--speaker", dir / "out.mp4"}), HasSubstr("names no .wav, .flac or .ogg"));
    EXPECT_THAT(refusal({"--mic", in, "--speaker", in}), HasSubstr("cannot be both"));
    EXPECT_THAT(refusal({"--audio"}), HasSubstr("--audio: only beside a --window"));
    const auto on = [&](const char* board, Arguments more) {
        more.insert(more.begin(), {"run", guests_dir() / "echo.bin", "--board", board});
        const auto run = run_emulator(more);
        EXPECT_EQ(run.status, 2);
        return run.err;
    };
    EXPECT_THAT(on("unitv", {"--mic", in}), HasSubstr("--mic: unitv has no microphone"));
    EXPECT_THAT(on("maix_bit", {"--speaker", out}), HasSubstr("--speaker: maix_bit has no speaker"));
}

}  // namespace
}  // namespace k210
