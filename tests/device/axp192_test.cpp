#include "board/axp192/axp192.hpp"

#include <gtest/gtest.h>

#include "support/i2c_part_bench.hpp"

namespace k210 {
namespace {

struct Axp192Test : I2cPartTest<Axp192> {
    unsigned read12(std::uint8_t reg) {
        std::vector<std::uint8_t> bytes;
        transfer({reg}, 2, &bytes);
        return unsigned{bytes[0]} << 4 | bytes[1];
    }
};

TEST_F(Axp192Test, AcknowledgesAPlainRead) {
    EXPECT_TRUE(transfer({}, 1));
}

TEST_F(Axp192Test, ReadsBackWhatStartUpWrites) {
    EXPECT_TRUE(transfer({0x28, 0xf0}, 0));
    std::vector<std::uint8_t> read;
    EXPECT_TRUE(transfer({0x28}, 1, &read));
    EXPECT_EQ(read, std::vector<std::uint8_t>{0xf0});
}

TEST_F(Axp192Test, ReportsABatteryOf3900Millivolts) {
    EXPECT_NEAR(read12(0x78) * 1.1, 3900, 2);
}

TEST_F(Axp192Test, MeasuresItsSupplies) {
    EXPECT_NEAR(read12(0x5a) * 1.7, 5000, 2) << "USB";
    EXPECT_NEAR(read12(0x5e) * 0.1 - 144.7, 35, 0.1) << "chip temperature";
    EXPECT_NEAR(read12(0x7e) * 1.4, 4900, 2) << "system supply";
}

TEST_F(Axp192Test, ReadsAndWritesGoOnToTheNextRegister) {
    transfer({0x28, 0x11, 0x22, 0x33}, 0);
    std::vector<std::uint8_t> read;
    transfer({0x28}, 3, &read);
    EXPECT_EQ(read, (std::vector<std::uint8_t>{0x11, 0x22, 0x33}));
}

TEST_F(Axp192Test, StatusMeasurementsAndInterruptFlagsCannotBeSet) {
    const auto value = [&](std::uint8_t reg) {
        std::vector<std::uint8_t> read;
        transfer({reg}, 1, &read);
        return read[0];
    };
    for (unsigned i = 0; i < 256; ++i) {
        const auto reg = static_cast<std::uint8_t>(i);
        const std::uint8_t before = value(reg), other = before ^ 0x5a;
        transfer({reg, other}, 0);
        const bool fixed = reg <= 0x03 || (reg >= 0x56 && reg <= 0x7f);
        const bool flags = (reg >= 0x44 && reg <= 0x47) || reg == 0x4d;
        EXPECT_EQ(value(reg), fixed || flags ? before : other) << std::hex << i;
    }
}

TEST_F(Axp192Test, StateSurvivesSaveAndRestore) {
    transfer({0x28, 0xf0}, 0);
    transfer({0x28}, 0);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    part.visit_state(saver);
    Axp192 other{{28, 29}};
    StateLoader loader(snapshot);
    other.visit_state(loader);
    EXPECT_EQ(other.read(), 0xf0);
}

TEST_F(Axp192Test, LossOfPowerRestoresItsRegisters) {
    transfer({0x28, 0xf0}, 0);
    part.power_on();
    std::vector<std::uint8_t> read;
    transfer({0x28}, 1, &read);
    EXPECT_EQ(read, std::vector<std::uint8_t>{0});
}

}  // namespace
}  // namespace k210
