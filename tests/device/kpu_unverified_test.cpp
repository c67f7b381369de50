// What of a layer leaves the known, by name; nothing of it is ignored in silence.
#include <bit>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kpu/unverified.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Pair;

using Findings = std::vector<std::pair<std::string, std::uint64_t>>;

Findings findings(const KpuLayerWords& words, bool eight_bit_mode = true) {
    Findings found;
    for (const auto& odd : kpu_unverified_spare_bits(words)) found.emplace_back(odd.field, odd.value);
    for (const auto& odd : kpu_unverified_fields(KpuLayer::decode(words), eight_bit_mode))
        found.emplace_back(odd.field, odd.value);
    return found;
}
Findings findings(const KpuLayer& layer, bool eight_bit_mode = true) {
    return findings(encode(layer), eight_bit_mode);
}

KpuLayer ordinary_layer() {
    KpuLayer layer = build_kpu_layer({.input = {6, 20, 8}, .output_channels = 6, .kernel_side = 3}).layer;
    layer.send_data_out = true;
    return layer;
}

TEST(KpuUnverifiedTest, LayersAsCompilersMakeThemLeaveNothingOpen) {
    for (const std::uint32_t width : {4u, 16u, 20u, 32u, 40u, 320u})
        for (const KpuPool pool : {KpuPool::bypass, KpuPool::max_2_s2, KpuPool::mean_2_s2, KpuPool::left_top_2_s2,
                                   KpuPool::right_top_2_s2, KpuPool::mean_2_s1, KpuPool::max_2_s1})
            for (const bool depthwise : {false, true})
                for (const bool eight_bit_mode : {false, true}) {
                    if (depthwise && pool != KpuPool::bypass) continue;
                    const KpuLayerSpec spec{.input = {6, std::max(width, 8u), 8},
                                            .output_channels = 6,
                                            .kernel_side = 3,
                                            .depthwise = depthwise,
                                            .eight_bit_mode = eight_bit_mode,
                                            .pool = pool};
                    KpuLayer layer = build_kpu_layer(spec).layer;
                    layer.send_data_out = true;
                    EXPECT_THAT(findings(layer, eight_bit_mode), IsEmpty()) << width;
                }
}

TEST(KpuUnverifiedTest, LargestLayersLeaveNothingOpen) {
    const KpuLayerSpec wide{.input = {3, 320, 240}, .output_channels = 16, .kernel_side = 3, .dst_line = 3600};
    EXPECT_THAT(findings(build_kpu_layer(wide).layer), IsEmpty());
    EXPECT_THAT(findings(build_kpu_layer({.input = {1024, 4, 4}, .output_channels = 1024}).layer), IsEmpty());
    EXPECT_THAT(findings(build_kpu_layer({.input = {1, 512, 256}, .output_channels = 1, .dst_line = 4096}).layer),
                IsEmpty());
}

TEST(KpuUnverifiedTest, MapsThatTouchDoNotOverlap) {
    for (const int gap : {-1, 0}) {
        const KpuLayer after = build_kpu_layer({.input = {1, 64, 4},
                                                .output_channels = 1,
                                                .src_line = 100,
                                                .dst_line = static_cast<std::uint16_t>(104 + gap)})
                                   .layer;
        const KpuLayer before = build_kpu_layer({.input = {1, 64, 4},
                                                 .output_channels = 1,
                                                 .src_line = static_cast<std::uint16_t>(104 + gap),
                                                 .dst_line = 100})
                                    .layer;
        EXPECT_EQ(findings(after).empty(), gap == 0);
        EXPECT_EQ(findings(before).empty(), gap == 0);
    }
}

TEST(KpuUnverifiedTest, MapMayEndWhereAiRamEnds) {
    const KpuLayerSpec spec{.input = {5, 64, 8}, .output_channels = 5, .src_line = kAiRamLines - 40, .dst_line = 0};
    KpuLayer layer = build_kpu_layer(spec).layer;
    EXPECT_THAT(findings(layer), IsEmpty());
    ++layer.image_src_addr;
    EXPECT_THAT(findings(layer), Contains(Pair("image_src_addr", kAiRamLines - 39)));
}

TEST(KpuUnverifiedTest, OutputOverTheInputIsNamed) {
    const KpuLayerSpec spec{.input = {1, 64, 8}, .src_line = 100, .dst_line = 107};
    EXPECT_THAT(findings(build_kpu_layer(spec).layer), testing::ElementsAre(Pair("image_dst_addr", 107)));
    KpuLayerSpec beside = spec;
    beside.dst_line = 108;
    EXPECT_THAT(findings(build_kpu_layer(beside).layer), IsEmpty());
}

// Whichever bit of the twelve words a driver flips: either the model gives it its meaning, or it is named.
TEST(KpuUnverifiedTest, EveryBitHasAMeaningOrAName) {
    KpuLayer modelled{};
    modelled.int_en = modelled.depth_wise_layer = modelled.send_data_out = true;
    modelled.image_src_addr = modelled.image_dst_addr = 0x7fff;
    modelled.kernel_type = 1;
    modelled.pool_type = 0xf;
    modelled.pad_value = 0xff;
    modelled.bwsx_base_addr = modelled.para_start_addr = modelled.active_addr = ~0u;
    modelled.shr_w = modelled.shr_x = 0xf;
    modelled.arg_w = modelled.arg_x = -1;
    modelled.arg_add = -1;
    const KpuLayerWords meant = encode(modelled), ordinary = encode(ordinary_layer());
    ASSERT_THAT(findings(ordinary), IsEmpty());
    for (std::size_t word = 0; word < ordinary.size(); ++word)
        for (unsigned bit = 0; bit < 64; ++bit) {
            KpuLayerWords words = ordinary;
            words[word] ^= std::uint64_t{1} << bit;
            const bool has_meaning = meant[word] >> bit & 1;
            EXPECT_TRUE(has_meaning || !findings(words).empty()) << "word " << word << ", bit " << bit;
        }
}

TEST(KpuUnverifiedTest, SpareBitsOfEveryWordAreNamed) {
    KpuLayer all{};
    all = KpuLayer::decode([] {
        KpuLayerWords words;
        words.fill(~std::uint64_t{0});
        return words;
    }());
    const KpuLayerWords fields = encode(all);
    for (std::size_t word = 0; word < fields.size(); ++word) {
        KpuLayerWords words{};
        words[word] = ~fields[word];
        const auto spare = kpu_unverified_spare_bits(words);
        ASSERT_EQ(spare.size(), 1u) << word;
        EXPECT_EQ(spare[0].value, ~fields[word]) << word;
    }
}

struct OddField {
    std::string field;
    void (*set)(KpuLayer&);
    std::uint64_t value;
};
struct KpuOddFieldTest : testing::TestWithParam<OddField> {};

TEST_P(KpuOddFieldTest, IsNamedWithItsValue) {
    KpuLayer layer = ordinary_layer();
    GetParam().set(layer);
    EXPECT_THAT(findings(layer), Contains(Pair(GetParam().field, GetParam().value)));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, KpuOddFieldTest,
    testing::Values(OddField{"ram_flag", [](KpuLayer& l) { l.ram_flag = true; }, 1},
                    OddField{"full_add", [](KpuLayer& l) { l.full_add = true; }, 1},
                    OddField{"o_ch_num", [](KpuLayer& l) { l.depth_wise_layer = true, l.o_ch_num = 3; }, 3},
                    OddField{"o_ch_num", [](KpuLayer& l) { l.depth_wise_layer = true, l.o_ch_num = 9; }, 9},
                    OddField{"load_time", [](KpuLayer& l) { l.load_time = 3; }, 3},
                    OddField{"i_row_wid", [](KpuLayer& l) { l.i_row_wid = 2; }, 2},
                    OddField{"i_row_wid", [](KpuLayer& l) { l.i_row_wid = 512; }, 512},
                    OddField{"i_col_high", [](KpuLayer& l) { l.i_col_high = 256; }, 256},
                    OddField{"i_ch_num", [](KpuLayer& l) { l.i_ch_num = l.i_row_wid = 1023; }, 1023},
                    OddField{"o_row_wid", [](KpuLayer& l) { l.o_row_wid = 9; }, 9},
                    OddField{"o_col_high", [](KpuLayer& l) { l.o_col_high = 9; }, 9},
                    OddField{"kernel_type", [](KpuLayer& l) { l.kernel_type = 5; }, 5},
                    OddField{"pad_type", [](KpuLayer& l) { l.pad_type = true; }, 1},
                    OddField{"pool_type", [](KpuLayer& l) { l.pool_type = 12; }, 12},
                    OddField{"pool_type", [](KpuLayer& l) { l.depth_wise_layer = true, l.pool_type = 9; }, 9},
                    OddField{"first_stride", [](KpuLayer& l) { l.first_stride = true; }, 1},
                    OddField{"bypass_conv", [](KpuLayer& l) { l.bypass_conv = true; }, 1},
                    OddField{"load_para", [](KpuLayer& l) { l.load_para = false; }, 0},
                    OddField{"load_coor", [](KpuLayer& l) { l.load_coor = false; }, 0},
                    OddField{"load_act", [](KpuLayer& l) { l.load_act = false; }, 0},
                    OddField{"dma_burst_size", [](KpuLayer& l) { l.dma_burst_size = 7; }, 7},
                    OddField{"bwsx_base_addr", [](KpuLayer& l) { l.bwsx_base_addr = 0x1004; }, 0x1004},
                    OddField{"para_start_addr", [](KpuLayer& l) { l.para_start_addr = 0x1001; }, 0x1001},
                    OddField{"active_addr", [](KpuLayer& l) { l.active_addr = 0x1002; }, 0x1002},
                    OddField{"para_size", [](KpuLayer& l) { l.para_size = 100; }, 100},
                    OddField{"coef_column_offset", [](KpuLayer& l) { l.coef_column_offset = 3; }, 3},
                    OddField{"coef_row_offset", [](KpuLayer& l) { l.coef_row_offset = 0x123; }, 0x123},
                    OddField{"coef_size", [](KpuLayer& l) { l.coef_size = 8; }, 8},
                    OddField{"channel_switch_addr", [](KpuLayer& l) { l.channel_switch_addr = 99; }, 99},
                    OddField{"row_switch_addr", [](KpuLayer& l) { l.row_switch_addr = 2; }, 2},
                    OddField{"coef_group", [](KpuLayer& l) { l.coef_group = 4; }, 4},
                    OddField{"wb_channel_switch_addr", [](KpuLayer& l) { l.wb_channel_switch_addr = 5; }, 5},
                    OddField{"wb_row_switch_addr", [](KpuLayer& l) { l.wb_row_switch_addr = 2; }, 2},
                    OddField{"wb_group", [](KpuLayer& l) { l.wb_group = 1; }, 1},
                    OddField{"channel_byte_num", [](KpuLayer& l) { l.channel_byte_num = 7; }, 7},
                    OddField{"dma_total_byte", [](KpuLayer& l) { l.dma_total_byte = 7; }, 7}),
    [](const auto& test) { return test.param.field + '_' + std::to_string(test.param.value); });

}  // namespace
}  // namespace k210
