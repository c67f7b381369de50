// From controllers to chips through pads: who hears a transfer, and who does not.
#include "soc/routes.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fpioa/fpioa.hpp"
#include "k210/base/error.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct FakeSpiChip final : SpiTarget {
    std::string seen;
    std::uint32_t answer = 0;
    void select(bool active) override { seen += active ? '+' : '-'; }
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override {
        seen += fmt::format("e{:x}/{}x{} ", out, bits, lines);
        return answer;
    }
    std::uint32_t receive(unsigned bits, unsigned lines) override {
        seen += fmt::format("r{}x{} ", bits, lines);
        return answer;
    }
    void dummy_clocks(unsigned clocks) override { seen += fmt::format("w{} ", clocks); }
};

struct FakeI2cChip final : I2cTarget {
    std::string seen;
    bool acknowledges = true;
    bool start(bool read) override {
        seen += read ? "R" : "W";
        return acknowledges;
    }
    bool write(std::uint8_t byte) override {
        seen += fmt::format("{:02x}", byte);
        return true;
    }
    std::uint8_t read() override { return 0x5a; }
    void stop() override { seen += "."; }
};

struct RoutesTest : testing::Test {
    DeviceBench bench;
    Fpioa fpioa{bench.context()};

    // Drives and hears, as fpioa_set_function leaves an output and an I2C line. [sdk] fpioa.c
    void route(unsigned pad, unsigned function) { fpioa.write(pad * 4, 4, 0x901f00 | function); }
};

struct SpiRouteTest : RoutesTest {
    static constexpr unsigned kClockPad = 39, kSelectPad = 36;
    SpiTargets targets;
    SpiRoute spi0{fpioa, fpioa, targets, FUNC_SPI0_SCLK, FUNC_SPI0_SS0},
        spi1{fpioa, fpioa, targets, FUNC_SPI1_SCLK, FUNC_SPI1_SS0};
    FakeSpiChip chip;

    SpiRouteTest() {
        route(kSelectPad, FUNC_SPI0_SS3);
        route(kClockPad, FUNC_SPI0_SCLK);
        targets.entries.push_back({&chip, {kClockPad, kSelectPad}});
    }
    static constexpr unsigned FUNC_SPI0_SS3 = FUNC_SPI0_SS0 + 3;
};

TEST_F(SpiRouteTest, ASelectedChipHearsWhatIsSentAndAnswers) {
    chip.answer = 0x77;
    spi0.select(3, true);
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0x77u);
    EXPECT_EQ(spi0.receive(32, 4), 0x77u);
    spi0.dummy_clocks(8);
    spi0.select(3, false);
    EXPECT_EQ(chip.seen, "e9f/8x1 r32x4 w8 ");
}

TEST_F(SpiRouteTest, OtherSelectsAreNotItsOwn) {
    spi0.select(0, true);
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0xffu);
    EXPECT_EQ(chip.seen, "");
}

TEST_F(SpiRouteTest, WhereNobodyIsSelectedTheLineReadsOnes) {
    EXPECT_EQ(spi0.exchange(0, 8, 1), 0xffu);
    EXPECT_EQ(spi0.exchange(0, 1, 1), 1u);
    EXPECT_EQ(spi0.receive(31, 1), 0x7fff'ffffu);
    EXPECT_EQ(spi0.receive(32, 1), 0xffff'ffffu);
    spi0.dummy_clocks(8);
    EXPECT_EQ(chip.seen, "");
}

TEST_F(SpiRouteTest, AChipHearsTheControllerWhoseClockItsPadCarries) {
    route(kClockPad, FUNC_SPI1_SCLK);
    spi0.select(3, true);  // SPI0's select, SPI1's clock: the select may be any pin
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0xffu);
    EXPECT_EQ(spi1.exchange(0x9f, 8, 1), 0u);
    EXPECT_EQ(chip.seen, "e9f/8x1 ");
}

TEST_F(SpiRouteTest, AGpioMaySelectAChipToo) {
    route(kSelectPad, FUNC_GPIOHS0 + 3);
    fpioa.drive(FUNC_GPIOHS0 + 3, true, true);
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0xffu);
    fpioa.drive(FUNC_GPIOHS0 + 3, false, true);
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0u);
    EXPECT_EQ(chip.seen, "e9f/8x1 ");
}

TEST_F(SpiRouteTest, SelectsAreHighBeforeTheControllerDoesAnything) {
    for (unsigned select = 0; select < 4; ++select) {
        route(20, FUNC_SPI0_SS0 + select);
        EXPECT_TRUE(fpioa.pad_level(20)) << select;
    }
}

TEST(DedicatedSpiTest, OnlyItsFirstSelectReachesTheChip) {
    FakeSpiChip chip;
    chip.answer = 5;
    DedicatedSpi spi3;
    spi3.attach(chip);
    EXPECT_EQ(spi3.exchange(1, 8, 1), 0xffu);
    EXPECT_EQ(spi3.receive(16, 4), 0xffffu);
    spi3.dummy_clocks(1);
    spi3.select(1, true);
    EXPECT_EQ(chip.seen, "");
    spi3.select(0, true);
    EXPECT_EQ(spi3.exchange(1, 8, 1), 5u);
    EXPECT_EQ(spi3.receive(16, 4), 5u);
    spi3.dummy_clocks(2);
    spi3.select(0, false);
    EXPECT_EQ(spi3.receive(8, 1), 0xffu);
    EXPECT_EQ(chip.seen, "+e1/8x1 r16x4 w2 -");
}

TEST(DedicatedSpiTest, WithoutAFlashTheLineReadsOnes) {
    DedicatedSpi spi3;
    spi3.select(0, true);
    EXPECT_EQ(spi3.exchange(1, 8, 1), 0xffu);
    EXPECT_EQ(spi3.receive(16, 4), 0xffffu);
    spi3.dummy_clocks(2);
}

struct I2cRouteTest : RoutesTest {
    FakeI2cChip camera, power;
    I2cTargets targets{{{&camera, 0x30, {41, 40}}, {&power, 0x34, {28, 29}}}};
    I2cRoute i2c{fpioa, targets, FUNC_I2C1_SCLK, FUNC_I2C1_SDA};

    I2cRouteTest() {
        route(41, FUNC_I2C1_SCLK);
        route(40, FUNC_I2C1_SDA);
    }
};

TEST_F(I2cRouteTest, TheAddressedChipOnItsPadsHearsATransfer) {
    EXPECT_TRUE(i2c.start(0x30, false));
    EXPECT_TRUE(i2c.write(0x12));
    EXPECT_TRUE(i2c.start(0x30, true));
    EXPECT_EQ(i2c.read(), 0x5a);
    i2c.stop();
    EXPECT_EQ(camera.seen, "W12R.");
    EXPECT_EQ(power.seen, "");
}

TEST_F(I2cRouteTest, NobodyAnswersAnAddressThatNobodyHas) {
    EXPECT_FALSE(i2c.start(0x31, false));
    EXPECT_FALSE(i2c.write(0x12));
    EXPECT_EQ(i2c.read(), 0xff);
    i2c.stop();
    EXPECT_EQ(camera.seen, "");
}

TEST_F(I2cRouteTest, AChipThatDoesNotAcknowledgeTakesNoPart) {
    camera.acknowledges = false;
    for (const bool read : {false, true}) EXPECT_FALSE(i2c.start(0x30, read));
    EXPECT_EQ(i2c.read(), 0xff);
    EXPECT_EQ(camera.seen, "WR");
}

TEST_F(I2cRouteTest, AChipOnOtherPadsIsOutOfReach) {
    EXPECT_FALSE(i2c.start(0x34, false));
    route(28, FUNC_I2C1_SCLK);
    EXPECT_FALSE(i2c.start(0x34, false));  // one of its two lines is not enough
    route(29, FUNC_I2C1_SDA);
    EXPECT_TRUE(i2c.start(0x34, false));
    EXPECT_EQ(power.seen, "W");
}

TEST_F(I2cRouteTest, PadsThatCarryAnotherControllerAreOutOfReach) {
    route(40, FUNC_I2C2_SDA);
    EXPECT_FALSE(i2c.start(0x30, false));
    route(40, FUNC_I2C1_SDA);
    route(41, FUNC_I2C2_SCLK);
    EXPECT_FALSE(i2c.start(0x30, false));
}

TEST_F(I2cRouteTest, WhoWasAddressedIsRememberedOnceForThePadsThatItWasOn) {
    using testing::ElementsAre;
    EXPECT_FALSE(i2c.start(0x34, false));
    EXPECT_TRUE(i2c.start(0x30, false));
    EXPECT_FALSE(i2c.start(0x34, true));
    EXPECT_THAT(i2c.addressed(), ElementsAre(I2cPlace{0x34, {41, 40}}, I2cPlace{0x30, {41, 40}}));
    route(40, FUNC_I2C2_SDA);
    i2c.start(0x34, false);  // on one pad alone
    EXPECT_EQ(i2c.addressed().size(), 2u);
    route(39, FUNC_I2C1_SDA);
    i2c.start(0x34, false);
    EXPECT_THAT(i2c.addressed(), ElementsAre(I2cPlace{0x34, {41, 39}}));
}

TEST_F(I2cRouteTest, AStopEndsTheTransfer) {
    i2c.start(0x30, false);
    i2c.stop();
    EXPECT_FALSE(i2c.write(0x12));
    i2c.stop();
    EXPECT_EQ(camera.seen, "W.");
}

TEST_F(I2cRouteTest, WhoIsAddressedIsStateAndNobodyElseCanBe) {
    i2c.start(0x30, false);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    i2c.visit_state(saver, "i2c1");
    I2cRoute other{fpioa, targets, FUNC_I2C1_SCLK, FUNC_I2C1_SDA};
    StateLoader loader(snapshot);
    other.visit_state(loader, "i2c1");
    EXPECT_TRUE(other.write(0x12));
    EXPECT_EQ(camera.seen, "W12");
    snapshot.at("i2c1")[0] = 3;  // there are two
    StateLoader damaged(snapshot);
    EXPECT_THROW(other.visit_state(damaged, "i2c1"), InputError);
}

TEST_F(SpiRouteTest, AWireFromDataOutToDataInBringsBackWhatIsSent) {
    route(10, FUNC_SPI0_D0);
    route(11, FUNC_SPI0_D0 + 1);
    EXPECT_EQ(spi0.exchange(0x5a, 8, 1), 0xffu);
    fpioa.join(10, 11);
    EXPECT_EQ(spi0.exchange(0x5a, 8, 1), 0x5au);
    EXPECT_EQ(spi1.exchange(0x5a, 8, 1), 0xffu);
    spi0.select(3, true);
    chip.answer = 0x77;
    EXPECT_EQ(spi0.exchange(0x5a, 8, 1), 0x77u);
}

TEST_F(SpiRouteTest, AClockReachesAChipOverAWire) {
    route(kClockPad, FUNC_GPIOHS0);
    route(9, FUNC_SPI0_SCLK);
    fpioa.join(9, kClockPad);
    chip.answer = 0x77;
    spi0.select(3, true);
    EXPECT_EQ(spi0.exchange(0x9f, 8, 1), 0x77u);
}

TEST_F(I2cRouteTest, ABusReachesAChipOverWires) {
    route(1, FUNC_I2C1_SCLK);
    route(2, FUNC_I2C1_SDA);
    route(41, FUNC_GPIOHS0);
    route(40, FUNC_GPIOHS0);
    EXPECT_FALSE(i2c.start(0x30, false));
    fpioa.join(1, 41);
    EXPECT_FALSE(i2c.start(0x30, false));
    fpioa.join(2, 40);
    EXPECT_TRUE(i2c.start(0x30, false));
}

}  // namespace
}  // namespace k210
