#include "soc/clock_tree.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "sysctl/sysctl.hpp"

namespace k210 {
namespace {

struct ClockTreeTest : testing::Test {
    enum : std::uint32_t {  // [sdk] sysctl.h:30-66
        kPll0 = 0x08,
        kPll1 = 0x0c,
        kPll2 = 0x10,
        kPllLock = 0x18,
        kClkSel0 = 0x20,
        kClkEnCent = 0x28,
        kClkEnPeri = 0x2c,
        kClkTh0 = 0x38,
        kClkTh1 = 0x3c,
        kClkTh2 = 0x40,
        kClkTh3 = 0x44,
        kClkTh5 = 0x4c,
        kClkTh6 = 0x50
    };
    struct Chip {
        DeviceBench bench;
        ClockTree clocks{bench.events, bench.log};
        Sysctl sysctl{{bench.events, clocks[Clock::apb1], bench.log, bench.trace}};
        Chip() { clocks.connect(sysctl); }
    };
    Chip chip;

    std::uint64_t hz(Clock clock) { return chip.clocks[clock].hz(); }
    std::uint32_t read(std::uint32_t offset) { return chip.sysctl.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { chip.sysctl.write(offset, 4, v); }
    void set_field(std::uint32_t offset, unsigned lsb, unsigned width, std::uint32_t v) {
        const std::uint32_t mask = ((1u << width) - 1) << lsb;
        write(offset, (read(offset) & ~mask) | v << lsb);
    }
    // The accesses of sysctl_pll_set_freq ([sdk] sysctl.c:1733-1798), with the factors that its search finds.
    void pll_set_freq(std::uint32_t pll, std::uint32_t nf, std::uint32_t od) {
        if (pll == kPll0) set_field(kClkSel0, 0, 1, 0);
        set_field(pll, 25, 1, 0);
        set_field(pll, 21, 1, 0);
        set_field(pll, 0, 20, (nf - 1) << 4 | (od - 1) << 10 | (nf - 1) << 14);
        set_field(pll, 21, 1, 1);
        set_field(pll, 20, 1, 0);
        set_field(pll, 20, 1, 1);
        set_field(pll, 20, 1, 0);
        set_field(pll, 25, 1, 1);
        if (pll == kPll0) set_field(kClkSel0, 0, 1, 1);
    }
};

TEST_F(ClockTreeTest, FirmwareStartsAt390MHz) {
    EXPECT_EQ(hz(Clock::pll0), 780'000'000u);
    EXPECT_EQ(hz(Clock::cpu), 390'000'000u);
    EXPECT_EQ(hz(Clock::uarths), 390'000'000u);
    EXPECT_EQ(hz(Clock::apb0), 195'000'000u);
    EXPECT_EQ(hz(Clock::uart3), 195'000'000u);
    EXPECT_EQ(hz(Clock::rtc), 26'000'000u);
}

TEST_F(ClockTreeTest, SettingPllsAsMaixPyDoesGivesItsFrequencies) {
    pll_set_freq(kPll0, 62, 2);
    pll_set_freq(kPll1, 46, 3);
    pll_set_freq(kPll2, 26, 15);
    EXPECT_EQ(hz(Clock::pll0), 806'000'000u);
    EXPECT_EQ(hz(Clock::cpu), 403'000'000u);
    EXPECT_EQ(hz(Clock::pll1), 398'666'666u);
    EXPECT_EQ(hz(Clock::ai), 398'666'666u);
    EXPECT_EQ(hz(Clock::pll2), 45'066'666u);
}

TEST_F(ClockTreeTest, CpuRunsFromTheCrystalWhilePll0IsChanged) {
    set_field(kClkSel0, 0, 1, 0);
    EXPECT_EQ(hz(Clock::cpu), 26'000'000u);
    EXPECT_EQ(hz(Clock::apb1), 13'000'000u);
    set_field(kPll0, 25, 1, 0);
    EXPECT_EQ(hz(Clock::cpu), 26'000'000u);
    EXPECT_EQ(hz(Clock::spi0), 0u);
    EXPECT_EQ(chip.bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(ClockTreeTest, CpuCyclesContinueAcrossAChange) {
    ClockDomain& cpu = chip.clocks[Clock::cpu];
    chip.bench.events.run_until(SimTime{kPsPerSecond});
    pll_set_freq(kPll0, 62, 2);
    EXPECT_EQ(cpu.cycle_at(SimTime{kPsPerSecond}), 390'000'000u);
    EXPECT_EQ(cpu.cycle_at(SimTime{2 * kPsPerSecond}), 793'000'000u);
}

TEST_F(ClockTreeTest, AclkDividesPll0ByPowersOfTwo) {
    set_field(kClkSel0, 1, 2, 3);
    EXPECT_EQ(hz(Clock::aclk), 780'000'000u / 16);
    EXPECT_EQ(hz(Clock::dma), 780'000'000u / 16);
    set_field(kClkSel0, 0, 1, 0);
    EXPECT_EQ(hz(Clock::aclk), 26'000'000u) << "the crystal is not divided";
}

TEST_F(ClockTreeTest, EachClockHasItsOwnDivider) {
    write(kClkTh0, 1 | 2 << 4 | 3 << 8 | 4 << 12 | 5 << 16);
    EXPECT_EQ(hz(Clock::sram0), 390'000'000u / 2);
    EXPECT_EQ(hz(Clock::sram1), 390'000'000u / 3);
    EXPECT_EQ(hz(Clock::ai), 299'000'000u / 4);
    EXPECT_EQ(hz(Clock::dvp), 390'000'000u / 5);
    EXPECT_EQ(hz(Clock::rom), 390'000'000u / 6);
    write(kClkTh1, 0 | 1 << 8 | 2 << 16 | 255u << 24);
    EXPECT_EQ(hz(Clock::spi0), 390'000'000u);
    EXPECT_EQ(hz(Clock::spi1), 195'000'000u);
    EXPECT_EQ(hz(Clock::spi2), 130'000'000u);
    EXPECT_EQ(hz(Clock::spi3), 26'000'000u / 512);
    write(kClkTh3, 7 | 9 << 16);
    EXPECT_EQ(hz(Clock::i2s0), 299'000'000u / 16);
    EXPECT_EQ(hz(Clock::i2s1), 299'000'000u / 20);
    write(kClkTh5, 1 | 2 << 8 | 3 << 16 | 4 << 24);
    EXPECT_EQ(hz(Clock::i2s2_m), 299'000'000u / 4);
    EXPECT_EQ(hz(Clock::i2c0), 130'000'000u);
    EXPECT_EQ(hz(Clock::i2c1), 780'000'000u / 8);
    EXPECT_EQ(hz(Clock::i2c2), 78'000'000u);
    write(kClkTh6, 0 | 12 << 8);
    EXPECT_EQ(hz(Clock::wdt0), 13'000'000u);
    EXPECT_EQ(hz(Clock::wdt1), 1'000'000u);
}

TEST_F(ClockTreeTest, TimersAndSpi3ChooseTheirSource) {
    EXPECT_EQ(hz(Clock::timer1), 13'000'000u);
    set_field(kClkSel0, 14, 1, 1);
    EXPECT_EQ(hz(Clock::timer1), 390'000'000u);
    EXPECT_EQ(hz(Clock::timer0), 13'000'000u);
    set_field(kClkSel0, 12, 1, 1);
    EXPECT_EQ(hz(Clock::spi3), 390'000'000u);
}

TEST_F(ClockTreeTest, Pll2ChoosesItsInput) {
    set_field(kPll2, 26, 2, 2);
    EXPECT_EQ(hz(Clock::pll2), 299'000'000ull * 23 / 2);
    set_field(kPll2, 26, 2, 3);
    EXPECT_EQ(hz(Clock::pll2), 0u);
}

TEST_F(ClockTreeTest, GatesStopTheirClockAndWhatHangsOnIt) {
    set_field(kClkEnPeri, 24, 1, 0);
    EXPECT_EQ(hz(Clock::wdt0), 0u);
    EXPECT_EQ(hz(Clock::wdt1), 13'000'000u);
    set_field(kClkEnCent, 3, 1, 0);
    EXPECT_EQ(hz(Clock::apb0), 0u);
    EXPECT_EQ(hz(Clock::gpio), 0u);
    set_field(kClkEnCent, 3, 1, 1);
    EXPECT_EQ(hz(Clock::gpio), 195'000'000u);
}

TEST_F(ClockTreeTest, FirmwareCannotStopItsOwnClock) {
    set_field(kPll0, 21, 1, 0);
    EXPECT_EQ(hz(Clock::cpu), 26'000'000u);
    set_field(kPll0, 21, 1, 1);
    EXPECT_EQ(hz(Clock::cpu), 390'000'000u);
    set_field(kClkEnCent, 0, 1, 0);
    EXPECT_EQ(hz(Clock::cpu), 390'000'000u);
    EXPECT_EQ(chip.bench.log.entries().size(), 2u);
}

TEST_F(ClockTreeTest, FrequenciesAndCyclesSurviveSaveAndRestore) {
    chip.bench.events.run_until(SimTime{kPsPerSecond});
    pll_set_freq(kPll0, 62, 2);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    chip.sysctl.visit_state(saver);
    chip.clocks.visit_state(saver);
    Chip other;
    StateLoader loader(snapshot);
    other.sysctl.visit_state(loader);
    other.clocks.visit_state(loader);
    EXPECT_EQ(other.clocks[Clock::cpu].hz(), 403'000'000u);
    EXPECT_EQ(other.clocks[Clock::cpu].cycle_at(SimTime{2 * kPsPerSecond}), 793'000'000u);
}

TEST_F(ClockTreeTest, ResetGoesBackToTheHandOverFrequencies) {
    pll_set_freq(kPll0, 62, 2);
    chip.sysctl.reset();
    chip.sysctl.settle();
    EXPECT_EQ(hz(Clock::cpu), 390'000'000u);
}

}  // namespace
}  // namespace k210
