#include "board/msa301/msa301.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/i2c_part_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

struct Msa301Test : I2cPartTest<Msa301> {
    using Bytes = std::vector<std::uint8_t>;
    Bytes read(std::uint8_t address, unsigned count) {
        Bytes bytes;
        EXPECT_TRUE(transfer({address}, count, &bytes));
        return bytes;
    }
    void write(std::uint8_t address, std::uint8_t value) { EXPECT_TRUE(transfer({address, value}, 0)); }
    void wake() { write(0x11, 0x00); }
    // MaixPy-v1_scripts msa301.py, acceleration(): six bytes from 0x02 on; in counts of 14 bits.
    std::vector<int> counts() {
        const Bytes b = read(0x02, 6);
        std::vector<int> axes;
        for (std::size_t i = 0; i < b.size(); i += 2)
            axes.push_back(static_cast<std::int16_t>(b[i] | b[i + 1] << 8) >> 2);
        return axes;
    }
};

TEST_F(Msa301Test, TellsWhichChipItIs) {
    write(0x01, 0xff);
    EXPECT_THAT(read(0x01, 1), ElementsAre(0x13));
}

TEST_F(Msa301Test, FeelsItsWeightAtRest) {
    wake();
    EXPECT_THAT(counts(), ElementsAre(0, 0, 4096));
}

TEST_F(Msa301Test, TellsEachAxis) {
    wake();
    part.feel({250, -1000, 1});
    EXPECT_THAT(counts(), ElementsAre(1024, -4096, 4));
}

TEST_F(Msa301Test, CountsAsItsFullScaleSays) {
    wake();
    part.feel({1000, 1500, -9000});
    EXPECT_THAT(counts(), ElementsAre(4096, 6144, -8192)) << "2 g";
    write(0x0f, 1);
    EXPECT_THAT(counts(), ElementsAre(2048, 3072, -8192)) << "4 g";
    write(0x0f, 2);
    EXPECT_THAT(counts(), ElementsAre(1024, 1536, -8192)) << "8 g";
    write(0x0f, 3);
    EXPECT_THAT(counts(), ElementsAre(512, 768, -4608)) << "16 g";
}

TEST_F(Msa301Test, BeyondItsFullScaleIsItsEnd) {
    wake();
    part.feel({2'000'000'000, -2'000'000'000, 0});
    EXPECT_THAT(counts(), ElementsAre(8191, -8192, 0));
}

TEST_F(Msa301Test, FewerBitsLeaveOutTheLowOnes) {
    wake();
    part.feel({260, 0, 0});
    EXPECT_EQ(counts()[0], 0x429);
    write(0x0f, 1 << 2);
    EXPECT_EQ(counts()[0], 0x428) << "twelve";
    write(0x0f, 2 << 2);
    EXPECT_EQ(counts()[0], 0x420) << "ten";
    write(0x0f, 3 << 2);
    EXPECT_EQ(counts()[0], 0x400) << "eight";
}

TEST_F(Msa301Test, MeasuresNothingUntilItIsWoken) {
    EXPECT_THAT(counts(), ElementsAre(0, 0, 0));
    wake();
    EXPECT_THAT(counts(), ElementsAre(0, 0, 4096));
    write(0x11, 0x80);
    part.feel({1000, 0, 0});
    EXPECT_THAT(counts(), ElementsAre(0, 0, 4096)) << "suspended";
    wake();
    EXPECT_THAT(counts(), ElementsAre(4096, 0, 0));
}

TEST_F(Msa301Test, AnAxisThatIsSwitchedOffStays) {
    wake();
    const std::uint8_t off[] = {0x80, 0x40, 0x20};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        write(0x10, 0);
        part.feel({0, 0, 0});
        write(0x10, off[axis]);
        part.feel({1000, 1000, 1000});
        std::vector<int> expected(3, 4096);
        expected[axis] = 0;
        EXPECT_EQ(counts(), expected);
    }
}

TEST_F(Msa301Test, MeasurementsCannotBeWritten) {
    wake();
    write(0x06, 0xff);
    EXPECT_THAT(counts(), ElementsAre(0, 0, 4096));
}

TEST_F(Msa301Test, ASoftResetSuspendsItAndForgetsItsSettings) {
    wake();
    write(0x2a, 0x07);
    write(0x00, 0x20);
    EXPECT_THAT(read(0x2a, 1), ElementsAre(0x07)) << "half of it";
    write(0x00, 0x24);
    EXPECT_THAT(read(0x2a, 1), ElementsAre(0x00));
    EXPECT_EQ(read(0x11, 1)[0] & 0x80, 0x80);
    EXPECT_THAT(read(0x01, 1), ElementsAre(0x13));
}

TEST_F(Msa301Test, WhatItFeelsIsStateAndSoAreItsSettings) {
    wake();
    part.feel({-1000, 2, 3});
    write(0x11, 0x80);
    part.feel({500, -500, 0});
    Msa301 other{{30, 31}};
    DeviceBench::transfer_state(part, other);
    part.power_on();
    EXPECT_THAT(counts(), ElementsAre(0, 0, 0));
    DeviceBench::transfer_state(other, part);
    EXPECT_EQ(counts()[0], -4096);
    wake();
    EXPECT_THAT(counts(), ElementsAre(2048, -2048, 0));
}

}  // namespace
}  // namespace k210
