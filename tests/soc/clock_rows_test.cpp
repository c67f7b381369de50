// Every clock's parent, divider, gate and frequency at reset, against the SDK's registers, stated again.
#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

enum class By : std::uint8_t { nothing, n_plus_1, twice_n_plus_1 };

struct Place {
    std::uint32_t offset;  // in SYSCTL
    unsigned lsb, width;
};
constexpr Place kNone{0, 0, 0};

struct Row {
    Clock clock;
    const char* name;
    Clock parent;
    By by;
    Place divider, gate;
};

constexpr std::uint32_t kSel0 = 0x20, kCent = 0x28, kPeri = 0x2c, kTh0 = 0x38, kTh1 = 0x3c, kTh2 = 0x40, kTh3 = 0x44,
                        kTh4 = 0x48, kTh5 = 0x4c, kTh6 = 0x50;

using enum Clock;

// [sdk] lib/drivers/include/sysctl.h:430-650 (fields), lib/drivers/sysctl.c:239-387 (gates) and 1267-1607
// (frequencies). The three clocks that choose between IN0 and PLL0 are at IN0, as at reset.
constexpr auto kRows = std::to_array<Row>({
    {sram0, "sram0", aclk, By::n_plus_1, {kTh0, 0, 4}, {kCent, 1, 1}},
    {sram1, "sram1", aclk, By::n_plus_1, {kTh0, 4, 4}, {kCent, 2, 1}},
    {apb0, "apb0", aclk, By::n_plus_1, {kSel0, 3, 3}, {kCent, 3, 1}},
    {apb1, "apb1", aclk, By::n_plus_1, {kSel0, 6, 3}, {kCent, 4, 1}},
    {apb2, "apb2", aclk, By::n_plus_1, {kSel0, 9, 3}, {kCent, 5, 1}},
    {rom, "rom", aclk, By::n_plus_1, {kTh0, 16, 4}, {kPeri, 0, 1}},
    {dma, "dma", aclk, By::nothing, kNone, {kPeri, 1, 1}},
    {ai, "ai", pll1, By::n_plus_1, {kTh0, 8, 4}, {kPeri, 2, 1}},
    {dvp, "dvp", aclk, By::n_plus_1, {kTh0, 12, 4}, {kPeri, 3, 1}},
    {fft, "fft", aclk, By::nothing, kNone, {kPeri, 4, 1}},
    {gpio, "gpio", apb0, By::nothing, kNone, {kPeri, 5, 1}},
    {spi0, "spi0", pll0, By::twice_n_plus_1, {kTh1, 0, 8}, {kPeri, 6, 1}},
    {spi1, "spi1", pll0, By::twice_n_plus_1, {kTh1, 8, 8}, {kPeri, 7, 1}},
    {spi2, "spi2", pll0, By::twice_n_plus_1, {kTh1, 16, 8}, {kPeri, 8, 1}},
    {spi3, "spi3", in0, By::twice_n_plus_1, {kTh1, 24, 8}, {kPeri, 9, 1}},
    {i2s0, "i2s0", pll2, By::twice_n_plus_1, {kTh3, 0, 16}, {kPeri, 10, 1}},
    {i2s1, "i2s1", pll2, By::twice_n_plus_1, {kTh3, 16, 16}, {kPeri, 11, 1}},
    {i2s2, "i2s2", pll2, By::twice_n_plus_1, {kTh4, 0, 16}, {kPeri, 12, 1}},
    {i2s0_m, "i2s0_m", pll2, By::twice_n_plus_1, {kTh4, 16, 8}, kNone},
    {i2s1_m, "i2s1_m", pll2, By::twice_n_plus_1, {kTh4, 24, 8}, kNone},
    {i2s2_m, "i2s2_m", pll2, By::twice_n_plus_1, {kTh5, 0, 8}, kNone},
    {i2c0, "i2c0", pll0, By::twice_n_plus_1, {kTh5, 8, 8}, {kPeri, 13, 1}},
    {i2c1, "i2c1", pll0, By::twice_n_plus_1, {kTh5, 16, 8}, {kPeri, 14, 1}},
    {i2c2, "i2c2", pll0, By::twice_n_plus_1, {kTh5, 24, 8}, {kPeri, 15, 1}},
    {uart1, "uart1", apb0, By::nothing, kNone, {kPeri, 16, 1}},
    {uart2, "uart2", apb0, By::nothing, kNone, {kPeri, 17, 1}},
    {uart3, "uart3", apb0, By::nothing, kNone, {kPeri, 18, 1}},
    {uarths, "uarths", cpu, By::nothing, kNone, kNone},
    {aes, "aes", apb1, By::nothing, kNone, {kPeri, 19, 1}},
    {fpioa, "fpioa", apb0, By::nothing, kNone, {kPeri, 20, 1}},
    {timer0, "timer0", in0, By::twice_n_plus_1, {kTh2, 0, 8}, {kPeri, 21, 1}},
    {timer1, "timer1", in0, By::twice_n_plus_1, {kTh2, 8, 8}, {kPeri, 22, 1}},
    {timer2, "timer2", in0, By::twice_n_plus_1, {kTh2, 16, 8}, {kPeri, 23, 1}},
    {wdt0, "wdt0", in0, By::twice_n_plus_1, {kTh6, 0, 8}, {kPeri, 24, 1}},
    {wdt1, "wdt1", in0, By::twice_n_plus_1, {kTh6, 8, 8}, {kPeri, 25, 1}},
    {sha, "sha", apb0, By::nothing, kNone, {kPeri, 26, 1}},
    {otp, "otp", apb1, By::nothing, kNone, {kPeri, 27, 1}},
    {rtc, "rtc", in0, By::nothing, kNone, {kPeri, 29, 1}},
});
constexpr auto kChoosing =
    std::to_array<std::pair<Clock, unsigned>>({{spi3, 12}, {timer0, 13}, {timer1, 14}, {timer2, 15}});

struct ClockRowsTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kSysctl = 0x5044'0000;

    ClockRowsTest() {
        // PLL1 and PLL2 start alike: PLL2 gets a frequency of its own, so that parents cannot be mistaken.
        const std::uint32_t pll2_register = read(kSysctl + 0x10);
        write(kSysctl + 0x10, (pll2_register & ~(0x3fu << 4)) | 30u << 4);
        // And the three APBs dividers of their own.
        set({kSel0, 3, 9}, 1 | 2 << 3 | 3 << 6);
    }
    void set(const Place& place, std::uint32_t v) {
        const std::uint32_t mask = (place.width == 32 ? ~0u : (1u << place.width) - 1) << place.lsb;
        write(kSysctl + place.offset, (read(kSysctl + place.offset) & ~mask) | v << place.lsb);
    }
    std::uint32_t get(const Place& place) {
        return read(kSysctl + place.offset) >> place.lsb & ((1u << place.width) - 1);
    }
    std::uint64_t hz(Clock clock) { return chip.clocks[clock].hz(); }
    static std::uint64_t divided(By by, std::uint64_t hz, std::uint64_t n) {
        return by == By::n_plus_1 ? hz / (n + 1) : by == By::twice_n_plus_1 ? hz / (2 * (n + 1)) : hz;
    }
};

TEST_F(ClockRowsTest, PllsAndTheCrystalAreWhatTheOthersDeriveFrom) {
    EXPECT_EQ(hz(in0), 26'000'000u);
    EXPECT_EQ(hz(pll0), 780'000'000u);
    EXPECT_EQ(hz(pll1), 299'000'000u);
    EXPECT_EQ(hz(pll2), 26'000'000ull * 31 / 2);
    EXPECT_EQ(hz(aclk), 390'000'000u);
    EXPECT_EQ(hz(cpu), 390'000'000u);
}

TEST_F(ClockRowsTest, EachClockIsItsParentsDividedByItsField) {
    for (const Row& row : kRows) {
        EXPECT_EQ(hz(row.clock), divided(row.by, hz(row.parent), row.divider.width ? get(row.divider) : 0)) << row.name;
    }
}

TEST_F(ClockRowsTest, EveryValueOfADividerActsOnItsClockAlone) {
    for (const Row& row : kRows) {
        if (!row.divider.width) continue;
        const std::uint32_t most = (1u << row.divider.width) - 1;
        for (const std::uint32_t n : {std::uint32_t{0}, std::uint32_t{1}, most / 2, most}) {
            set(row.divider, n);
            EXPECT_EQ(hz(row.clock), divided(row.by, hz(row.parent), n)) << row.name << " " << n;
        }
        set(row.divider, 1);
    }
    for (const Row& row : kRows)
        EXPECT_EQ(hz(row.clock), divided(row.by, hz(row.parent), row.divider.width ? 1 : 0)) << row.name;
}

TEST_F(ClockRowsTest, EachGateStopsItsClockAndOnlyWhatDerivesFromIt) {
    for (const Row& row : kRows) {
        if (!row.gate.width) continue;
        set(row.gate, 0);
        for (const Row& other : kRows)
            EXPECT_EQ(hz(other.clock) == 0, other.clock == row.clock || other.parent == row.clock)
                << row.name << " gated, " << other.name;
        set(row.gate, 1);
        EXPECT_NE(hz(row.clock), 0u) << row.name;
    }
}

// Where its bus runs at a whole multiple of its clock, the RTC loses what is written: its bus is APB1.
TEST_F(ClockRowsTest, TheRtcHangsOnApb1) {
    constexpr std::uint32_t kInitialCount = 0x5046'0010, kRegisterCtrl = 0x5046'001c;
    write(kRegisterCtrl, 1u << 29 | 2);
    set({kSel0, 3, 9}, 2 | 1 << 3 | 1 << 6);  // APB0 at 130 MHz, the others at 195
    write(kInitialCount, 77);
    EXPECT_EQ(read(kInitialCount), 77u);
    set({kSel0, 3, 9}, 1 | 2 << 3 | 1 << 6);  // APB1 at 130 MHz
    write(kInitialCount, 78);
    EXPECT_EQ(read(kInitialCount), 77u);
}

TEST_F(ClockRowsTest, FourClocksChooseBetweenTheCrystalAndPll0) {
    for (const auto& [clock, bit] : kChoosing) {
        set({kSel0, bit, 1}, 1);
        EXPECT_EQ(hz(clock), hz(pll0) / 2) << bit;
        for (const auto& [other, other_bit] : kChoosing)
            if (other != clock) { EXPECT_EQ(hz(other), hz(in0) / 2) << bit; }
        set({kSel0, bit, 1}, 0);
    }
}

}  // namespace
}  // namespace k210
