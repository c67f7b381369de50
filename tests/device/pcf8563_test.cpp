#include "board/pcf8563/pcf8563.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/i2c_part_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;

struct Pcf8563Test : I2cPartTest<Pcf8563> {
    Pcf8563Test() : I2cPartTest(kPads) {}

    Bytes read(std::uint8_t address, unsigned count) {
        Bytes bytes;
        EXPECT_TRUE(transfer({address}, count, &bytes));
        return bytes;
    }
    void write(std::uint8_t address, const Bytes& values) {
        Bytes all{address};
        all.insert(all.end(), values.begin(), values.end());
        EXPECT_TRUE(transfer(all, 0));
    }
    // From seconds to years. The controller takes eight bytes at once.
    void set(const Bytes& time) {
        write(0x02, time);
        since = bench.events.now();
    }
    Bytes time() { return read(0x02, 7); }
    // Transfers take time: a second has passed a little earlier than this.
    void until_second(std::uint64_t second) {
        bench.events.run_until(after(since, second * kPsPerSecond + kPsPerSecond / 2));
    }
    SimTime since{};
};

TEST_F(Pcf8563Test, BeginsAtAMidnightThatIsMarkedAsNotToBeTrusted) {
    EXPECT_THAT(time(), ElementsAre(0x80, 0x00, 0x00, 0x01, 6, 0x01, 0x00));
    write(0x02, {0x30});
    EXPECT_EQ(time()[0], 0x30) << "once it has been set, it can be";
}

TEST_F(Pcf8563Test, CountsSecondsOfGuestTime) {
    bench.events.run_until(SimTime{kPsPerSecond - kPsPerSecond / 50});
    EXPECT_EQ(read(0x02, 1)[0], 0x80);
    bench.events.run_until(SimTime{kPsPerSecond});
    EXPECT_EQ(read(0x02, 1)[0], 0x81);
    bench.events.run_until(SimTime{10 * kPsPerSecond});
    EXPECT_EQ(read(0x02, 1)[0], 0x90) << "in BCD, and marked still";
}

struct Carry {
    Bytes from, to;
};

TEST_F(Pcf8563Test, CarriesAsCalendarsDo) {
    const Carry carries[] = {
        {{0x59, 0x09, 0x19, 0x31, 1, 0x10, 0x20}, {0x00, 0x10, 0x19, 0x31, 1, 0x10, 0x20}},
        {{0x59, 0x59, 0x19, 0x31, 1, 0x10, 0x20}, {0x00, 0x00, 0x20, 0x31, 1, 0x10, 0x20}},
        {{0x59, 0x59, 0x23, 0x30, 6, 0x10, 0x20}, {0x00, 0x00, 0x00, 0x31, 0, 0x10, 0x20}},
        {{0x59, 0x59, 0x23, 0x31, 2, 0x08, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x09, 0x20}},
        {{0x59, 0x59, 0x23, 0x30, 2, 0x04, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x05, 0x20}},
        {{0x59, 0x59, 0x23, 0x30, 2, 0x06, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x07, 0x20}},
        {{0x59, 0x59, 0x23, 0x30, 2, 0x09, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x10, 0x20}},
        {{0x59, 0x59, 0x23, 0x30, 2, 0x11, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x12, 0x20}},
        {{0x59, 0x59, 0x23, 0x28, 2, 0x02, 0x20}, {0x00, 0x00, 0x00, 0x29, 3, 0x02, 0x20}},
        {{0x59, 0x59, 0x23, 0x29, 2, 0x02, 0x20}, {0x00, 0x00, 0x00, 0x01, 3, 0x03, 0x20}},
        {{0x59, 0x59, 0x23, 0x28, 2, 0x02, 0x21}, {0x00, 0x00, 0x00, 0x01, 3, 0x03, 0x21}},
        {{0x59, 0x59, 0x23, 0x31, 2, 0x12, 0x29}, {0x00, 0x00, 0x00, 0x01, 3, 0x01, 0x30}},
        {{0x59, 0x59, 0x23, 0x31, 2, 0x12, 0x99}, {0x00, 0x00, 0x00, 0x01, 3, 0x81, 0x00}},
        {{0x59, 0x59, 0x23, 0x31, 2, 0x92, 0x99}, {0x00, 0x00, 0x00, 0x01, 3, 0x01, 0x00}},
    };
    for (const auto& [from, to] : carries) {
        set(from);
        until_second(0);
        if (time() == from) until_second(1);
        EXPECT_EQ(time(), to);
    }
}

TEST_F(Pcf8563Test, CountsOnFromWhatIsNoTime) {
    set({0x7f, 0x7f, 0x3f, 0x3f, 7, 0x1f, 0xff});
    until_second(2);
    EXPECT_LT(time()[0], 0x04);
}

TEST_F(Pcf8563Test, ATransferSeesOneMoment) {
    I2cTarget& chip = *bench.chip.i2c;
    write(0x02, {0x59, 0x00});
    chip.start(false);
    chip.write(0x02);
    chip.start(true);
    const unsigned second = chip.read();
    bench.events.run_until(after(bench.events.now(), 2 * kPsPerSecond));
    EXPECT_EQ(chip.read(), second == 0x59 ? 0 : 1);
    chip.stop();
    EXPECT_EQ(read(0x03, 1)[0], 1) << "and the next one the present";
}

TEST_F(Pcf8563Test, StopsAndTakesHalfASecondToTheFirst) {
    write(0x00, {0x20});
    set({0x00, 0x00, 0x00, 0x01, 0, 0x01, 0x00});
    until_second(5);
    EXPECT_EQ(time()[0], 0x00);
    write(0x00, {0x00});
    const SimTime released = bench.events.now();
    bench.events.run_until(after(released, ps_from_us(480'000)));
    EXPECT_EQ(time()[0], 0x00);
    bench.events.run_until(after(released, ps_from_us(510'000)));
    EXPECT_EQ(time()[0], 0x01);
    bench.events.run_until(after(released, ps_from_us(1'510'000)));
    EXPECT_EQ(time()[0], 0x02);
}

TEST_F(Pcf8563Test, AnAlarmComesWithItsMinute) {
    set({0x58, 0x29, 0x06, 0x01, 0, 0x01, 0x00});
    write(0x09, {0x30, 0x06, 0x80, 0x80});
    EXPECT_EQ(read(0x01, 1)[0], 0x00);
    until_second(3);
    EXPECT_EQ(read(0x01, 1)[0], 0x08);
}

struct AlarmAt {
    std::size_t which;
    std::uint8_t matching, other;
};

TEST_F(Pcf8563Test, AnAlarmNeedsAllThatItNames) {
    // At 06:30 on the 12th, a Friday.
    for (const auto& [which, matching, other] :
         {AlarmAt{0, 0x30, 0x31}, AlarmAt{1, 0x06, 0x07}, AlarmAt{2, 0x12, 0x11}, AlarmAt{3, 5, 4}}) {
        for (const bool matches : {true, false}) {
            write(0x01, {0x00});
            set({0x58, 0x29, 0x06, 0x12, 5, 0x01, 0x00});
            Bytes alarm(4, 0x80);
            alarm[which] = matches ? matching : other;
            write(0x09, alarm);
            until_second(3);
            EXPECT_EQ(read(0x01, 1)[0], matches ? 0x08 : 0x00) << which;
        }
    }
}

TEST_F(Pcf8563Test, WithoutAnAlarmThereIsNone) {
    set({0x58, 0x29, 0x06, 0x12, 5, 0x01, 0x00});
    until_second(3);
    EXPECT_EQ(read(0x01, 1)[0], 0x00);
}

TEST_F(Pcf8563Test, FlagsAreClearedByZerosAndSetByNothing) {
    write(0x01, {0x1f});
    EXPECT_EQ(read(0x01, 1)[0], 0x13) << "no flag has come by writing";
    set({0x58, 0x29, 0x06, 0x12, 5, 0x01, 0x00});
    write(0x09, {0x30});
    until_second(3);
    EXPECT_EQ(read(0x01, 1)[0], 0x1b);
    write(0x01, {0x0e});
    EXPECT_EQ(read(0x01, 1)[0], 0x0a);
    write(0x01, {0x02});
    EXPECT_EQ(read(0x01, 1)[0], 0x02);
}

TEST_F(Pcf8563Test, HasSixteenRegisters) {
    write(0x0f, {0x12, 0x08});
    EXPECT_THAT(read(0x0f, 2), ElementsAre(0x12, 0x08));
    EXPECT_THAT(read(0x00, 1), ElementsAre(0x08));
}

TEST_F(Pcf8563Test, ItsBatteryKeepsTheTimeWithoutPower) {
    set({0x00, 0x34, 0x12, 0x24, 0, 0x12, 0x26});
    until_second(1);
    part.power_on();
    EXPECT_THAT(time(), ElementsAre(0x01, 0x34, 0x12, 0x24, 0, 0x12, 0x26));
}

TEST_F(Pcf8563Test, TimeIsState) {
    set({0x00, 0x34, 0x12, 0x24, 0, 0x12, 0x26});
    Pcf8563 other(bench.part("other"), {30, 31});
    DeviceBench::transfer_state(part, other);
    set({0x00, 0x00, 0x00, 0x01, 0, 0x01, 0x00});
    until_second(2);
    DeviceBench::transfer_state(other, part);
    EXPECT_THAT(time(), ElementsAre(0x02, 0x34, 0x12, 0x24, 0, 0x12, 0x26));
}

}  // namespace
}  // namespace k210
