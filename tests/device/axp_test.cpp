#include "board/axp/axp.hpp"

#include <gtest/gtest.h>

#include "support/part_bench.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kPsPerMs = ps_from_us(1000);

struct PoweredBoard : PartBench {
    explicit PoweredBoard(const AxpModel& model = axp::kAxp192, std::optional<std::size_t> chip_output = {})
        : power(part("power"), model, {.pads = {28, 29}, .chip_output = chip_output}) {
        power.hang(chip);
        power.power_on();
    }
    void write(std::uint8_t reg, std::uint8_t value) {
        EXPECT_TRUE(chip.i2c->start(false));
        EXPECT_TRUE(chip.i2c->write(reg));
        EXPECT_TRUE(chip.i2c->write(value));
        chip.i2c->stop();
    }
    unsigned read(std::uint8_t reg) {
        EXPECT_TRUE(chip.i2c->start(false));
        EXPECT_TRUE(chip.i2c->write(reg));
        EXPECT_TRUE(chip.i2c->start(true));
        const unsigned value = chip.i2c->read();
        chip.i2c->stop();
        return value;
    }
    unsigned read12(std::uint8_t reg) { return read(reg) << 4 | read(static_cast<std::uint8_t>(reg + 1)); }
    void hold_key(std::uint64_t milliseconds) {
        power.press(true);
        wait(milliseconds);
        power.press(false);
    }
    void wait(std::uint64_t milliseconds) { events.run_until(after(events.now(), milliseconds * kPsPerMs)); }
    Axp power;
};

struct AxpTest : testing::Test, PoweredBoard {};

TEST_F(AxpTest, HasTheAddressOfItsKind) {
    EXPECT_EQ(chip.i2c_address, 0x34);
    EXPECT_EQ(PoweredBoard(axp::kAxp173).chip.i2c_address, 0x34);
    EXPECT_EQ(PoweredBoard(axp::kAxp202).chip.i2c_address, 0x35);
}

TEST_F(AxpTest, TellsWhichChipItIs) {
    EXPECT_EQ(read(0x03), 0x03u);
    EXPECT_EQ(PoweredBoard(axp::kAxp202).read(0x03), 0x41u);
}

// --- what feeds it -------------------------------------------------------------------------------------------------

TEST_F(AxpTest, MeasuresTheBattery) {
    EXPECT_NEAR(read12(0x78) * 1.1, 3900, 2);
    power.set_battery(3500);
    EXPECT_NEAR(read12(0x78) * 1.1, 3500, 2);
    power.set_battery(9999);
    EXPECT_EQ(read12(0x78), 0xfffu & (4500u * 10 / 11)) << "no more than the ADC can tell";
}

TEST_F(AxpTest, MeasuresItsSupplies) {
    write(0x82, 0xff);
    EXPECT_NEAR(read12(0x56) * 1.7, 5000, 2) << "adapter";
    EXPECT_NEAR(read12(0x5a) * 1.7, 5000, 2) << "USB";
    EXPECT_NEAR(read12(0x5e) * 0.1 - 144.7, 35, 0.1) << "chip temperature";
    EXPECT_NEAR(read12(0x7e) * 1.4, 4900, 2) << "system supply";
}

TEST_F(AxpTest, AMeasurementThatIsSwitchedOffStays) {
    write(0x82, 0x00);
    power.set_battery(3500);
    EXPECT_NEAR(read12(0x78) * 1.1, 3900, 2);
    write(0x82, 0x80);
    EXPECT_NEAR(read12(0x78) * 1.1, 3500, 2);
}

TEST_F(AxpTest, TellsUsbBatteryAndCharging) {
    EXPECT_EQ(read(0x00), 0xf4u);
    EXPECT_EQ(read(0x01), 0x60u);
    power.set_battery(4200);
    EXPECT_EQ(read(0x00), 0xf0u) << "full";
    EXPECT_EQ(read(0x01), 0x20u);
    power.set_battery({});
    EXPECT_EQ(read(0x01), 0x00u);
    power.set_battery(3700);
    power.plug_usb(false);
    EXPECT_EQ(read(0x00), 0x00u);
    EXPECT_EQ(read(0x01), 0x20u);
}

TEST_F(AxpTest, ChargesUpToTheVoltageThatIsSetAndOnlyWhenToldTo) {
    power.set_battery(4120);
    write(0x33, 0x80);
    EXPECT_EQ(read(0x01) & 0x40, 0u) << "4.1 V";
    write(0x33, 0xa0);
    EXPECT_EQ(read(0x01) & 0x40, 0x40u) << "4.15 V";
    write(0x33, 0x20);
    EXPECT_EQ(read(0x01) & 0x40, 0u);
}

TEST_F(AxpTest, WithoutUsbAndBatteryTheBoardIsOff) {
    power.plug_usb(false);
    EXPECT_FALSE(supply.board_off());
    power.set_battery({});
    EXPECT_TRUE(supply.board_off());
    PoweredBoard other;
    other.power.set_battery({});
    EXPECT_FALSE(other.supply.board_off());
    other.power.plug_usb(false);
    EXPECT_TRUE(other.supply.board_off());
}

// --- what it feeds -------------------------------------------------------------------------------------------------

TEST_F(AxpTest, FeedsRailsOfTheVoltageThatIsSet) {
    write(0x28, 0x0f);
    EXPECT_EQ(supply.millivolts("power.ldo2"), 1800u);
    EXPECT_EQ(supply.millivolts("power.ldo3"), 3300u);
    write(0x26, 0x68);
    EXPECT_EQ(supply.millivolts("power.dcdc1"), 3300u);
    write(0x23, 0xc8);
    EXPECT_EQ(supply.millivolts("power.dcdc2"), 900u) << "six bits only";
}

TEST_F(AxpTest, SwitchesEachRailByItsBit) {
    const struct {
        const char* rail;
        std::uint8_t bit;
    } rows[] = {{"power.dcdc1", 0x01},
                {"power.dcdc3", 0x02},
                {"power.ldo2", 0x04},
                {"power.ldo3", 0x08},
                {"power.dcdc2", 0x10}};
    for (const auto& [rail, bit] : rows) {
        write(0x12, bit);
        for (const auto& other : rows) EXPECT_EQ(supply.millivolts(other.rail) != 0, other.bit == bit) << rail;
    }
    EXPECT_FALSE(supply.board_off());
}

TEST_F(AxpTest, TheFirstGpioIsARailOnceItIsSetToBeOne) {
    EXPECT_EQ(supply.millivolts("power.ldoio0"), 0u);
    write(0x91, 0xf0);
    write(0x90, 0x02);
    EXPECT_EQ(supply.millivolts("power.ldoio0"), 3300u);
    write(0x91, 0x00);
    EXPECT_EQ(supply.millivolts("power.ldoio0"), 1800u);
}

TEST_F(AxpTest, TheOthersHaveRailsOfTheirOwn) {
    PoweredBoard amigo(axp::kAxp173);
    amigo.write(0x12, 0x02);
    EXPECT_NE(amigo.supply.millivolts("power.ldo4"), 0u);
    PoweredBoard watch(axp::kAxp202);
    watch.write(0x12, 0x40);
    EXPECT_NE(watch.supply.millivolts("power.ldo3"), 0u);
}

TEST_F(AxpTest, WithoutTheOutputThatFeedsTheChipTheBoardIsOff) {
    PoweredBoard other(axp::kAxp192, 1);  // dcdc2
    other.write(0x12, 0x10);
    EXPECT_FALSE(other.supply.board_off());
    other.write(0x12, 0x0f);
    EXPECT_TRUE(other.supply.board_off());
}

TEST_F(AxpTest, TheGuestSwitchesTheBoardOff) {
    write(0x32, 0x40);
    EXPECT_FALSE(supply.board_off());
    write(0x32, 0xc0);
    EXPECT_TRUE(supply.board_off());
}

// --- the power key -------------------------------------------------------------------------------------------------

TEST_F(AxpTest, AShortPressIsToldWhenTheKeyIsLetGo) {
    power.press(true);
    wait(1499);
    EXPECT_EQ(read(0x46), 0x00u);
    power.press(false);
    EXPECT_EQ(read(0x46), 0x02u);
    wait(2000);
    EXPECT_EQ(read(0x46), 0x02u) << "held no longer";
}

TEST_F(AxpTest, ALongPressIsToldWhileTheKeyIsHeld) {
    power.press(true);
    wait(1500);
    EXPECT_EQ(read(0x46), 0x01u);
    power.press(false);
    EXPECT_EQ(read(0x46), 0x01u) << "not a short one, too";
    write(0x36, 0x6d);  // two seconds
    write(0x46, 0xff);
    hold_key(1999);
    EXPECT_EQ(read(0x46), 0x02u);
}

TEST_F(AxpTest, FlagsAreClearedByWritingOnes) {
    hold_key(1500);
    hold_key(10);
    EXPECT_EQ(read(0x46), 0x03u);
    write(0x46, 0x02);
    EXPECT_EQ(read(0x46), 0x01u);
}

TEST_F(AxpTest, TheAxp202HasTheKeysFlagsElsewhere) {
    PoweredBoard watch(axp::kAxp202);
    watch.hold_key(10);
    EXPECT_EQ(watch.read(0x4a), 0x02u);
    EXPECT_EQ(watch.read(0x46), 0x00u);
}

TEST_F(AxpTest, AKeyHeldLongEnoughSwitchesTheBoardOff) {
    hold_key(5999);
    EXPECT_FALSE(supply.board_off());
    hold_key(6000);
    EXPECT_TRUE(supply.board_off());
}

TEST_F(AxpTest, AHeldKeySwitchesNothingOffWhereThatIsSwitchedOff) {
    write(0x36, 0x27);  // as Krux does
    hold_key(20'000);
    EXPECT_FALSE(supply.board_off());
}

// --- registers -----------------------------------------------------------------------------------------------------

TEST_F(AxpTest, StatusMeasurementsAndFlagsCannotBeSet) {
    write(0x82, 0);  // nothing is measured anew
    write(0x83, 0);
    for (unsigned i = 0; i < 256; ++i) {
        const auto reg = static_cast<std::uint8_t>(i);
        const auto before = read(reg), other = before ^ 0x15;
        write(reg, static_cast<std::uint8_t>(other));
        const bool fixed = reg <= 0x03 || (reg >= 0x56 && reg <= 0x7f);
        const bool flags = reg >= 0x44 && reg <= 0x47;
        EXPECT_EQ(read(reg), fixed || flags ? before : other) << std::hex << i;
    }
}

TEST_F(AxpTest, LossOfPowerRestoresItsRegisters) {
    write(0x28, 0x12);
    power.power_on();
    EXPECT_EQ(read(0x28), 0xcfu);
}

TEST_F(AxpTest, StateSurvivesSaveAndRestore) {
    write(0x28, 0xf0);
    power.set_battery(3500);
    power.plug_usb(false);
    power.press(true);
    wait(1000);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    events.visit_state(saver);
    power.visit_state(saver);
    PoweredBoard other;
    StateLoader loader(snapshot);
    other.events.visit_state(loader);
    other.power.visit_state(loader);
    EXPECT_EQ(other.read(0x28), 0xf0u);
    EXPECT_EQ(other.read(0x00), 0x00u);
    EXPECT_NEAR(other.read12(0x78) * 1.1, 3500, 2);
    other.wait(500);
    EXPECT_EQ(other.read(0x46), 0x01u);
    other.power.set_battery(3600);
    EXPECT_EQ(other.read(0x01), 0x20u) << "USB is still out";
}

}  // namespace
}  // namespace k210
