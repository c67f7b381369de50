#include "app/kpu_layer_times.hpp"

#include <gtest/gtest.h>

namespace k210::app {
namespace {

struct KpuLayerTimesTest : testing::Test {
    KpuLayerTimes times;

    void begin(std::uint64_t us, std::string_view kind, std::string_view parameters, std::string_view track = "kpu") {
        times.begin(SimTime{ps_from_us(us)}, track, kind, {{"kind", kind}, {"parameters", parameters}});
    }
    void layer(std::uint64_t begin_us, std::uint64_t us, std::string_view kind, std::string_view parameters,
               std::string_view track = "kpu") {
        begin(begin_us, kind, parameters, track);
        times.end(SimTime{ps_from_us(begin_us + us)}, track);
    }
};

TEST_F(KpuLayerTimesTest, AddsUpEachLayersRunsInTheOrderOfTheirFirst) {
    layer(0, 10, "conv b", "0x1");
    layer(20, 5, "conv a", "0x2");
    layer(40, 14, "conv b", "0x1");
    ASSERT_EQ(times.layers().size(), 2u);
    EXPECT_EQ(times.layers()[0].kind, "conv b");
    EXPECT_EQ(times.layers()[0].runs, 2u);
    EXPECT_EQ(times.layers()[0].busy_ps, ps_from_us(24));
    EXPECT_EQ(times.layers()[1].busy_ps, ps_from_us(5));
}

TEST_F(KpuLayerTimesTest, LayersOfOneShapeAreToldApartByTheirParameters) {
    layer(0, 10, "conv", "0x1");
    layer(20, 30, "conv", "0x2");
    ASSERT_EQ(times.layers().size(), 2u);
    EXPECT_EQ(times.layers()[1].busy_ps, ps_from_us(30));
}

TEST_F(KpuLayerTimesTest, ALayerEndsWithTheNextAndOneThatRunsDoesNotCountYet) {
    begin(0, "conv a", "0x1");
    begin(7, "conv b", "0x2");
    EXPECT_EQ(times.layers()[0].busy_ps, ps_from_us(7));
    EXPECT_EQ(times.layers()[1].runs, 0u);
}

TEST_F(KpuLayerTimesTest, OtherTracksAreNoLayers) {
    layer(0, 10, "frame 320x240", "", "dvp");
    EXPECT_TRUE(times.layers().empty());
}

}  // namespace
}  // namespace k210::app
