// The KPU and the DMAC together: the layer FIFO filled by DMA, output fetched by DMA.
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kpu_bench.hpp"

namespace k210 {
namespace {

using testing::Each;
using Bytes = std::vector<std::uint8_t>;

struct KpuDmaTest : testing::Test, KpuBench {
    static constexpr KpuShape kShape{3, 20, 15};
    static constexpr std::uint32_t kLayers = kUncached + 0x10'0000, kOutput = kUncached + 0x20'0000;

    // out = in + 1, from one of two maps to the other.
    KpuLayer increment(unsigned index) {
        KpuLayerSpec spec{.input = kShape, .output_channels = 3, .norm = {1, 1, 0}};
        spec.src_line = index % 2 ? 1000 : 0;
        spec.dst_line = index % 2 ? 0 : 1000;
        spec.weights = identity_weights(spec);
        return place(spec);
    }
    void store_layers(std::span<const KpuLayer> layers) {
        std::uint32_t at = kLayers;
        for (const KpuLayer& layer : layers)
            for (const std::uint64_t word : encode(layer)) store64(std::exchange(at, at + 8), word);
    }
    void fill_by_dma(unsigned channel, std::uint32_t first, std::uint32_t layers) {
        const std::uint32_t bytes = kKpuLayerWords * 8;
        start_dma(channel, kMem2Mem, kLayers + first * bytes, kKpuBase + kLayerArgumentFifo, false, true,
                  layers * static_cast<std::uint32_t>(kKpuLayerWords));
    }
    void upload(std::span<const std::uint8_t> planar) {
        kpu_write_map(0, kpu_packed_layout(kShape.width, kShape.height), kShape, planar, ram());
    }
    Bytes map_at(std::uint32_t line) {
        return kpu_read_map(line, kpu_packed_layout(kShape.width, kShape.height), kShape, ram());
    }
    Bytes output(std::uint32_t bytes) {
        const auto memory = bus.memory(kOutput, bytes);
        return {memory.begin(), memory.end()};
    }
    static Bytes ramp() {
        Bytes bytes(kShape.bytes());
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        return bytes;
    }
};

TEST_F(KpuDmaTest, LayerFifoFillsFromMemory) {
    std::vector<KpuLayer> layers;
    for (unsigned i = 0; i < 12; ++i) layers.push_back(increment(i));
    store_layers(layers);
    fill_by_dma(0, 0, 12);
    run_to_cycle(13 * cycles_of(layers[0]));
    EXPECT_EQ(kpu.layers_run(), 12u);
    EXPECT_THAT(map_at(0), Each(12));
    EXPECT_EQ(log.count(LogKind::guest_error), 0u);
}

// The first SDK's way (kpu.c:195-271): twelve layers at a time whenever the FIFO runs low.
TEST_F(KpuDmaTest, AlmostEmptyInterruptKeepsTheFifoFilled) {
    constexpr unsigned kCount = 40, kBurst = 12;
    std::vector<KpuLayer> layers;
    for (unsigned i = 0; i < kCount; ++i) layers.push_back(increment(i));
    store_layers(layers);
    write(kMask, kCalcDone | kAlmostFull);
    fill_by_dma(0, 0, kBurst);
    unsigned sent = kBurst, interrupts = 0;
    const std::uint64_t cycles = cycles_of(layers[0]);
    for (std::uint64_t step = 0; step < 10 * (kCount + 4); ++step) {
        run_for_cycles(cycles / 10);
        if (!kpu.irq.level()) continue;
        ++interrupts;
        write64(kClear, 7);
        const unsigned burst = std::min(kBurst, kCount - sent);
        if (burst) fill_by_dma(0, sent, burst);
        sent += burst;
    }
    EXPECT_EQ(kpu.layers_run(), kCount);
    EXPECT_THAT(map_at(0), Each(kCount));
    EXPECT_EQ(interrupts, 3u + 2u);  // before each further burst, and for the last two layers
}

TEST_F(KpuDmaTest, OutputArrivesPlanarInWholeWords) {
    upload(ramp());
    KpuLayer layer = increment(0);
    layer.send_data_out = true;
    const std::uint32_t words = (static_cast<std::uint32_t>(kShape.bytes()) + 7) / 8;
    start_dma(5, kPrf2Mem, kKpuBase + kDataOut, kOutput, true, false, words);
    push(layer);
    run_to_cycle(cycles_of(layer) - 1);
    EXPECT_FALSE(dma_is_done(5));
    run_for_cycles(10'000);
    EXPECT_TRUE(dma_is_done(5));
    Bytes expected = ramp();
    for (auto& byte : expected) byte = static_cast<std::uint8_t>(byte == 255 ? 255 : byte + 1);
    EXPECT_EQ(map_at(1000), expected);
    expected.resize(words * 8);
    EXPECT_EQ(output(words * 8), expected);
    EXPECT_FALSE(kpu.dma_request.level());
}

TEST_F(KpuDmaTest, OutputShorterThanDeclaredIsFilledUp) {
    KpuLayer layer = increment(0);
    layer.send_data_out = true;
    layer.dma_total_byte = static_cast<std::uint32_t>(kShape.bytes()) + 99;
    start_dma(5, kPrf2Mem, kKpuBase + kDataOut, kOutput, true, false, 125);
    push(layer);
    run_to_cycle(cycles_of(layer) + 20'000);
    EXPECT_TRUE(dma_is_done(5));
    const Bytes bytes = output(1000);
    EXPECT_EQ(bytes[kShape.bytes() - 1], 1);
    EXPECT_EQ(bytes[kShape.bytes()], 0);
    EXPECT_EQ(log.count(LogKind::unverified), 1u);
}

// As kpu_conv2d_output_full_add fetches it (kpu.c:425-444): as many words as there are output channels.
TEST_F(KpuDmaTest, FullAddSendsTheSumOfEachChannel) {
    Bytes input(kShape.bytes());
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::uint8_t>(i / kShape.plane_bytes() * 100);
    upload(input);
    KpuLayer layer = increment(0);
    layer.full_add = layer.send_data_out = true;
    start_dma(5, kPrf2Mem, kKpuBase + kDataOut, kOutput, true, false, 3);
    push(layer);
    run_to_cycle(cycles_of(layer) + 1000);
    EXPECT_TRUE(dma_is_done(5));
    for (std::uint32_t c = 0; c < 3; ++c) EXPECT_EQ(load64(kOutput + 8 * c), (c * 100 + 1) * kShape.plane_bytes());
    EXPECT_FALSE(kpu.dma_request.level());
    EXPECT_EQ(map_at(1000)[2 * kShape.plane_bytes()], 201);
    EXPECT_EQ(log.count(LogKind::unverified), 1u);
}

}  // namespace
}  // namespace k210
