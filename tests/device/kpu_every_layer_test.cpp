// Every kind of layer a driver may program, through the registers and over the bus, against the plain reference.
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kpu_bench.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Kind {
    std::string name;
    KpuShape input{4, 20, 12};
    std::uint32_t outputs = 4;
    std::uint32_t kernel_side = 1;
    bool depthwise = false, eight_bit_mode = true;
    KpuPool pool = KpuPool::bypass;
    std::uint8_t pad_value = 0;
    std::uint16_t src_line = 0, dst_line = 16384;
    std::uint32_t parameters = KpuBench::kParameters;
    bool unverified = false;  // works, but leaves what is known of the chip
};

struct KpuEveryLayerTest : testing::TestWithParam<Kind>, KpuBench {
    std::mt19937 random{7};
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); }

    // Weights and data of all sizes, sums brought down to where they are not all clamped.
    BuiltKpuLayer build(const Kind& kind) {
        KpuLayerSpec spec{.input = kind.input,
                          .output_channels = kind.outputs,
                          .kernel_side = kind.kernel_side,
                          .depthwise = kind.depthwise,
                          .eight_bit_mode = kind.eight_bit_mode,
                          .pool = kind.pool,
                          .src_line = kind.src_line,
                          .dst_line = kind.dst_line};
        const std::uint32_t summed = kind.kernel_side * kind.kernel_side * (kind.depthwise ? 1 : kind.input.channels);
        spec.weights.resize(std::size_t{kind.outputs} * summed);
        for (auto& weight : spec.weights) weight = static_cast<std::uint16_t>(below(kind.eight_bit_mode ? 256 : 65536));
        const int weight_bits = kind.eight_bit_mode ? 8 : 16;
        spec.norm = {1 << 10, 20, 15};  // by 2^5; the activation takes the rest
        const int shift = weight_bits - 5 + std::bit_width(summed) - 1;
        for (auto& segment : spec.activation) segment.shift_number = static_cast<std::uint8_t>(shift);
        BuiltKpuLayer built = build_kpu_layer(spec, kind.parameters);
        built.layer.pad_value = kind.pad_value;
        built.layer.arg_x = -static_cast<int>(below(100));
        built.layer.arg_w = static_cast<int>(below(100));
        built.layer.int_en = true;
        return built;
    }

    // What AI RAM holds afterwards, down to the bytes between the maps.
    Bytes expected(const KpuLayer& layer, bool eight_bit_mode) {
        Bytes memory(ai_ram.bytes().begin(), ai_ram.bytes().end());
        const std::span<std::uint8_t, kAiRamBytes> span(memory);
        struct Source final : KpuParameterSource {
            explicit Source(Bus& memory) : bus_(memory) {}
            void read(std::uint32_t address, std::span<std::uint8_t> to) override {
                std::ranges::copy(bus_.memory(address, static_cast<std::uint32_t>(to.size())), to.begin());
            }
            Bus& bus_;
        } source(bus);
        kpu_write_back(layer, kpu_compute_reference(layer, eight_bit_mode, span, source), span);
        return memory;
    }
};

TEST_P(KpuEveryLayerTest, LeavesInAiRamWhatTheReferenceDoes) {
    const Kind& kind = GetParam();
    for (auto& byte : ai_ram.bytes()) byte = static_cast<std::uint8_t>(random());
    const BuiltKpuLayer built = build(kind);
    place(built.parameters, kind.parameters);
    const Bytes after = expected(built.layer, kind.eight_bit_mode);
    ASSERT_NE(after, Bytes(ai_ram.bytes().begin(), ai_ram.bytes().end()));

    write64(kEightBitMode, kind.eight_bit_mode);
    push(built.layer);
    run_for_cycles(cycles_of(built.layer));
    EXPECT_EQ(read(kRaw) & kCalcDone, kCalcDone);
    EXPECT_TRUE(std::ranges::equal(ai_ram.bytes(), after));
    EXPECT_EQ(log.count(LogKind::unverified) > 0, kind.unverified);
    EXPECT_EQ(log.count(LogKind::guest_error), 0u);
}

struct KpuArbitraryLayerTest : testing::Test, KpuBench {};

// Any 64-bit words may come; half of the layers are made small enough to be computed.
TEST_F(KpuArbitraryLayerTest, IsSurvivedAndNamed) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 300; ++round) {
        KpuLayerWords words;
        for (auto& word : words) word = random();
        if (round % 2) {
            words[2] &= 0x3ff'001f'0000'001f;
            words[3] &= 0x0000'7c3f'0000'7c3f;
        }
        push(words);
        const std::uint64_t before = kpu.layers_run();
        for (int step = 0; step < 3 && kpu.layers_run() == before; ++step) {
            run_for_cycles(cycles_of(KpuLayer::decode(words)));
            write(kFifoCtrl, 0x1e);  // drop what it has sent
            write(kFifoCtrl, 0x1f);
        }
        ASSERT_EQ(kpu.layers_run(), before + 1) << round;
    }
    EXPECT_GT(log.count(LogKind::unverified), 300u);
}

std::vector<Kind> kinds() {
    std::vector<Kind> all;
    for (const std::uint32_t width : {4u, 15u, 16u, 17u, 31u, 32u, 33u, 63u, 64u, 65u, 128u, 129u, 320u, 512u})
        for (const bool depthwise : {false, true})
            all.push_back({.name = (depthwise ? "depthwise_width_" : "width_") + std::to_string(width),
                           .input = {5, width, 7},
                           .outputs = 5,
                           .kernel_side = 3,
                           .depthwise = depthwise});
    for (const std::uint32_t side : {1u, 3u})
        for (const bool depthwise : {false, true})
            for (const bool eight_bit : {false, true})
                all.push_back({.name = std::string(depthwise ? "depthwise" : "dense") + (side == 3 ? "_3x3" : "_1x1") +
                                       (eight_bit ? "_8_bit" : "_16_bit"),
                               .input = {7, 20, 12},
                               .outputs = depthwise ? 7u : 9u,
                               .kernel_side = side,
                               .depthwise = depthwise,
                               .eight_bit_mode = eight_bit});
    for (std::uint32_t pool = 0; pool <= 9; ++pool)
        for (const KpuShape& input : {KpuShape{3, 24, 16}, KpuShape{3, 67, 19}})
            all.push_back({.name = "pool_" + std::to_string(pool) + "_width_" + std::to_string(input.width),
                           .input = input,
                           .pool = static_cast<KpuPool>(pool)});
    for (const int pad : {1, 128, 255})
        all.push_back({.name = "pad_value_" + std::to_string(pad),
                       .kernel_side = 3,
                       .pad_value = static_cast<std::uint8_t>(pad)});
    all.push_back({.name = "channels_1024_to_1024", .input = {1024, 4, 4}, .outputs = 1024});
    all.push_back({.name = "depthwise_channels_1024",
                   .input = {1024, 8, 8},
                   .outputs = 1024,
                   .kernel_side = 3,
                   .depthwise = true});
    all.push_back(
        {.name = "size_320x240", .input = {3, 320, 240}, .outputs = 4, .kernel_side = 3, .pool = KpuPool::max_2_s2});
    all.push_back({.name = "weights_in_many_loads", .input = {512, 4, 4}, .outputs = 40, .kernel_side = 3});
    all.push_back({.name = "parameters_by_the_cached_alias", .parameters = KpuBench::kCached + 0x1000});
    all.push_back({.name = "maps_at_the_end_of_ai_ram",
                   .input = {4, 64, 8},
                   .src_line = kAiRamLines - 32,
                   .dst_line = kAiRamLines - 64});
    all.push_back({.name = "in_place", .kernel_side = 3, .src_line = 100, .dst_line = 100, .unverified = true});
    all.push_back({.name = "output_over_the_inputs_end",
                   .input = {4, 64, 12},
                   .kernel_side = 3,
                   .src_line = 100,
                   .dst_line = 130,
                   .unverified = true});
    all.push_back({.name = "output_over_the_inputs_beginning",
                   .input = {4, 64, 12},
                   .kernel_side = 3,
                   .src_line = 130,
                   .dst_line = 100,
                   .unverified = true});
    all.push_back({.name = "input_round_the_end_of_ai_ram",
                   .input = {4, 64, 8},
                   .src_line = kAiRamLines - 10,
                   .dst_line = 1000,
                   .unverified = true});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, KpuEveryLayerTest, testing::ValuesIn(kinds()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace k210
