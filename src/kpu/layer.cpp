#include "kpu/layer.hpp"

#include <algorithm>
#include <bit>

namespace k210 {
namespace {

std::uint64_t bits(std::uint64_t word, unsigned lsb, unsigned width) {
    return word >> lsb & ((std::uint64_t{1} << width) - 1);
}

template <class T>
void take(T& field, std::uint64_t word, unsigned lsb, unsigned width) {
    field = static_cast<T>(bits(word, lsb, width));
}

template <class T>
void take_signed(T& field, std::uint64_t word, unsigned lsb, unsigned width) {
    const unsigned spare = 64 - width;
    field = static_cast<T>(static_cast<std::int64_t>(bits(word, lsb, width) << spare) >> spare);
}

// A group count that no line can be divided by says nothing: fall back to what the width implies.
std::uint32_t sane_groups(std::uint32_t groups, std::uint32_t packed) {
    return std::has_single_bit(groups) ? groups : packed;
}

}  // namespace

AiRamRange KpuMapLayout::range(std::uint32_t first_line, const KpuShape& shape) const {
    const std::size_t last_line = std::size_t{first_line} + (shape.channels - 1) / groups * channel_switch_lines +
                                  std::size_t{shape.height - 1} * row_switch_lines;
    const std::size_t last_lane = std::min(shape.channels, groups) - 1;
    const std::size_t end = last_line * kAiRamLineBytes + last_lane * lane_bytes() + shape.width;
    if (end > kAiRamBytes) return {0, kAiRamBytes, true};
    const std::size_t offset = std::size_t{first_line} * kAiRamLineBytes;
    return {offset, end - offset};
}

KpuMapLayout kpu_packed_layout(std::uint32_t width, std::uint32_t height) {
    const std::uint32_t groups = width <= 16 ? 4 : width <= 32 ? 2 : 1;
    const std::uint32_t row_lines = (width + kAiRamLineBytes - 1) / kAiRamLineBytes;
    return {row_lines * height, row_lines, groups};
}

KpuLayer KpuLayer::decode(const KpuLayerWords& w) {
    KpuLayer l{};
    take(l.int_en, w[0], 0, 1);
    take(l.ram_flag, w[0], 1, 1);
    take(l.full_add, w[0], 2, 1);
    take(l.depth_wise_layer, w[0], 3, 1);

    take(l.image_src_addr, w[1], 0, 15);
    take(l.image_dst_addr, w[1], 32, 15);

    take(l.i_ch_num, w[2], 0, 10);
    take(l.o_ch_num, w[2], 32, 10);
    take(l.o_ch_num_coef, w[2], 48, 10);

    take(l.i_row_wid, w[3], 0, 10);
    take(l.i_col_high, w[3], 10, 9);
    take(l.o_row_wid, w[3], 32, 10);
    take(l.o_col_high, w[3], 42, 9);

    take(l.kernel_type, w[4], 0, 3);
    take(l.pad_type, w[4], 3, 1);
    take(l.pool_type, w[4], 4, 4);
    take(l.first_stride, w[4], 8, 1);
    take(l.bypass_conv, w[4], 9, 1);
    take(l.load_para, w[4], 10, 1);
    take(l.dma_burst_size, w[4], 16, 8);
    take(l.pad_value, w[4], 24, 8);
    take(l.bwsx_base_addr, w[4], 32, 32);

    take(l.load_coor, w[5], 0, 1);
    take(l.load_time, w[5], 1, 6);
    take(l.para_size, w[5], 15, 17);
    take(l.para_start_addr, w[5], 32, 32);

    take(l.coef_column_offset, w[6], 0, 4);
    take(l.coef_row_offset, w[6], 4, 12);

    take(l.channel_switch_addr, w[7], 0, 15);
    take(l.row_switch_addr, w[7], 16, 4);
    take(l.coef_size, w[7], 20, 8);
    take(l.coef_group, w[7], 28, 3);
    take(l.load_act, w[7], 31, 1);
    take(l.active_addr, w[7], 32, 32);

    take(l.wb_channel_switch_addr, w[8], 0, 15);
    take(l.wb_row_switch_addr, w[8], 16, 4);
    take(l.wb_group, w[8], 20, 3);

    take(l.shr_w, w[9], 0, 4);
    take(l.shr_x, w[9], 4, 4);
    take_signed(l.arg_w, w[9], 8, 24);
    take_signed(l.arg_x, w[9], 32, 24);

    take_signed(l.arg_add, w[10], 0, 40);

    take(l.send_data_out, w[11], 0, 1);
    take(l.channel_byte_num, w[11], 16, 16);
    take(l.dma_total_byte, w[11], 32, 32);
    return l;
}

KpuPool KpuLayer::pool() const {
    return pool_type <= static_cast<std::uint8_t>(KpuPool::max_2_s1) ? static_cast<KpuPool>(pool_type)
                                                                     : KpuPool::bypass;
}

KpuShape KpuLayer::input_read() const {
    KpuShape in = input();
    if (depth_wise_layer) in.channels = output().channels;
    return in;
}

KpuMapLayout KpuLayer::input_layout() const {
    const KpuMapLayout packed = kpu_packed_layout(input().width, input().height);
    return {channel_switch_addr, row_switch_addr, sane_groups(coef_group, packed.groups)};
}

KpuMapLayout KpuLayer::output_layout() const {
    const KpuMapLayout packed = kpu_packed_layout(output().width, output().height);
    return {wb_channel_switch_addr, wb_row_switch_addr, sane_groups(wb_group, packed.groups)};
}

AiRamRange KpuLayer::input_range() const {
    return input_layout().range(image_src_addr, input_read());
}

bool KpuLayer::fits_ai_ram() const {
    return input_read().bytes() <= kAiRamBytes && output().bytes() <= kAiRamBytes;
}

std::uint32_t kpu_pool_stride(KpuPool pool) {
    switch (pool) {
        case KpuPool::max_2_s2:
        case KpuPool::mean_2_s2:
        case KpuPool::left_top_2_s2:
        case KpuPool::right_top_2_s2: return 2;
        case KpuPool::max_4_s4:
        case KpuPool::mean_4_s4:
        case KpuPool::left_top_4_s4: return 4;
        case KpuPool::bypass:
        case KpuPool::mean_2_s1:
        case KpuPool::max_2_s1: break;
    }
    return 1;
}

}  // namespace k210
