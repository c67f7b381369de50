// Decoding layer arguments, and where maps lie.
#include <algorithm>

#include <gtest/gtest.h>

#include "kpu/layer.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

TEST(KpuLayerTest, FieldsSitWhereTheSdkPutsThem) {
    KpuLayerWords words{};
    words[1] = 0x0000'4001'0000'7fff;
    words[2] = 0x00ef'03ff'0000'0002;
    words[4] = 0x1234'5678'80'0f'04'91;
    words[5] = 0x8765'4321'0000'8003 | 0x1'ffff'8000;
    words[9] = 0x00ff'fffe'8000'0012;
    words[10] = 0x80'0000'0000;
    const KpuLayer layer = KpuLayer::decode(words);
    EXPECT_EQ(layer.image_src_addr, 0x7fff);
    EXPECT_EQ(layer.image_dst_addr, 0x4001);
    EXPECT_EQ(layer.i_ch_num, 2);
    EXPECT_EQ(layer.o_ch_num, 1023);
    EXPECT_EQ(layer.o_ch_num_coef, 0xef);
    EXPECT_EQ(layer.kernel_type, 1);
    EXPECT_EQ(layer.pool_type, 9);
    EXPECT_TRUE(layer.load_para);
    EXPECT_EQ(layer.dma_burst_size, 15);
    EXPECT_EQ(layer.pad_value, 0x80);
    EXPECT_EQ(layer.bwsx_base_addr, 0x1234'5678u);
    EXPECT_TRUE(layer.load_coor);
    EXPECT_EQ(layer.load_time, 1);
    EXPECT_EQ(layer.para_size, 0x1'ffffu);
    EXPECT_EQ(layer.para_start_addr, 0x8765'4321u);
    EXPECT_EQ(layer.shr_w, 2);
    EXPECT_EQ(layer.shr_x, 1);
    EXPECT_EQ(layer.arg_w, -0x80'0000);
    EXPECT_EQ(layer.arg_x, -2);
    EXPECT_EQ(layer.arg_add, -(std::int64_t{1} << 39));
}

TEST(KpuLayerTest, EveryBitOfAFieldSurvivesARoundTrip) {
    KpuLayerWords words{};
    words.fill(~std::uint64_t{0});
    const KpuLayer all = KpuLayer::decode(words);
    EXPECT_EQ(KpuLayer::decode(encode(all)), all);
}

// [sdk] kpu.h:31-190
TEST(KpuLayerTest, FieldsAreAsWideAsTheSdkHasThem) {
    KpuLayerWords words{};
    words.fill(~std::uint64_t{0});
    const KpuLayer all = KpuLayer::decode(words);
    EXPECT_EQ(all.image_src_addr, 0x7fff);
    EXPECT_EQ(all.image_dst_addr, 0x7fff);
    EXPECT_EQ(all.i_ch_num, 0x3ff);
    EXPECT_EQ(all.o_ch_num, 0x3ff);
    EXPECT_EQ(all.o_ch_num_coef, 0x3ff);
    EXPECT_EQ(all.i_row_wid, 0x3ff);
    EXPECT_EQ(all.i_col_high, 0x1ff);
    EXPECT_EQ(all.o_row_wid, 0x3ff);
    EXPECT_EQ(all.o_col_high, 0x1ff);
    EXPECT_EQ(all.kernel_type, 7);
    EXPECT_EQ(all.pool_type, 0xf);
    EXPECT_EQ(all.dma_burst_size, 0xff);
    EXPECT_EQ(all.pad_value, 0xff);
    EXPECT_EQ(all.load_time, 0x3f);
    EXPECT_EQ(all.para_size, 0x1'ffffu);
    EXPECT_EQ(all.coef_column_offset, 0xf);
    EXPECT_EQ(all.coef_row_offset, 0xfff);
    EXPECT_EQ(all.channel_switch_addr, 0x7fff);
    EXPECT_EQ(all.row_switch_addr, 0xf);
    EXPECT_EQ(all.coef_size, 0xff);
    EXPECT_EQ(all.coef_group, 7);
    EXPECT_EQ(all.wb_channel_switch_addr, 0x7fff);
    EXPECT_EQ(all.wb_row_switch_addr, 0xf);
    EXPECT_EQ(all.wb_group, 7);
    EXPECT_EQ(all.shr_w, 0xf);
    EXPECT_EQ(all.shr_x, 0xf);
    EXPECT_EQ(all.arg_w, -1);
    EXPECT_EQ(all.arg_x, -1);
    EXPECT_EQ(all.arg_add, -1);
    EXPECT_EQ(all.channel_byte_num, 0xffff);
    EXPECT_EQ(all.dma_total_byte, 0xffff'ffffu);
}

// [sdk] kpu.c:562-611
TEST(KpuLayerTest, NarrowMapsShareTheirLines) {
    const std::pair<std::uint32_t, KpuMapLayout> packings[] = {{1, {6, 1, 4}},  {16, {6, 1, 4}}, {17, {6, 1, 2}},
                                                               {32, {6, 1, 2}}, {33, {6, 1, 1}}, {64, {6, 1, 1}},
                                                               {65, {12, 2, 1}}};
    for (const auto& [width, layout] : packings) EXPECT_EQ(kpu_packed_layout(width, 6), layout) << width;
}

TEST(KpuLayerTest, AGroupCountThatDividesNoLineGivesWayToTheUsualOne) {
    KpuLayer layer{};
    layer.i_row_wid = layer.o_row_wid = 16 - 1;
    for (const unsigned groups : {1u, 2u, 4u}) {
        layer.coef_group = layer.wb_group = static_cast<std::uint8_t>(groups);
        EXPECT_EQ(layer.input_layout().groups, groups);
        EXPECT_EQ(layer.output_layout().groups, groups);
    }
    for (const unsigned groups : {0u, 3u, 5u, 6u, 7u}) {
        layer.coef_group = layer.wb_group = static_cast<std::uint8_t>(groups);
        EXPECT_EQ(layer.input_layout().groups, 4u) << groups;
        EXPECT_EQ(layer.output_layout().groups, 4u) << groups;
    }
}

TEST(KpuLayerTest, ParameterWordsAreSignExtended) {
    const KpuBatchNorm norm{-5, -123456, 9};
    const KpuBatchNorm decoded = KpuBatchNorm::decode(encode(norm));
    EXPECT_EQ(decoded.norm_mul, -5);
    EXPECT_EQ(decoded.norm_add, -123456);
    EXPECT_EQ(decoded.norm_shift, 9);

    KpuActivation table = identity_activation();
    table[15] = {-(std::int64_t{1} << 35), -32768, 200, 250};
    const auto bytes = encode(table);
    const KpuActivation back = kpu_decode_activation(std::span<const std::uint8_t, kKpuActivationBytes>(bytes));
    EXPECT_EQ(back[15].x_start, -(std::int64_t{1} << 35));
    EXPECT_EQ(back[15].y_mul, -32768);
    EXPECT_EQ(back[15].shift_number, 200);
    EXPECT_EQ(back[15].result_bias, 250);
}

TEST(KpuLayerTest, PackedMapCoversTheLinesOfItsPixels) {
    for (const std::uint32_t width : {1u, 16u, 17u, 32u, 33u, 64u, 65u, 320u})
        for (const std::uint32_t channels : {1u, 3u, 4u, 8u}) {
            const KpuShape shape{channels, width, 6};
            const KpuMapLayout layout = kpu_packed_layout(width, 6);
            std::uint32_t end = 0;
            for (std::uint32_t c = 0; c < channels; ++c) end = std::max(end, layout.row_address(100, c, 5) + width);
            const AiRamRange range = layout.range(100, shape);
            EXPECT_EQ(range.offset, 100 * kAiRamLineBytes);
            EXPECT_GE(range.offset + range.length, end) << width << " wide, " << channels << " channels";
            EXPECT_EQ((range.offset + range.length - 1) / kAiRamLineBytes, (end - 1) / kAiRamLineBytes)
                << width << " wide, " << channels << " channels";
            EXPECT_FALSE(range.wraps);
        }
}

TEST(KpuLayerTest, MapThatWrapsAroundCoversAllOfAiRam) {
    const KpuMapLayout layout = kpu_packed_layout(64, 4);
    EXPECT_FALSE(layout.range(kAiRamLines - 4, {1, 64, 4}).wraps);
    const AiRamRange range = layout.range(kAiRamLines - 3, {1, 64, 4});
    EXPECT_TRUE(range.wraps);
    EXPECT_EQ(range.offset, 0u);
    EXPECT_EQ(range.length, kAiRamBytes);
}

}  // namespace
}  // namespace k210
