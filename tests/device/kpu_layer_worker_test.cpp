// Layers computed beside the harts: what they read, and when.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "kmodel/bare_kpu.hpp"
#include "kpu/layer_worker.hpp"
#include "kpu/reference_kernel.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct KpuLayerWorkerTest : testing::Test {
    std::mt19937 random{1};
    Bytes memory = noise(kAiRamBytes);
    KpuLayerWorker worker;

    std::span<std::uint8_t, kAiRamBytes> ai_ram() { return std::span<std::uint8_t, kAiRamBytes>(memory); }
    Bytes noise(std::size_t size) {
        Bytes bytes(size);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        return bytes;
    }
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); }

    // Large enough to leave the caller's thread, unless `channels` says otherwise.
    BuiltKpuLayer layer(std::uint32_t channels = 32) {
        KpuLayerSpec spec{.input = {channels, 40, 40}, .output_channels = channels, .norm = {1, 0, 7}};
        spec.weights.resize(std::size_t{channels} * channels);
        for (auto& weight : spec.weights) weight = static_cast<std::uint16_t>(below(8));
        return build_kpu_layer(spec);
    }
    Bytes reference(const BuiltKpuLayer& built) {
        kmodel::BufferParameters source(built.parameters);
        return kpu_compute_reference(built.layer, true, ai_ram(), source);
    }
    void start(const BuiltKpuLayer& built) {
        kmodel::BufferParameters source(built.parameters);
        worker.start(built.layer, true, ai_ram(), source);
    }
};

TEST_F(KpuLayerWorkerTest, WhatChangesAfterTheStartIsNotSeen) {
    for (const std::uint32_t channels : {2u, 32u}) {
        BuiltKpuLayer built = layer(channels);
        const Bytes expected = reference(built);
        start(built);
        std::ranges::fill(memory, std::uint8_t{0});
        std::ranges::fill(built.parameters, std::uint8_t{0});
        EXPECT_EQ(worker.output(), expected) << channels;
        memory = noise(kAiRamBytes);
    }
}

TEST_F(KpuLayerWorkerTest, ThreadGivenTimeReturnsTheSame) {
    const BuiltKpuLayer built = layer();
    const Bytes expected = reference(built);
    for (int round = 0; round < 20; ++round) {
        start(built);
        std::this_thread::sleep_for(std::chrono::microseconds(round * 50));
        EXPECT_EQ(worker.output(), expected) << round;
    }
}

// Whatever the layout says, and wherever in AI RAM it reaches: all that the layer reads was taken.
TEST_F(KpuLayerWorkerTest, InputIsCompleteInEveryLayout) {
    for (int round = 0; round < 40; ++round) {
        KpuLayerSpec spec{.input = {20 + below(8), 1 + below(80), 20 + below(20)},
                          .depthwise = below(3) == 0,
                          .src_line = static_cast<std::uint16_t>(below(kAiRamLines)),
                          .norm = {1, 0, 4}};
        spec.output_channels = spec.depthwise ? spec.input.channels : 20;
        spec.weights.assign(std::size_t{spec.output_channels} * spec.input.channels, 1);
        BuiltKpuLayer built = build_kpu_layer(spec);
        if (below(2)) {
            built.layer.channel_switch_addr = static_cast<std::uint16_t>(below(1u << 15));
            built.layer.row_switch_addr = static_cast<std::uint8_t>(below(16));
            built.layer.coef_group = static_cast<std::uint8_t>(below(8));
        }
        memory = noise(kAiRamBytes);
        const Bytes expected = reference(built);
        start(built);
        EXPECT_EQ(worker.output(), expected) << round;
    }
}

TEST_F(KpuLayerWorkerTest, LayerThatFitsNoAiRamHasNoOutput) {
    BuiltKpuLayer built = layer();
    start(built);
    worker.output();
    built.layer.i_ch_num = built.layer.i_row_wid = 1023;
    start(built);
    EXPECT_TRUE(worker.output().empty());
}

TEST_F(KpuLayerWorkerTest, GoesAwayWithALayerUnderWay) {
    const BuiltKpuLayer built = layer();
    const Bytes expected = reference(built);
    for (int round = 0; round < 20; ++round) {
        KpuLayerWorker other;
        kmodel::BufferParameters source(built.parameters);
        other.start(built.layer, true, ai_ram(), source);
        if (round % 2) std::this_thread::sleep_for(std::chrono::microseconds(round * 10));
    }
    start(built);
    EXPECT_EQ(worker.output(), expected);
}

TEST_F(KpuLayerWorkerTest, WorkersDoNotDisturbEachOther) {
    const BuiltKpuLayer built = layer(), another = layer();
    const Bytes expected = reference(built), expected_of_another = reference(another);
    KpuLayerWorker second;
    for (int round = 0; round < 10; ++round) {
        kmodel::BufferParameters source(another.parameters);
        start(built);
        second.start(another.layer, true, ai_ram(), source);
        EXPECT_EQ(second.output(), expected_of_another);
        EXPECT_EQ(worker.output(), expected);
    }
}

}  // namespace
}  // namespace k210
