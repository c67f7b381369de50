// What may happen while a layer runs. The layers here are large enough to be computed beside the harts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kpu_bench.hpp"

namespace k210 {
namespace {

using testing::Each;
using Bytes = std::vector<std::uint8_t>;

struct KpuRunningLayerTest : testing::Test, KpuBench {
    static constexpr KpuShape kShape{32, 40, 40};
    static constexpr std::uint16_t kFrom = 0, kTo = 2000;

    static KpuLayer copy(KpuBench& bench, std::uint16_t src = kFrom, std::uint16_t dst = kTo) {
        KpuLayerSpec spec{.input = kShape, .output_channels = kShape.channels, .src_line = src, .dst_line = dst};
        spec.weights = identity_weights(spec);
        return bench.place(spec);
    }
    KpuLayer copy(std::uint16_t src = kFrom, std::uint16_t dst = kTo) { return copy(*this, src, dst); }
    static void upload(KpuBench& bench, std::uint8_t pixel) {
        kpu_write_map(kFrom, kpu_packed_layout(kShape.width, kShape.height), kShape, Bytes(kShape.bytes(), pixel),
                      bench.ram());
    }
    void upload(std::uint8_t pixel) { upload(*this, pixel); }
    Bytes map_at(std::uint32_t line) {
        return kpu_read_map(line, kpu_packed_layout(kShape.width, kShape.height), kShape, ram());
    }
    const std::uint64_t layer_cycles = cycles_of(copy());
};

TEST_F(KpuRunningLayerTest, InputIsTakenWhenTheLayerStarts) {
    upload(7);
    push(copy());
    upload(8);
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
}

TEST_F(KpuRunningLayerTest, ParametersAreTakenWhenTheLayerStarts) {
    upload(7);
    const KpuLayer layer = copy();
    push(layer);
    std::ranges::fill(sram.bytes(), std::uint8_t{0});
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
}

TEST_F(KpuRunningLayerTest, ChangedParametersCountFromTheNextStart) {
    upload(7);
    const KpuLayer layer = copy();
    push(layer);
    push(layer);
    sram.bytes()[layer.bwsx_base_addr - kUncached + 3] = 5;  // channel 0's norm_add
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
    run_to_cycle(2 * layer_cycles);
    EXPECT_EQ(map_at(kTo)[0], 12);
    EXPECT_EQ(map_at(kTo)[kShape.plane_bytes()], 7);
}

TEST_F(KpuRunningLayerTest, LayerProgrammedMeanwhileRunsNext) {
    upload(7);
    KpuLayer layer = copy();
    push(layer);
    run_to_cycle(layer_cycles / 2);
    push(copy(kTo, 5000));
    layer.image_dst_addr = 9000;  // the copy in memory is the driver's again
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
    EXPECT_THAT(map_at(5000), Each(0));
    run_to_cycle(2 * layer_cycles);
    EXPECT_THAT(map_at(5000), Each(7));
    EXPECT_THAT(map_at(9000), Each(0));
}

TEST_F(KpuRunningLayerTest, EightBitModeCountsWhenALayerStarts) {
    upload(7);
    push(copy());
    write64(kEightBitMode, 0);
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
    push(copy());  // its weights now are pairs of bytes
    run_for_cycles(layer_cycles);
    EXPECT_NE(map_at(kTo)[kShape.plane_bytes()], 7);
}

TEST_F(KpuRunningLayerTest, FlushLeavesItAlone) {
    upload(7);
    push(copy());
    push(copy(kTo, 5000));
    write(kFifoCtrl, 0);
    write(kFifoCtrl, 0x1f);
    run_to_cycle(3 * layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuRunningLayerTest, ResetEndsItWithoutATrace) {
    upload(7);
    push(copy());
    run_to_cycle(layer_cycles / 2);
    kpu.reset();
    kpu.settle();
    run_to_cycle(3 * layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(0));
    EXPECT_EQ(kpu.layers_run(), 0u);

    write64(kEightBitMode, 1);
    push(copy());
    run_for_cycles(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
}

TEST_F(KpuRunningLayerTest, StoppedClockHoldsIt) {
    upload(7);
    push(copy());
    run_to_cycle(layer_cycles / 2);
    clock.set_hz(events.now(), 0);
    events.run_until(after(events.now(), kPsPerSecond));
    EXPECT_THAT(map_at(kTo), Each(0));
    clock.set_hz(events.now(), 400'000'000);
    run_for_cycles(layer_cycles - layer_cycles / 2 - 1);
    EXPECT_THAT(map_at(kTo), Each(0));
    run_for_cycles(1);
    EXPECT_THAT(map_at(kTo), Each(7));
}

TEST_F(KpuRunningLayerTest, GoesOnInARestoredMachine) {
    upload(7);
    push(copy());
    KpuBench other;
    transfer_state(kpu, other.kpu);
    other.run_to_cycle(layer_cycles);
    EXPECT_EQ(other.ai_ram.bytes()[kTo * kAiRamLineBytes], 7);
    EXPECT_EQ(other.kpu.layers_run(), 1u);
}

TEST_F(KpuRunningLayerTest, GivesWayToARestoredOne) {
    KpuBench other;
    upload(other, 9);
    other.push(copy(other));
    upload(7);
    push(copy());
    transfer_state(kpu, other.kpu);
    other.run_to_cycle(layer_cycles);
    EXPECT_EQ(other.ai_ram.bytes()[kTo * kAiRamLineBytes], 7);
}

TEST_F(KpuRunningLayerTest, SavingChangesNothing) {
    upload(7);
    push(copy());
    Snapshot first, second;
    StateSaver saver(first), again(second);
    kpu.visit_state(saver);
    kpu.visit_state(again);
    EXPECT_EQ(first, second);
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(kTo), Each(7));
}

TEST_F(KpuRunningLayerTest, SeveralKpusRunAtOnce) {
    KpuBench other;
    for (int round = 0; round < 5; ++round) {
        const auto pixel = static_cast<std::uint8_t>(round + 1), other_pixel = static_cast<std::uint8_t>(round + 100);
        upload(pixel);
        upload(other, other_pixel);
        push(copy());
        other.push(copy(other));
        run_for_cycles(layer_cycles);
        other.run_for_cycles(layer_cycles);
        EXPECT_THAT(map_at(kTo), Each(pixel));
        EXPECT_EQ(other.ai_ram.bytes()[kTo * kAiRamLineBytes], other_pixel);
    }
}

}  // namespace
}  // namespace k210
