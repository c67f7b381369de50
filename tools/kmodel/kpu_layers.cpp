#include "tools/kmodel/kpu_layers.hpp"

#include <algorithm>

namespace k210 {
namespace {

std::uint64_t at(std::uint64_t value, unsigned lsb, unsigned width) {
    return (value & ((std::uint64_t{1} << width) - 1)) << lsb;
}

void append_u64(std::vector<std::uint8_t>& bytes, std::uint64_t v) {
    for (unsigned i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

std::uint32_t start_block(std::vector<std::uint8_t>& bytes) {  // blocks are 256-byte aligned in real models
    bytes.resize((bytes.size() + 255) / 256 * 256);
    return static_cast<std::uint32_t>(bytes.size());
}

}  // namespace

KpuLayerWords encode(const KpuLayer& l) {
    return {
        at(l.int_en, 0, 1) | at(l.ram_flag, 1, 1) | at(l.full_add, 2, 1) | at(l.depth_wise_layer, 3, 1),
        at(l.image_src_addr, 0, 15) | at(l.image_dst_addr, 32, 15),
        at(l.i_ch_num, 0, 10) | at(l.o_ch_num, 32, 10) | at(l.o_ch_num_coef, 48, 10),
        at(l.i_row_wid, 0, 10) | at(l.i_col_high, 10, 9) | at(l.o_row_wid, 32, 10) | at(l.o_col_high, 42, 9),
        at(l.kernel_type, 0, 3) | at(l.pad_type, 3, 1) | at(l.pool_type, 4, 4) | at(l.first_stride, 8, 1) |
            at(l.bypass_conv, 9, 1) | at(l.load_para, 10, 1) | at(l.dma_burst_size, 16, 8) | at(l.pad_value, 24, 8) |
            at(l.bwsx_base_addr, 32, 32),
        at(l.load_coor, 0, 1) | at(l.load_time, 1, 6) | at(l.para_size, 15, 17) | at(l.para_start_addr, 32, 32),
        at(l.coef_column_offset, 0, 4) | at(l.coef_row_offset, 4, 12),
        at(l.channel_switch_addr, 0, 15) | at(l.row_switch_addr, 16, 4) | at(l.coef_size, 20, 8) |
            at(l.coef_group, 28, 3) | at(l.load_act, 31, 1) | at(l.active_addr, 32, 32),
        at(l.wb_channel_switch_addr, 0, 15) | at(l.wb_row_switch_addr, 16, 4) | at(l.wb_group, 20, 3),
        at(l.shr_w, 0, 4) | at(l.shr_x, 4, 4) | at(static_cast<std::uint64_t>(l.arg_w), 8, 24) |
            at(static_cast<std::uint64_t>(l.arg_x), 32, 24),
        at(static_cast<std::uint64_t>(l.arg_add), 0, 40),
        at(l.send_data_out, 0, 1) | at(l.channel_byte_num, 16, 16) | at(l.dma_total_byte, 32, 32),
    };
}

std::uint64_t encode(const KpuBatchNorm& norm) {
    return at(static_cast<std::uint64_t>(norm.norm_mul), 0, 24) |
           at(static_cast<std::uint64_t>(norm.norm_add), 24, 32) | at(norm.norm_shift, 56, 4);
}

std::vector<std::uint8_t> encode(const KpuActivation& activation) {
    std::vector<std::uint8_t> bytes;
    for (const KpuActivationSegment& s : activation)
        append_u64(bytes, at(s.shift_number, 0, 8) | at(static_cast<std::uint64_t>(s.y_mul), 8, 16) |
                              at(static_cast<std::uint64_t>(s.x_start), 24, 36));
    for (const KpuActivationSegment& s : activation) bytes.push_back(s.result_bias);
    return bytes;
}

KpuActivation identity_activation() {
    KpuActivation table;
    table.fill({0, 1, 0, 0});
    table[0] = {-(std::int64_t{1} << 35), 0, 0, 0};
    return table;
}

std::vector<std::uint16_t> identity_weights(const KpuLayerSpec& spec) {
    const std::uint32_t taps = spec.kernel_side * spec.kernel_side;
    const std::uint32_t inputs = spec.depthwise ? 1 : spec.input.channels;
    std::vector<std::uint16_t> weights(std::size_t{spec.output_channels} * inputs * taps);
    for (std::uint32_t o = 0; o < spec.output_channels; ++o)
        weights[(std::size_t{o} * inputs + (spec.depthwise ? 0 : o)) * taps + taps / 2] = 1;
    return weights;
}

BuiltKpuLayer build_kpu_layer(const KpuLayerSpec& spec, std::uint32_t base) {
    const std::uint32_t stride = kpu_pool_stride(spec.pool);
    const KpuShape in = spec.input, out{spec.output_channels, in.width / stride, in.height / stride};
    const KpuMapLayout in_layout = kpu_packed_layout(in.width, in.height);
    const KpuMapLayout out_layout = kpu_packed_layout(out.width, out.height);
    const auto put = [](auto& field, std::uint64_t value) {
        field = static_cast<std::remove_reference_t<decltype(field)>>(value);
    };

    BuiltKpuLayer built{};
    KpuLayer& l = built.layer;
    l.depth_wise_layer = spec.depthwise;
    put(l.image_src_addr, spec.src_line);
    put(l.image_dst_addr, spec.dst_line);
    put(l.i_ch_num, in.channels - 1);
    put(l.o_ch_num, out.channels - 1);
    put(l.i_row_wid, in.width - 1);
    put(l.i_col_high, in.height - 1);
    put(l.o_row_wid, out.width - 1);
    put(l.o_col_high, out.height - 1);
    put(l.kernel_type, spec.kernel_side == 3);
    put(l.pool_type, static_cast<std::uint64_t>(spec.pool));
    l.load_para = l.load_coor = l.load_act = true;
    l.dma_burst_size = 15;
    put(l.channel_switch_addr, in_layout.channel_switch_lines);
    put(l.row_switch_addr, in_layout.row_switch_lines);
    put(l.coef_group, in_layout.groups);
    put(l.wb_channel_switch_addr, out_layout.channel_switch_lines);
    put(l.wb_row_switch_addr, out_layout.row_switch_lines);
    put(l.wb_group, out_layout.groups);
    put(l.channel_byte_num, out.plane_bytes() - 1);
    put(l.dma_total_byte, out.bytes() - 1);

    // As many outputs a load as fit 30 KiB of weights; depthwise in one load.
    const std::uint32_t per_load =
        spec.depthwise ? out.channels : std::clamp(30 * 1024 / l.kernel_weights(), 1u, out.channels);
    put(l.o_ch_num_coef, per_load - 1);
    put(l.load_time, (out.channels + per_load - 1) / per_load - 1);
    put(l.para_size, std::uint64_t{per_load} * l.kernel_weights() * (spec.eight_bit_mode ? 1 : 2));

    std::vector<std::uint8_t>& blocks = built.parameters;
    l.para_start_addr = base + start_block(blocks);
    std::vector<std::uint16_t> weights = spec.weights;
    weights.resize(std::size_t{out.channels} * l.kernel_weights());
    for (const std::uint16_t w : weights) {
        blocks.push_back(static_cast<std::uint8_t>(w));
        if (!spec.eight_bit_mode) blocks.push_back(static_cast<std::uint8_t>(w >> 8));
    }
    l.bwsx_base_addr = base + start_block(blocks);
    std::vector<KpuBatchNorm> norms = spec.norms;
    norms.resize(out.channels, spec.norm);
    for (const KpuBatchNorm& norm : norms) append_u64(blocks, encode(norm));
    l.active_addr = base + start_block(blocks);
    const auto activation = encode(spec.activation);
    blocks.insert(blocks.end(), activation.begin(), activation.end());
    return built;
}

}  // namespace k210
