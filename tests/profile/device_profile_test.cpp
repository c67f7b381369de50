#include "profile/device_profile.hpp"

#include <gtest/gtest.h>

namespace k210::profile {
namespace {

SimTime us(std::uint64_t n) {
    return {ps_from_us(n)};
}

struct DeviceProfileTest : testing::Test {
    DeviceProfile profile;

    void run_layer(std::uint64_t at, std::string_view parameters, std::string_view output) {
        profile.begin(us(at), "kpu", "conv",
                      {{"kind", "conv 1x1"},
                       {"input", "8x8x8"},
                       {"output", output},
                       {"pool", "none"},
                       {"parameters", parameters},
                       {"compute_cycles", 900u}});
        profile.end(us(at + 10), "kpu");
    }
};

TEST_F(DeviceProfileTest, AddsUpWhatEachDeviceDid) {
    profile.begin(us(0), "dma channel 1", "sram to spi0", {{"bytes", 100u}});
    profile.end(us(5), "dma channel 1");
    profile.begin(us(20), "dma channel 1", "sram to spi0", {{"bytes", 50u}});
    profile.end(us(22), "dma channel 1");
    profile.burst(us(1), us(4), "spi0", "write", 100);
    ASSERT_EQ(profile.devices().size(), 2u);
    const DeviceTime& dma = profile.devices()[0];
    EXPECT_EQ(dma.name, "dma channel 1");
    EXPECT_EQ(dma.busy_ps, ps_from_us(7));
    EXPECT_EQ(dma.times, 2u);
    EXPECT_EQ(dma.bytes, 150u);
    EXPECT_EQ(profile.devices()[1].busy_ps, ps_from_us(3));
}

TEST_F(DeviceProfileTest, CountsNoTimeTwice) {
    profile.burst(us(0), us(10), "uarths", "send", 1);
    profile.burst(us(8), us(12), "uarths", "send", 1);
    EXPECT_EQ(profile.devices()[0].busy_ps, ps_from_us(12));
}

TEST_F(DeviceProfileTest, CountsNoTimeBeyondTheEnd) {
    profile.burst(us(0), us(10), "uarths", "send", 1);
    profile.begin(us(2), "kpu", "conv", {});
    profile.finish(us(6));
    EXPECT_EQ(profile.devices()[0].busy_ps, ps_from_us(6));
    EXPECT_EQ(profile.devices()[1].busy_ps, ps_from_us(4));
}

TEST_F(DeviceProfileTest, KnowsALayerAgainByItsParametersAndShape) {
    for (std::uint64_t frame = 0; frame < 3; ++frame) {
        run_layer(frame * 100, "0x80100000", "16x8x8");
        run_layer(frame * 100 + 20, "0x80200000", "16x8x8");
        run_layer(frame * 100 + 40, "0x80100000", "16x4x4");
    }
    ASSERT_EQ(profile.layers().size(), 3u);
    for (const LayerTime& layer : profile.layers()) {
        EXPECT_EQ(layer.runs, 3u);
        EXPECT_EQ(layer.busy_ps, ps_from_us(30));
        EXPECT_EQ(layer.compute_cycles, 900u);
    }
    EXPECT_EQ(profile.layers()[2].output, "16x4x4");
}

TEST_F(DeviceProfileTest, CountsLayersWithoutEndTogether) {
    for (std::uint64_t n = 0; n < 3000; ++n) run_layer(n * 100, std::to_string(n * 64), "16x8x8");
    EXPECT_LT(profile.layers().size(), 2000u);
    EXPECT_EQ(profile.layers().back().kind, "others");
    std::uint64_t runs = 0, busy_ps = 0;
    for (const LayerTime& layer : profile.layers()) {
        runs += layer.runs;
        busy_ps += layer.busy_ps;
    }
    EXPECT_EQ(runs, 3000u);
    EXPECT_EQ(busy_ps, ps_from_us(30'000));
}

TEST_F(DeviceProfileTest, RemembersLevelsAndCountsInstants) {
    profile.level(us(0), "clock cpu", 390);
    profile.level(us(1), "clock cpu", 400);
    profile.instant(us(0), "lcd", "frame shown", {});
    EXPECT_EQ(profile.last_level("clock cpu"), 400u);
    EXPECT_EQ(profile.instants("lcd"), 1u);
    EXPECT_EQ(profile.instants("dvp"), 0u);
}

}  // namespace
}  // namespace k210::profile
