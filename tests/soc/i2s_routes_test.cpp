// Sound between I2S controllers and what hangs on pads, as FPIOA connects them.
#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

struct I2sRoutesTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kFpioa = 0x502b'0000, kSysctl = 0x5044'0000, kI2s0 = 0x5025'0000,
                                   kI2s2 = 0x5027'0000;
    static constexpr I2sPads kMicrophone{18, 19, 20}, kSpeaker{35, 33, 34};
    enum : std::uint32_t { kIer = 0, kIrer = 4, kIter = 8, kCer = 0xc, kCcr = 0x10, kLeft = 0x20, kRight = 0x24 };
    enum : std::uint32_t { kRcr = 0x30, kTcr = 0x34, kIsr = 0x38, kChannel1 = 0x40, k32Clocks = 2 << 3, k16Bits = 2 };

    struct Ramp final : I2sSource {
        std::int32_t n = 0;
        SoundFrame sample(I2sMoment) override {
            ++n;
            return {n << 16, -n << 16};
        }
    } microphone;
    struct Heard final : I2sSink {
        std::vector<SoundFrame> frames;
        void hear(I2sMoment, SoundFrame frame) override { frames.push_back(frame); }
    } speaker;

    I2sRoutesTest() {
        write(kSysctl + 0x28, ~0u);
        write(kSysctl + 0x2c, ~0u);
        chip.on_i2s(microphone, kMicrophone);
        chip.on_i2s(speaker, kSpeaker);
    }
    void route(unsigned pad, unsigned function) { write(kFpioa + 4 * pad, function); }
    void listen(std::uint32_t i2s) {
        write(i2s + kCcr, k32Clocks);
        write(i2s + kRcr, k16Bits);
        write(i2s + kIrer, 1);
        write(i2s + kIer, 1);
        write(i2s + kCer, 1);
    }
    void speak(std::uint32_t i2s) {
        write(i2s + kCcr, k32Clocks);
        write(i2s + kTcr + kChannel1, k16Bits);
        write(i2s + kIter, 1);
        write(i2s + kIer, 1);
        write(i2s + kCer, 1);
    }
    void pass(unsigned frames) {
        ClockDomain& clock = chip.clocks[Clock::i2s0];
        bench.events.run_until(clock.time_of(clock.cycle_at(bench.events.now()) + 64 * frames));
    }
    void route_microphone() {
        route(18, FUNC_I2S0_SCLK);
        route(19, FUNC_I2S0_WS);
        route(20, FUNC_I2S0_IN_D0);
    }
};

TEST_F(I2sRoutesTest, AMicrophoneIsHeardWhereAllItsPadsLead) {
    route_microphone();
    listen(kI2s0);
    pass(2);
    EXPECT_EQ(read(kI2s0 + kLeft), 1u);
    EXPECT_EQ(read(kI2s0 + kRight), 0xffffu);
    for (const unsigned pad : {18u, 19u, 20u}) {
        route_microphone();
        route(pad, FUNC_GPIOHS0);
        write(kI2s0 + 0x14, 1);  // flush
        pass(2);
        EXPECT_EQ(read(kI2s0 + kLeft), 0u) << "without pad " << pad;
    }
}

TEST_F(I2sRoutesTest, WhatIsRecordedAndPlayedComesOutAsItCameIn) {
    route_microphone();
    route(35, FUNC_I2S2_SCLK);
    route(33, FUNC_I2S2_SCLK + 1);
    route(34, FUNC_I2S2_OUT_D0 + 1);
    listen(kI2s0);
    speak(kI2s2);
    for (int i = 0; i < 50; ++i) {
        pass(1);
        if (!(read(kI2s0 + kIsr) & 1)) continue;
        write(kI2s2 + kLeft + kChannel1, read(kI2s0 + kLeft));
        write(kI2s2 + kRight + kChannel1, read(kI2s0 + kRight));
    }
    pass(20);
    ASSERT_GT(speaker.frames.size(), 40u);
    for (std::size_t i = 0; i < speaker.frames.size(); ++i) {
        const auto n = static_cast<std::int32_t>(i + 1);
        EXPECT_EQ(speaker.frames[i], (SoundFrame{n << 16, -n << 16})) << i;
    }
}

TEST_F(I2sRoutesTest, ASpeakerHearsTheLineOnItsPadOnly) {
    route(35, FUNC_I2S2_SCLK);
    route(33, FUNC_I2S2_SCLK + 1);
    route(34, FUNC_I2S2_OUT_D0);  // and channel 1 speaks
    speak(kI2s2);
    write(kI2s2 + kLeft + kChannel1, 5);
    write(kI2s2 + kRight + kChannel1, 5);
    pass(4);
    read(kI2s2 + kIsr);
    EXPECT_TRUE(speaker.frames.empty());
}

}  // namespace
}  // namespace k210
