#include "sysctl/sysctl.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct SysctlTest : testing::Test {
    enum : std::uint32_t {  // [sdk] sysctl.h:30-66
        kGitId = 0x00,
        kClkFreq = 0x04,
        kPll0 = 0x08,
        kPll1 = 0x0c,
        kPll2 = 0x10,
        kPllLock = 0x18,
        kClkSel0 = 0x20,
        kClkEnPeri = 0x2c,
        kSoftReset = 0x30,
        kPeriReset = 0x34,
        kClkTh1 = 0x3c,
        kMisc = 0x54,
        kPeri = 0x58,
        kResetStatus = 0x60,
        kDmaSel0 = 0x64,
        kDmaSel1 = 0x68,
        kPowerSel = 0x6c
    };
    enum : std::uint32_t { kReset = 1 << 20, kPowered = 1 << 21, kBypass = 1 << 23, kOutEn = 1 << 25 };
    DeviceBench bench;
    Sysctl sysctl{bench.context()};

    std::uint32_t read(std::uint32_t offset) { return sysctl.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { sysctl.write(offset, 4, v); }
};

TEST_F(SysctlTest, StartsWithAllPllsLocked) {
    EXPECT_EQ(read(kPllLock), 0x0003'0303u);
}

TEST_F(SysctlTest, PllUnlocksInResetAndWithoutPower) {
    const std::uint32_t control = read(kPll0);
    write(kPll0, control | kReset);
    EXPECT_EQ(read(kPllLock), 0x0003'0300u);
    write(kPll0, control);
    EXPECT_EQ(read(kPllLock), 0x0003'0303u);
    write(kPll1, control & ~kPowered);
    EXPECT_EQ(read(kPllLock), 0x0003'0003u);
}

TEST_F(SysctlTest, LockBitsCannotBeWrittenAndSlipClearReadsZero) {
    write(kPllLock, 0x0004'0404);
    EXPECT_EQ(read(kPllLock), 0x0003'0303u);
}

TEST_F(SysctlTest, PllMultipliesAndDividesItsInput) {
    write(kPll1, (read(kPll1) & ~0xf'ffffu) | 45 << 4 | 2 << 10 | 45 << 14);
    EXPECT_EQ(sysctl.pll_hz(1, 26'000'000), 398'666'666u);
}

TEST_F(SysctlTest, PllIsSilentWithoutOutputEnable) {
    write(kPll1, read(kPll1) & ~kOutEn);
    EXPECT_EQ(sysctl.pll_hz(1, 26'000'000), 0u);
}

TEST_F(SysctlTest, BypassedPllPassesItsInputEvenWithoutPower) {
    write(kPll1, (read(kPll1) | kBypass) & ~kPowered);
    EXPECT_EQ(sysctl.pll_hz(1, 26'000'000), 26'000'000u);
}

TEST_F(SysctlTest, OnlyRealChangesOfClocksAreTold) {
    int told = 0;
    sysctl.on_clocks = [&] { ++told; };
    write(kClkTh1, read(kClkTh1));
    write(kClkEnPeri, read(kClkEnPeri));
    write(kPowerSel, 0xc0);
    EXPECT_EQ(told, 0);
    write(kClkTh1, 0x0101'0101);
    EXPECT_EQ(told, 1);
    sysctl.write(kClkEnPeri, 1, 0);
    EXPECT_EQ(told, 2);
}

TEST_F(SysctlTest, EveryClockRegisterTellsOfItsChanges) {
    int told = 0;
    sysctl.on_clocks = [&] { ++told; };
    for (const std::uint32_t offset :
         {0x08u, 0x0cu, 0x10u, 0x20u, 0x24u, 0x28u, 0x2cu, 0x38u, 0x3cu, 0x40u, 0x44u, 0x48u, 0x4cu, 0x50u}) {
        told = 0;
        write(offset, read(offset) ^ 1);
        EXPECT_EQ(told, 1) << std::hex << offset;
    }
    told = 0;
    for (const std::uint32_t offset : {0x14u, 0x54u, 0x64u, 0x6cu}) write(offset, read(offset) ^ 1);
    EXPECT_EQ(told, 0);
}

TEST_F(SysctlTest, EveryRouteTellsOfItsChanges) {
    int told = 0;
    sysctl.on_routes = [&] { ++told; };
    for (const std::uint32_t offset : {+kMisc, +kPeri, +kDmaSel0, +kDmaSel1}) {
        told = 0;
        write(offset, read(offset) ^ 1);
        EXPECT_EQ(told, 1) << std::hex << offset;
    }
}

TEST_F(SysctlTest, HandshakeSelectionsReachTheirChannels) {
    int told = 0;
    sysctl.on_routes = [&] { ++told; };
    write(kDmaSel0, 1 | 7 << 6 | 20 << 12 | 32u << 24);
    write(kDmaSel1, 22);
    EXPECT_EQ(told, 2);
    EXPECT_EQ(sysctl.dma_select(0), 1u);
    EXPECT_EQ(sysctl.dma_select(1), 7u);
    EXPECT_EQ(sysctl.dma_select(2), 20u);
    EXPECT_EQ(sysctl.dma_select(3), 0u);
    EXPECT_EQ(sysctl.dma_select(4), 32u);
    EXPECT_EQ(sysctl.dma_select(5), 22u);
}

TEST_F(SysctlTest, SpiDvpDataAndExecuteInPlaceAreSeenByOthers) {
    write(kMisc, 1 << 10);
    write(kPeri, 1 << 15);
    EXPECT_TRUE(sysctl.spi_dvp_data_enabled());
    EXPECT_TRUE(sysctl.spi_xip_enabled(3));
    EXPECT_FALSE(sysctl.spi_xip_enabled(0));
}

TEST_F(SysctlTest, PeripheralResetsAreToldByNameOnBothEdges) {
    std::vector<std::string> told;
    sysctl.on_peripheral_reset = [&](std::string_view block, bool held) {
        told.push_back(std::string(block) + (held ? " held" : " released"));
    };
    write(kPeriReset, 1 << 6 | 1 << 29);
    write(kPeriReset, 1 << 29);
    write(kPeriReset, 1 << 29);
    write(kPeriReset, 0);
    EXPECT_EQ(told, (std::vector<std::string>{"spi0 held", "rtc held", "spi0 released", "rtc released"}));
}

TEST_F(SysctlTest, SoftResetIsRequestedOnce) {
    int requests = 0;
    sysctl.on_soft_reset = [&] { ++requests; };
    write(kSoftReset, 1);
    write(kPowerSel, 1);
    EXPECT_EQ(requests, 1);
}

TEST_F(SysctlTest, ResetCauseIsReportedUntilCleared) {
    EXPECT_EQ(read(kResetStatus), 1u << 1);
    sysctl.reset();
    sysctl.set_reset_cause(Sysctl::ResetCause::wdt1);
    EXPECT_EQ(read(kResetStatus), 1u << 3);
    write(kResetStatus, 0x1e);
    EXPECT_EQ(read(kResetStatus), 1u << 3);
    write(kResetStatus, read(kResetStatus) | 1);  // as sysctl_get_reset_status does
    EXPECT_EQ(read(kResetStatus), 0u);
}

TEST_F(SysctlTest, IdentityCannotBeWritten) {
    write(kClkFreq, 1);
    write(kGitId, 1);
    EXPECT_EQ(read(kClkFreq), 26'000'000u);
    EXPECT_EQ(read(kGitId), 0u);
}

TEST_F(SysctlTest, TimerPauseIsLoggedAsNotModelled) {
    write(kPeri, 1);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(SysctlTest, SettingsSurviveSaveAndRestore) {
    write(kPll0, read(kPll0) | kReset);
    write(kPeriReset, 1 << 6);
    write(kDmaSel1, 9);
    DeviceBench other_bench;
    Sysctl other{other_bench.context()};
    DeviceBench::transfer_state(sysctl, other);
    int told = 0;
    other.on_peripheral_reset = [&](std::string_view, bool) { ++told; };
    other.write(kPowerSel, 4, 1);
    EXPECT_EQ(told, 0);
    EXPECT_EQ(other.read(kPllLock, 4), 0x0003'0300u);
    EXPECT_EQ(other.dma_select(5), 9u);
}

TEST_F(SysctlTest, ResetRestoresTheHandOverStateAndTellsSo) {
    write(kPll0, 0);
    write(kPeriReset, 1 << 6);
    std::vector<std::string> told;
    sysctl.on_clocks = [&] { told.emplace_back("clocks"); };
    sysctl.on_routes = [&] { told.emplace_back("routes"); };
    sysctl.on_peripheral_reset = [&](std::string_view block, bool held) {
        told.push_back(std::string(block) + (held ? " held" : " released"));
    };
    sysctl.reset();
    EXPECT_TRUE(told.empty());
    sysctl.settle();
    EXPECT_EQ(told, (std::vector<std::string>{"clocks", "routes", "spi0 released"}));
    EXPECT_EQ(sysctl.pll_hz(0, 26'000'000), 780'000'000u);
    EXPECT_EQ(read(kPllLock), 0x0003'0303u);
}

}  // namespace
}  // namespace k210
