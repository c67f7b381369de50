#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kpu/layer_trace.hpp"
#include "support/kpu_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

struct KpuLayerTraceTest : testing::Test, KpuBench {};

TEST_F(KpuLayerTraceTest, TellsShapesAndWhereTheCyclesGo) {
    const KpuLayerSpec spec{.input = {2, 20, 15}, .output_channels = 4, .src_line = 0, .dst_line = 1000};
    const KpuLayer layer = place(spec, kParameters);
    const KpuLayerTime time = kpu_layer_time(layer);
    RecordingTrace watcher(*this);
    push(layer);
    run_to_cycle(1'000'000);
    EXPECT_THAT(watcher.seen,
                testing::ElementsAre(
                    fmt::format("0 begin kpu: conv 1x1 2x20x15 to 4x20x15 kind=conv 1x1 input=2x20x15 output=4x20x15 "
                                "pool=none parameters={:#010x} setup_cycles={} compute_cycles={} weight_load_cycles={} "
                                "data_out_cycles={}",
                                layer.para_start_addr, time.setup_cycles, time.compute_cycles, time.weight_load_cycles,
                                time.data_out_cycles),
                    fmt::format("{} end kpu", time.total_cycles())));
}

}  // namespace
}  // namespace k210
