// The KPU as firmware drives it: layers through the FIFO, interrupts, data out by DMA.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kpu_bench.hpp"

namespace k210 {
namespace {

using testing::Each;
using Bytes = std::vector<std::uint8_t>;

struct KpuTest : testing::Test, KpuBench {
    // Copies a 20x15 map of two channels from src to dst; parameters go to memory.
    KpuLayer copy_layer(std::uint16_t src = 0, std::uint16_t dst = 1000, std::uint32_t parameters = kParameters) {
        KpuLayerSpec spec{.input = kShape, .output_channels = 2, .src_line = src, .dst_line = dst};
        spec.weights = identity_weights(spec);
        return place(spec, parameters);
    }
    void upload(std::uint32_t line, std::uint8_t pixel) {
        kpu_write_map(line, kLayout, kShape, Bytes(kShape.bytes(), pixel), ram());
    }
    Bytes map_at(std::uint32_t line) { return kpu_read_map(line, kLayout, kShape, ram()); }

    static constexpr KpuShape kShape{2, 20, 15};
    static constexpr KpuMapLayout kLayout{15, 1, 2};
    const std::uint64_t layer_cycles = cycles_of(copy_layer());
};

TEST_F(KpuTest, OutputAppearsWhenTheLayersTimeHasPassed) {
    upload(0, 7);
    push(copy_layer());
    run_to_cycle(layer_cycles - 1);
    EXPECT_THAT(map_at(1000), Each(0));
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(1000), Each(7));
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, LayerStartsWithItsTwelfthWord) {
    const KpuLayerWords words = encode(copy_layer());
    for (std::size_t i = 0; i < 11; ++i) write64(kLayerArgumentFifo, words[i]);
    run_to_cycle(1'000'000);
    EXPECT_EQ(kpu.layers_run(), 0u);
    write64(kLayerArgumentFifo, words[11]);
    run_for_cycles(layer_cycles);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, InterruptsWhenALayerThatAsksForItIsDone) {
    write(kMask, kAlmostEmpty | kAlmostFull);
    KpuLayer layer = copy_layer();
    layer.int_en = true;
    push(layer);
    run_to_cycle(layer_cycles - 1);
    EXPECT_FALSE(kpu.irq.level());
    run_to_cycle(layer_cycles);
    EXPECT_TRUE(kpu.irq.level());
    EXPECT_EQ(read(kStatus), kCalcDone);
}

TEST_F(KpuTest, StaysSilentAboutLayersThatDoNotAsk) {
    write(kMask, kAlmostEmpty | kAlmostFull);
    push(copy_layer());
    run_to_cycle(layer_cycles);
    EXPECT_EQ(read(kRaw) & kCalcDone, 0u);
    EXPECT_FALSE(kpu.irq.level());
}

TEST_F(KpuTest, MaskBlocksTheLineButNotTheRawStatus) {
    write(kMask, 7);
    KpuLayer layer = copy_layer();
    layer.int_en = true;
    push(layer);
    run_to_cycle(layer_cycles);
    EXPECT_EQ(read(kStatus), 0u);
    EXPECT_EQ(read(kRaw) & kCalcDone, kCalcDone);
    EXPECT_FALSE(kpu.irq.level());
    write(kMask, kAlmostEmpty | kAlmostFull);
    EXPECT_TRUE(kpu.irq.level());
}

TEST_F(KpuTest, ClearDropsOnlyTheBitsWritten) {
    KpuLayer layer = copy_layer();
    layer.int_en = true;
    push(layer);
    run_to_cycle(layer_cycles);
    ASSERT_EQ(read(kRaw), kCalcDone | kAlmostEmpty);
    write(kClear, kCalcDone);
    EXPECT_EQ(read(kRaw), kAlmostEmpty);
    EXPECT_TRUE(kpu.irq.level());
    write64(kClear, 7);
    EXPECT_FALSE(kpu.irq.level());
}

TEST_F(KpuTest, QueuedLayersRunOneAfterAnother) {
    upload(0, 9);
    push(copy_layer(0, 1000));
    push(copy_layer(1000, 2000));  // reads what the first one writes
    run_to_cycle(2 * layer_cycles - 1);
    EXPECT_THAT(map_at(2000), Each(0));
    run_to_cycle(2 * layer_cycles);
    EXPECT_THAT(map_at(2000), Each(9));
}

// kpu_run keeps the FIFO filled from the almost-empty interrupt: kpu.c:47-131.
TEST_F(KpuTest, AlmostEmptyIsRaisedEachTimeALayerEndsWithFewLeft) {
    write(kMask, kCalcDone | kAlmostFull);
    for (int i = 0; i < 3; ++i) push(copy_layer());
    EXPECT_FALSE(kpu.irq.level());
    run_to_cycle(layer_cycles);
    EXPECT_FALSE(kpu.irq.level());  // two left
    run_to_cycle(2 * layer_cycles);
    EXPECT_TRUE(kpu.irq.level());  // one left
    write64(kClear, 7);
    run_to_cycle(3 * layer_cycles);
    EXPECT_TRUE(kpu.irq.level());  // none left
}

TEST_F(KpuTest, AlmostEmptyIsNotRaisedByAnIdleKpu) {
    write64(kClear, 7);
    write(kMask, 0);
    run_to_cycle(1'000'000);
    EXPECT_FALSE(kpu.irq.level());
}

TEST_F(KpuTest, AlmostFullIsRaisedAtTheThreshold) {
    write(kThreshold, 3 | 1u << 4);
    push(copy_layer());
    push(copy_layer());
    EXPECT_EQ(read(kRaw) & kAlmostFull, 0u);
    push(copy_layer());
    EXPECT_EQ(read(kRaw) & kAlmostFull, kAlmostFull);
}

TEST_F(KpuTest, LayersBeyondSixteenAreLostAndLogged) {
    for (int i = 0; i < 17; ++i) push(copy_layer());
    run_to_cycle(20 * layer_cycles);
    EXPECT_EQ(kpu.layers_run(), 16u);
    EXPECT_GT(log.count(LogKind::guest_error), 0u);
}

TEST_F(KpuTest, DataOutRequestsDmaUntilTheLastWordIsRead) {
    upload(0, 5);
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    const std::uint64_t cycles = cycles_of(layer);
    run_to_cycle(cycles - 1);
    EXPECT_FALSE(kpu.dma_request.level());
    run_to_cycle(cycles);
    const std::size_t words = kShape.bytes() / 8;
    for (std::size_t i = 0; i < words; ++i) {
        ASSERT_TRUE(kpu.dma_request.level()) << i;
        EXPECT_EQ(read64(kDataOut), 0x0505'0505'0505'0505u);
    }
    EXPECT_FALSE(kpu.dma_request.level());
}

TEST_F(KpuTest, DataOutIsPlanar) {
    Bytes input(kShape.bytes());
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::uint8_t>(i + 1);
    kpu_write_map(0, kLayout, kShape, input, ram());
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    run_to_cycle(cycles_of(layer));
    EXPECT_EQ(read64(kDataOut), 0x0807'0605'0403'0201u);
    EXPECT_EQ(read64(kDataOut), 0x100f'0e0d'0c0b'0a09u);
}

TEST_F(KpuTest, LayerThatSendsDataWritesAiRamToo) {
    upload(0, 5);
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    run_to_cycle(cycles_of(layer));
    EXPECT_THAT(map_at(1000), Each(5));
}

TEST_F(KpuTest, LayerThatSendsDataEndsOnlyWhenEarlierDataAreGone) {
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    push(layer);
    run_to_cycle(1'000'000);
    EXPECT_EQ(kpu.layers_run(), 1u);
    for (std::size_t i = 0; i < kShape.bytes() / 8; ++i) read64(kDataOut);
    EXPECT_EQ(kpu.layers_run(), 2u);
    EXPECT_TRUE(kpu.dma_request.level());
}

TEST_F(KpuTest, ReadingAnEmptyDataFifoGivesZeroAndIsLogged) {
    EXPECT_EQ(read64(kDataOut), 0u);
    EXPECT_EQ(log.count(LogKind::guest_error), 1u);
}

TEST_F(KpuTest, FlushDropsQueuedLayersButNotTheRunningOne) {
    push(copy_layer());
    push(copy_layer());
    write(kFifoCtrl, 0x1b);
    write(kFifoCtrl, 0x1f);
    run_to_cycle(1'000'000);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, FlushForgetsHalfALayer) {
    const KpuLayerWords words = encode(copy_layer());
    for (std::size_t i = 0; i < 5; ++i) write64(kLayerArgumentFifo, words[i]);
    write(kFifoCtrl, 0x1b);
    write(kFifoCtrl, 0x1f);
    push(copy_layer());
    run_to_cycle(layer_cycles);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, FifoKeptEmptyTakesNothingAndSaysSo) {
    write(kFifoCtrl, 0x1b);
    push(copy_layer());
    EXPECT_GT(log.count(LogKind::guest_error), 0u);
    write(kFifoCtrl, 0x1f);
    run_to_cycle(1'000'000);
    EXPECT_EQ(kpu.layers_run(), 0u);
}

TEST_F(KpuTest, FlushOfTheOtherFifosIsLogged) {
    for (const std::uint32_t kept : {0x1d, 0x17, 0x0f}) {
        const std::uint64_t before = log.count(LogKind::unverified);
        write(kFifoCtrl, kept);
        EXPECT_EQ(log.count(LogKind::unverified), before + 1) << kept;
    }
}

TEST_F(KpuTest, DataFifoKeptEmptyHoldsNothingUp) {
    write(kFifoCtrl, 0x1e);
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    push(layer);
    run_to_cycle(2 * cycles_of(layer));
    EXPECT_EQ(kpu.layers_run(), 2u);
    EXPECT_FALSE(kpu.dma_request.level());
}

TEST_F(KpuTest, FlushDropsDataOut) {
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    run_to_cycle(1'000'000);
    write(kFifoCtrl, 0x1e);
    EXPECT_FALSE(kpu.dma_request.level());
}

TEST_F(KpuTest, NothingProceedsWhileTheClockIsOff) {
    push(copy_layer());
    run_to_cycle(layer_cycles / 2);
    clock.set_hz(events.now(), 0);
    events.run_until(after(events.now(), kPsPerSecond));
    EXPECT_EQ(kpu.layers_run(), 0u);
    clock.set_hz(events.now(), 200'000'000);
    run_for_cycles(layer_cycles - layer_cycles / 2 - 1);
    EXPECT_EQ(kpu.layers_run(), 0u);
    run_for_cycles(1);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, UseWhileTheClockIsOffIsLogged) {
    clock.set_hz(events.now(), 0);
    EXPECT_EQ(read(kThreshold), 10 | 1u << 4);
    EXPECT_EQ(log.count(LogKind::guest_error), 1u);
    push(copy_layer());
    EXPECT_EQ(kpu.layers_run(), 0u);
    clock.set_hz(events.now(), 400'000'000);
    run_for_cycles(layer_cycles);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

TEST_F(KpuTest, ParametersComeFromEitherAliasOfMemory) {
    upload(0, 7);
    push(copy_layer(0, 1000, 0x8000'1000));
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(1000), Each(7));
}

TEST_F(KpuTest, ParametersOutsideMemoryReadAsZeroAndAreLogged) {
    upload(0, 7);
    KpuLayer layer = copy_layer();
    layer.para_start_addr = 0x1234'5678;
    push(layer);
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(1000), Each(0));
    EXPECT_GT(log.count(LogKind::guest_error), 0u);
}

TEST_F(KpuTest, InputIsTakenWhenTheLayerStarts) {
    upload(0, 7);
    push(copy_layer());
    upload(0, 8);
    run_to_cycle(layer_cycles);
    EXPECT_THAT(map_at(1000), Each(7));
}

TEST_F(KpuTest, FieldsWithoutKnownMeaningAreLoggedByName) {
    KpuLayer layer = copy_layer();
    layer.first_stride = true;
    push(layer);
    ASSERT_EQ(log.count(LogKind::unverified), 1u);
    EXPECT_EQ(log.entries().back().message, "layer field first_stride is 0x1: ignored: the convolution keeps stride 1");
}

TEST_F(KpuTest, SpareBitsAreLoggedByName) {
    KpuLayerWords words = encode(copy_layer());
    words[7] |= 0x8000;
    push(words);
    ASSERT_EQ(log.count(LogKind::unverified), 1u);
    EXPECT_EQ(log.entries().back().message, "layer field kernel_calc_type_cfg.reserved is 0x8000: ignored");
}

TEST_F(KpuTest, OutputTellsHartsThatTheirCodeMayHaveChanged) {
    ai_ram.mark_code(1000 * 64, 4);
    bool changed = false;
    ai_ram.on_code_changed([&changed] { changed = true; });
    push(copy_layer());
    EXPECT_FALSE(changed);
    run_to_cycle(layer_cycles);
    EXPECT_TRUE(changed);
}

TEST_F(KpuTest, LayersInFlightSurviveSaveAndRestore) {
    upload(0, 7);
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    push(copy_layer(1000, 2000));
    run_to_cycle(layer_cycles);

    KpuBench other;
    std::ranges::copy(sram.bytes(), other.sram.bytes().begin());
    std::ranges::copy(ai_ram.bytes(), other.ai_ram.bytes().begin());
    transfer_state(kpu, other.kpu);
    const std::uint64_t first = cycles_of(layer);
    other.run_to_cycle(first - 1);
    EXPECT_EQ(other.kpu.layers_run(), 0u);
    other.run_to_cycle(first + layer_cycles);
    EXPECT_EQ(other.kpu.layers_run(), 2u);
    EXPECT_TRUE(other.kpu.dma_request.level());
    EXPECT_EQ(other.ai_ram.bytes()[2000 * 64], 7);
}

TEST_F(KpuTest, DataThatAreHalfReadSurviveSaveAndRestore) {
    upload(0, 7);
    KpuLayer layer = copy_layer();
    layer.send_data_out = true;
    push(layer);
    run_to_cycle(cycles_of(layer));
    unsigned words = 1;
    read64(kDataOut);
    KpuBench other;
    transfer_state(events, other.events);
    transfer_state(kpu, other.kpu);
    for (; other.kpu.dma_request.level(); ++words) other.read64(kDataOut);
    EXPECT_EQ(words, layer.data_out_words());
}

TEST_F(KpuTest, ResetForgetsLayersAndData) {
    KpuLayer layer = copy_layer();
    layer.send_data_out = layer.int_en = true;
    push(layer);
    push(layer);
    run_to_cycle(cycles_of(layer));
    kpu.reset();
    kpu.settle();
    EXPECT_FALSE(kpu.irq.level());
    EXPECT_FALSE(kpu.dma_request.level());
    run_to_cycle(10'000'000);
    EXPECT_EQ(kpu.layers_run(), 1u);
}

}  // namespace
}  // namespace k210
