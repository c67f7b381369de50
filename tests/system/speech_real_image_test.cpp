// Sipeed's speech recogniser, in a build of MaixPy that has it: I2S, DMA and the FFT block together.
#include <cmath>
#include <numbers>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "lilygo_speech_0.6.2_83.bin";
constexpr std::uint32_t kRateHz = 16'000;

// The first two formants of a vowel.
struct Vowel {
    double first_hz, second_hz;
};
constexpr Vowel kA{730, 1090}, kI{270, 2290}, kU{300, 870};

void append(Sound& sound, const std::vector<double>& samples) {
    for (const double sample : samples) {
        const auto height = static_cast<std::int32_t>(sample * 0x1'0000);
        sound.frames.push_back({height, height});
    }
}

// A voice of 120 Hz that says it for 0.3 seconds: the recogniser tells shorter ones apart in some of its windows only.
std::vector<double> spoken(Vowel vowel) {
    constexpr double kVoiceHz = 120, kWidthHz = 120, kHeight = 6000, kSeconds = 0.3, kAttack = 800;
    std::vector<double> samples(static_cast<std::size_t>(kSeconds * kRateHz));
    for (std::size_t n = 0; n < samples.size(); ++n) {
        const double time = static_cast<double>(n) / kRateHz;
        double sum = 0;
        for (int harmonic = 1; harmonic < 30; ++harmonic) {
            const double hz = harmonic * kVoiceHz;
            const auto near = [hz](double formant) { return std::exp(-std::pow((hz - formant) / kWidthHz, 2)); };
            sum += (near(vowel.first_hz) + near(vowel.second_hz)) * std::sin(2 * std::numbers::pi * hz * time);
        }
        const auto from_edge = static_cast<double>(std::min(n, samples.size() - n));
        samples[n] = kHeight * std::min(1.0, from_edge / kAttack) * sum;
    }
    return samples;
}

std::vector<double> quiet(double seconds, std::mt19937& random) {
    std::vector<double> samples(static_cast<std::size_t>(seconds * kRateHz));
    for (double& sample : samples) sample = static_cast<double>(random() % 21) - 10;
    return samples;
}

TEST(SpeechRealImageTest, WordsThatWereLearntAreRecognised) {
    K210_NEEDS(image_path(kImage));
    std::mt19937 random(1);
    Sound speech{.rate_hz = kRateHz};
    append(speech, quiet(1, random));
    for (int i = 0; i < 4; ++i)
        for (const auto& [begin, end] : {std::pair{kA, kI}, {kI, kU}, {kU, kA}}) {
            append(speech, spoken(begin));
            append(speech, spoken(end));
            append(speech, quiet(1.5, random));
        }
    MachineBench board(image_firmware(kImage, "twatch"));
    board.machine().port<Microphone>("microphone").hear(std::make_shared<const Sound>(std::move(speech)));
    ASSERT_TRUE(board.hears(">>> ", 6));
    board.reply("import time; from Maix import I2S; from fpioa_manager import fm");
    for (const char* route : {"20, fm.fpioa.I2S0_IN_D0", "19, fm.fpioa.I2S0_WS", "18, fm.fpioa.I2S0_SCLK"})
        board.reply(fmt::format("fm.register({}, force=True)", route));
    board.reply("rx = I2S(I2S.DEVICE_0)");
    board.reply("rx.channel_config(rx.CHANNEL_0, rx.RECEIVER, align_mode=I2S.STANDARD_MODE)");
    board.reply("rx.set_sample_rate(16000)");
    board.reply("from speech_recognizer import isolated_word");
    board.reply("sr = isolated_word(dmac=2, i2s=I2S.DEVICE_0, size=10, shift=0)");
    board.reply("sr.set_threshold(0, 0, 10000)");
    for (const int word : {0, 2, 4}) {
        board.reply(fmt::format("while sr.record({}) != sr.Done: time.sleep_ms(20)\r", word), 8);
        board.reply(fmt::format("sr.get({}) and None", word));
    }
    board.reply("heard = []");
    board.reply(
        "while len(heard) < 4: "
        "time.sleep_ms(20) or sr.recognize() == sr.Done and heard.append(sr.result()[0])\r",
        15);
    EXPECT_EQ(board.reply("heard"), "[0, 2, 4, 0]\n");
}

}  // namespace
}  // namespace k210
