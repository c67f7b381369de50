// Which controllers reach what hangs on pads, what is told of them, and what a loss of power leaves.
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

struct FakeI2cChip final : I2cTarget {
    std::string seen;
    bool start(bool read) override {
        seen += read ? "R" : "W";
        return true;
    }
    bool write(std::uint8_t byte) override {
        seen += fmt::format("{:02x}", byte);
        return true;
    }
    std::uint8_t read() override { return 0; }
    void stop() override { seen += "."; }
};

struct FakeSpiChip final : SpiTarget {
    std::string seen;
    void select(bool active) override { seen += active ? '+' : '-'; }
    std::uint32_t exchange(std::uint32_t out, unsigned, unsigned) override {
        seen += fmt::format("{:02x}", out);
        return 0;
    }
    std::uint32_t receive(unsigned, unsigned) override { return 0; }
    void dummy_clocks(unsigned) override {}
};

struct I2cController {
    std::uint32_t base;
    unsigned clock, data;  // functions
};
// [sdk] lib/bsp/include/platform.h:64-66, lib/drivers/include/fpioa.h:449-454
constexpr std::array kI2cControllers = {I2cController{0x5028'0000, 126, 127}, I2cController{0x5029'0000, 128, 129},
                                        I2cController{0x502a'0000, 130, 131}};

struct ControllersTest : testing::Test, ChipBench {
    static constexpr unsigned kClock = 30, kData = 31;
    static constexpr std::uint8_t kAddress = 0x35;
    FakeI2cChip target;

    ControllersTest() { chip.on_i2c(target, kAddress, {kClock, kData}); }
    void route(unsigned pad, unsigned function) { write(0x502b'0000 + 4 * pad, 0x901f00 | function); }
    // As maix_i2c_init does.
    void configure(const I2cController& i2c) {
        route(kClock, i2c.clock);
        route(kData, i2c.data);
        write(i2c.base + 0x00, 0x65);
        write(i2c.base + 0x14, 43);
        write(i2c.base + 0x18, 48);
        write(i2c.base + 0x04, kAddress);
        write(i2c.base + 0x6c, 1);
    }
    void send(const I2cController& i2c, std::uint8_t byte) { write(i2c.base + 0x10, byte); }
};

TEST_F(ControllersTest, AnI2cControllerReachesPadsThatCarryItsOwnFunctions) {
    for (const I2cController& i2c : kI2cControllers) {
        configure(i2c);
        send(i2c, 0x12);
        bench.run_for_cycles(100'000);
        EXPECT_EQ(std::exchange(target.seen, {}), "W12.") << i2c.clock;
        route(kData, i2c.data ^ 2);  // another's
        send(i2c, 0x12);
        bench.run_for_cycles(100'000);
        EXPECT_EQ(target.seen, "") << i2c.clock;
    }
}

TEST_F(ControllersTest, AnI2cTransferGoesOnWhereItWasSaved) {
    for (const I2cController& i2c : kI2cControllers) {
        configure(i2c);
        target.seen.clear();
        send(i2c, 0x12);
        send(i2c, 0x34);
        for (int i = 0; i < 10'000 && target.seen != "W12"; ++i) bench.run_for_cycles(10);
        Snapshot snapshot;
        StateSaver saver(snapshot);
        bench.events.visit_state(saver);
        chip.visit_state(saver);

        ChipBench other;
        FakeI2cChip its_target;
        other.chip.on_i2c(its_target, kAddress, {kClock, kData});
        StateLoader loader(snapshot);
        other.bench.events.visit_state(loader);
        other.chip.visit_state(loader);
        other.bench.run_for_cycles(100'000);
        EXPECT_EQ(its_target.seen, "34.") << i2c.clock;
        bench.run_for_cycles(100'000);
    }
}

TEST_F(ControllersTest, TheCameraPortSpeaksOverSccb) {
    route(kClock, FUNC_SCCB_SCLK);
    route(kData, FUNC_SCCB_SDA);
    write(0x5043'0014, 2 | 255 << 8 | 255 << 16);                    // sccb_cfg: two bytes behind the address
    write(0x5043'0018, 1 | kAddress << 1 | 0x12 << 8 | 0x34 << 16);  // sccb_ctl
    write(0x5043'0020, 3u << 24);                                    // sts: begin
    bench.run_for_cycles(1'000'000);
    EXPECT_EQ(target.seen, "W1234.");
}

TEST_F(ControllersTest, ASpiControllerReachesAChipByItsOwnClockAndSelects) {
    FakeSpiChip spi_chip;
    chip.on_spi(spi_chip, {.clock = 20, .select = 21});
    const std::tuple<std::uint32_t, unsigned, unsigned> controllers[] = {{0x5200'0000, FUNC_SPI0_SCLK, FUNC_SPI0_SS0},
                                                                         {0x5300'0000, FUNC_SPI1_SCLK, FUNC_SPI1_SS0}};
    for (const auto& [base, clock, first_select] : controllers)
        for (unsigned select = 0; select < 4; ++select) {
            route(20, clock);
            route(21, first_select + select);
            EXPECT_TRUE(chip.fpioa.pad_level(21)) << "high at rest";
            spi_chip.seen.clear();
            write(base + 0x14, 10);                // baudr
            write(base + 0x00, 7 << 16 | 1 << 8);  // ctrlr0: bytes, transmit only
            write(base + 0x08, 1);
            write(base + 0x10, 1u << select);
            write(base + 0x60, 0x12);
            bench.run_for_cycles(10'000);
            EXPECT_EQ(spi_chip.seen, "+12-") << first_select + select;
            write(base + 0x08, 0);
        }
}

// [sdk] lib/drivers/include/sysctl.h, dma_sel0 and dma_sel1
TEST_F(ControllersTest, EachDmaChannelListensToTheHandshakeThatSysctlSelectsForIt) {
    write(0x5044'0064, 10 | 11 << 6 | 12 << 12 | 13 << 18 | 14 << 24);
    write(0x5044'0068, 15);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    chip.dmac.visit_state(saver);
    for (unsigned channel = 0; channel < 6; ++channel)
        EXPECT_EQ(snapshot.at("selection" + std::to_string(channel))[0], 10 + channel);
}

TEST_F(ControllersTest, WhatTheGuestUsesPadsForIsKnown) {
    EXPECT_EQ(chip.guest_wiring(), GuestWiring{});
    route(7, FUNC_SPI1_SCLK);
    route(39, FUNC_SPI0_SCLK);
    route(40, FUNC_SCCB_SDA);
    EXPECT_EQ(chip.guest_wiring().camera_control, std::nullopt);
    route(41, FUNC_SCCB_SCLK);
    configure(kI2cControllers[2]);
    send(kI2cControllers[2], 0x12);
    bench.run_for_cycles(100'000);
    write(0x502b'0000 + 4 * 10, 0x1f00 | FUNC_GPIOHS0);
    write(0x3800'1008, 1);  // GPIOHS's output_en
    const GuestWiring wiring = chip.guest_wiring();
    EXPECT_THAT(wiring.spi_clocks, ElementsAre(39u, 7u));
    EXPECT_EQ(wiring.camera_control, (I2cPads{41, 40}));
    EXPECT_THAT(wiring.addressed, ElementsAre(I2cPlace{kAddress, {kClock, kData}}));
    EXPECT_TRUE(wiring.driven.test(10));
    EXPECT_FALSE(wiring.driven.test(11));
}

TEST_F(ControllersTest, TheClocksThatProgramsSetAreTraced) {
    RecordingTrace trace(bench);
    chip.trace_clocks();
    EXPECT_THAT(trace.seen,
                ElementsAre("0 clock pll0 is 780000000", "0 clock pll1 is 299000000", "0 clock pll2 is 299000000",
                            "0 clock cpu is 390000000", "0 clock ai is 299000000"));
}

TEST_F(ControllersTest, WithoutPowerMemoriesForgetAndTheRomDoesNot) {
    for (Memory* memory : {&chip.debug, &chip.sram, &chip.ai_ram, &chip.rom}) {
        memory->write(0x100, 4, 0x1234);
        memory->mark_code(0x100, 4);
    }
    const std::uint64_t before = chip.code_epoch.value;
    chip.lose_power();
    for (const Memory* memory : {&chip.debug, &chip.sram, &chip.ai_ram})
        EXPECT_EQ(memory->read(0x100, 4), 0u) << memory->name();
    EXPECT_EQ(chip.rom.read(0x100, 4), 0x1234u);
    EXPECT_NE(chip.code_epoch.value, before);
}

}  // namespace
}  // namespace k210
