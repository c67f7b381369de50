// I2C by a guest that moves the pads itself: what the chip there hears, and what the guest reads back.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

struct FakeI2cChip final : I2cTarget {
    std::string seen;
    std::vector<std::uint8_t> answers;  // the last first
    bool answers_calls = true;
    std::string takes = "0123456789abcdef";  // bytes whose low digit is one of these
    bool start(bool read) override {
        seen += read ? "R" : "W";
        return answers_calls;
    }
    bool write(std::uint8_t byte) override {
        seen += fmt::format("{:02x}", byte);
        return takes.find(seen.back()) != std::string::npos;
    }
    std::uint8_t read() override {
        seen += "r";
        const std::uint8_t byte = answers.empty() ? 0 : answers.back();
        if (!answers.empty()) answers.pop_back();
        return byte;
    }
    void stop() override { seen += "."; }
};

// The guest's side, by GPIOHS' registers as MaixPy's I2C3 has it: a pin is let go by making it an input. [sdk] MaixPy
// machine_i2c.c:76-200
struct Guest {
    static constexpr std::uint32_t kGpiohs = 0x3800'1000, kFpioa = 0x502b'0000;
    static constexpr unsigned kClock = 24, kData = 27;       // pads
    static constexpr unsigned kClockPin = 8, kDataPin = 11;  // on pads 24 and 27 alone, from reset on
    ChipBench& its;

    void route_to_gpiohs() {
        its.write(kFpioa + kClock * 4, 0x901f00 | (FUNC_GPIOHS0 + kClockPin));
        its.write(kFpioa + kData * 4, 0x901f00 | (FUNC_GPIOHS0 + kDataPin));
        let_go(kClockPin);
        let_go(kDataPin);
    }
    void change(std::uint32_t reg, unsigned pin, bool set) {
        const std::uint32_t now = its.read(kGpiohs + reg);
        its.write(kGpiohs + reg, set ? now | 1u << pin : now & ~(1u << pin));
    }
    void let_go(unsigned pin) {
        change(0x08, pin, false);
        change(0x04, pin, true);
    }
    void low(unsigned pin) {
        change(0x0c, pin, false);
        change(0x08, pin, true);
    }
    bool level(unsigned pin) { return its.read(kGpiohs) >> pin & 1; }

    void start() {
        let_go(kDataPin);
        let_go(kClockPin);
        low(kDataPin);
        low(kClockPin);
    }
    void stop() {
        low(kDataPin);
        let_go(kClockPin);
        let_go(kDataPin);
    }
    bool clocked_bit(bool bit) {
        bit ? let_go(kDataPin) : low(kDataPin);
        let_go(kClockPin);
        const bool there = level(kDataPin);
        low(kClockPin);
        return there;
    }
    bool write(std::uint8_t byte) {  // acknowledged
        for (int i = 7; i >= 0; --i) clocked_bit(byte >> i & 1);
        return !clocked_bit(true);
    }
    std::uint8_t read(bool more) {
        unsigned byte = 0;
        for (int i = 0; i < 8; ++i) byte = byte << 1 | clocked_bit(true);
        clocked_bit(!more);
        return static_cast<std::uint8_t>(byte);
    }
};

struct BitBangedI2cTest : testing::Test, ChipBench {
    static constexpr unsigned kClock = Guest::kClock, kData = Guest::kData;
    static constexpr std::uint8_t kAddress = 0x34;
    FakeI2cChip target;
    Guest guest{*this};

    BitBangedI2cTest() {
        chip.on_i2c(target, kAddress, {kClock, kData});
        guest.route_to_gpiohs();
    }
    bool call(bool read, std::uint8_t address = kAddress) {
        guest.start();
        return guest.write(static_cast<std::uint8_t>(address << 1 | read));
    }
};

TEST_F(BitBangedI2cTest, WhatIsWrittenReachesTheChipThatIsCalled) {
    EXPECT_TRUE(call(false));
    EXPECT_TRUE(guest.write(0x12));
    EXPECT_TRUE(guest.write(0xa5));
    guest.stop();
    EXPECT_EQ(target.seen, "W12a5.");
}

TEST_F(BitBangedI2cTest, WhatTheChipAnswersIsReadBitByBit) {
    target.answers = {0xff, 0x81, 0x5a};
    EXPECT_TRUE(call(true));
    const std::uint8_t first = guest.read(true), second = guest.read(true), third = guest.read(false);
    guest.stop();
    EXPECT_THAT((std::vector{first, second, third}), ElementsAre(0x5a, 0x81, 0xff));
    EXPECT_EQ(target.seen, "Rrrr.");
}

TEST_F(BitBangedI2cTest, ASecondStartTurnsTheTransferRound) {
    target.answers = {0x42};
    EXPECT_TRUE(call(false));
    EXPECT_TRUE(guest.write(0x03));
    EXPECT_TRUE(call(true));
    EXPECT_EQ(guest.read(false), 0x42);
    guest.stop();
    EXPECT_EQ(target.seen, "W03Rr.");
}

TEST_F(BitBangedI2cTest, NobodyAcknowledgesAnotherAddress) {
    EXPECT_FALSE(call(false, kAddress + 1));
    EXPECT_FALSE(guest.write(0x12));
    guest.stop();
    EXPECT_EQ(target.seen, "");
}

TEST_F(BitBangedI2cTest, AChipThatDoesNotAnswerIsNotHeardFurther) {
    target.answers_calls = false;
    EXPECT_FALSE(call(false));
    EXPECT_FALSE(guest.write(0x12));
    guest.stop();
    EXPECT_EQ(target.seen, "W");
}

TEST_F(BitBangedI2cTest, AChipThatRefusesAByteHearsTheStopOnly) {
    target.takes = "2";
    EXPECT_TRUE(call(false));
    EXPECT_TRUE(guest.write(0x12));
    EXPECT_FALSE(guest.write(0x13));
    EXPECT_FALSE(guest.write(0x12));
    guest.stop();
    EXPECT_EQ(target.seen, "W1213.");
}

TEST_F(BitBangedI2cTest, ChipsOnThePadsShareThemByTheirAddresses) {
    FakeI2cChip other, elsewhere;
    chip.on_i2c(other, 0x38, {kClock, kData});
    chip.on_i2c(elsewhere, 0x39, {30, 31});
    EXPECT_TRUE(call(false, 0x38));
    guest.stop();
    EXPECT_TRUE(call(false));
    guest.stop();
    EXPECT_FALSE(call(false, 0x39));
    guest.stop();
    EXPECT_EQ(other.seen, "W.");
    EXPECT_EQ(target.seen, "W.");
    EXPECT_EQ(elsewhere.seen, "");
}

TEST_F(BitBangedI2cTest, IdlePadsAreHighHoweverLongNobodyDrivesThem) {
    bench.run_for_cycles(100'000'000);
    EXPECT_TRUE(guest.level(Guest::kClockPin));
    EXPECT_TRUE(guest.level(Guest::kDataPin));
}

TEST_F(BitBangedI2cTest, LevelsOfAControllersPadsAreNoTransfer) {
    EXPECT_TRUE(call(false));
    write(Guest::kFpioa + kClock * 4, 0x901f00 | FUNC_I2C0_SCLK);
    guest.route_to_gpiohs();
    guest.low(Guest::kClockPin);
    EXPECT_FALSE(guest.write(0x12));
    EXPECT_FALSE(guest.write(0x34));
    EXPECT_EQ(target.seen, "W");
}

TEST_F(BitBangedI2cTest, ATransferGoesOnWhereItWasSaved) {
    target.answers = {0x0f, 0x33};
    EXPECT_TRUE(call(true));
    for (int i = 0; i < 3; ++i) guest.clocked_bit(true);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    bench.events.visit_state(saver);
    chip.visit_state(saver);

    ChipBench other;
    FakeI2cChip its_target;
    its_target.answers = {0x0f};
    other.chip.on_i2c(its_target, kAddress, {kClock, kData});
    StateLoader loader(snapshot);
    other.bench.events.visit_state(loader);
    other.chip.visit_state(loader);
    Guest its_guest{other};
    unsigned rest = 0;
    for (int i = 0; i < 5; ++i) rest = rest << 1 | its_guest.clocked_bit(true);
    its_guest.clocked_bit(false);
    EXPECT_EQ(rest, 0x33u & 0x1fu);
    EXPECT_EQ(its_guest.read(false), 0x0f);
    EXPECT_EQ(its_target.seen, "r");
}

TEST_F(BitBangedI2cTest, ALossOfPowerInAnAnswerLetsThePadGo) {
    target.answers = {0x00};
    EXPECT_TRUE(call(true));
    guest.clocked_bit(true);
    ASSERT_FALSE(guest.level(Guest::kDataPin));
    chip.lose_power();
    EXPECT_TRUE(guest.level(Guest::kDataPin));
    guest.stop();
    EXPECT_EQ(target.seen, "Rr");
}

}  // namespace
}  // namespace k210
