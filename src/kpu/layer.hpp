// One KPU layer as the twelve argument words describe it, and the shape of its maps in AI RAM.
// Fields: standalone-sdk@02576ba lib/drivers/include/kpu.h:31-190 [sdk], spelled and encoded as there (sizes hold
// size - 1); the methods give the sizes themselves.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace k210 {

inline constexpr std::size_t kKpuLayerWords = 12;
using KpuLayerWords = std::array<std::uint64_t, kKpuLayerWords>;

inline constexpr std::size_t kAiRamBytes = 2u << 20;  // kpu.h users: platform.h:44 and its 2 MiB window [sdk]
inline constexpr std::uint32_t kAiRamLineBytes = 64;  // unit of image addresses
inline constexpr std::uint32_t kAiRamLines = kAiRamBytes / kAiRamLineBytes;

enum class KpuPool : std::uint8_t {  // nncase v0.2.0-beta4 src/common/include/runtime/k210/k210_sim_types.h [sdk]
    bypass = 0,
    max_2_s2 = 1,
    mean_2_s2 = 2,
    max_4_s4 = 3,
    mean_4_s4 = 4,
    left_top_2_s2 = 5,
    right_top_2_s2 = 6,
    left_top_4_s4 = 7,
    mean_2_s1 = 8,
    max_2_s1 = 9,
};

struct KpuShape {
    std::uint32_t channels, width, height;
    std::uint32_t plane_bytes() const { return width * height; }
    std::uint64_t bytes() const { return std::uint64_t{channels} * plane_bytes(); }
    bool operator==(const KpuShape&) const = default;
};

struct AiRamRange {
    std::size_t offset, length;  // bytes
    bool wraps = false;
};

// Where a map's rows lie in AI RAM. Narrow maps share lines: `groups` channels side by side.
struct KpuMapLayout {
    std::uint32_t channel_switch_lines;  // from one group of channels to the next
    std::uint32_t row_switch_lines;
    std::uint32_t groups;
    bool operator==(const KpuMapLayout&) const = default;

    std::uint32_t lane_bytes() const { return kAiRamLineBytes / groups; }
    // Of the row's first pixel; image addresses wrap within AI RAM [assumed].
    std::uint32_t row_address(std::uint32_t first_line, std::uint32_t channel, std::uint32_t y) const {
        const std::uint32_t line = first_line + channel / groups * channel_switch_lines + y * row_switch_lines;
        return line % kAiRamLines * kAiRamLineBytes + channel % groups * lane_bytes();
    }
    // What a map covers, gaps included; all of AI RAM when it wraps around.
    AiRamRange range(std::uint32_t first_line, const KpuShape& shape) const;
};

// The packing that every known compiler and uploader uses: four channels a line up to 16 pixels, two up to 32,
// else whole lines. kpu.c:562-611 [sdk].
KpuMapLayout kpu_packed_layout(std::uint32_t width, std::uint32_t height);

struct KpuLayer {
    // word 0: interrupt_enabe
    bool int_en, ram_flag, full_add, depth_wise_layer;
    // word 1: image_addr, in lines
    std::uint16_t image_src_addr, image_dst_addr;
    // word 2: image_channel_num
    std::uint16_t i_ch_num, o_ch_num, o_ch_num_coef;
    // word 3: image_size
    std::uint16_t i_row_wid, i_col_high, o_row_wid, o_col_high;
    // word 4: kernel_pool_type_cfg
    std::uint8_t kernel_type;
    bool pad_type;
    std::uint8_t pool_type;
    bool first_stride, bypass_conv, load_para;
    std::uint8_t dma_burst_size, pad_value;
    std::uint32_t bwsx_base_addr;
    // word 5: kernel_load_cfg
    bool load_coor;
    std::uint8_t load_time;
    std::uint32_t para_size, para_start_addr;
    // word 6: kernel_offset
    std::uint8_t coef_column_offset;
    std::uint16_t coef_row_offset;
    // word 7: kernel_calc_type_cfg
    std::uint16_t channel_switch_addr;
    std::uint8_t row_switch_addr, coef_size, coef_group;
    bool load_act;
    std::uint32_t active_addr;
    // word 8: write_back_cfg
    std::uint16_t wb_channel_switch_addr;
    std::uint8_t wb_row_switch_addr, wb_group;
    // word 9: conv_value
    std::uint8_t shr_w, shr_x;
    std::int32_t arg_w, arg_x;  // 24 bits, signed
    // word 10: conv_value2
    std::int64_t arg_add;  // 40 bits, signed
    // word 11: dma_parameter
    bool send_data_out;
    std::uint16_t channel_byte_num;
    std::uint32_t dma_total_byte;

    bool operator==(const KpuLayer&) const = default;
    static KpuLayer decode(const KpuLayerWords& words);

    KpuShape input() const { return {i_ch_num + 1u, i_row_wid + 1u, i_col_high + 1u}; }
    KpuShape input_read() const;  // depthwise layers read as many channels as they write
    KpuShape output() const { return {o_ch_num + 1u, o_row_wid + 1u, o_col_high + 1u}; }
    std::uint32_t kernel_side() const { return kernel_type == 0 ? 1 : 3; }
    std::uint32_t taps() const { return kernel_side() * kernel_side(); }
    KpuPool pool() const;  // bypass for encodings nobody has described
    // Input channels that one output channel sums over.
    std::uint32_t channels_per_output() const { return depth_wise_layer ? 1 : i_ch_num + 1u; }
    std::uint32_t kernel_weights() const { return channels_per_output() * taps(); }
    std::uint64_t data_out_bytes() const {
        return full_add ? std::uint64_t{output().channels} * 8 : std::uint64_t{dma_total_byte} + 1;
    }
    std::uint64_t data_out_words() const { return (data_out_bytes() + 7) / 8; }  // of 64 bits

    KpuMapLayout input_layout() const;
    KpuMapLayout output_layout() const;
    AiRamRange input_range() const;
    AiRamRange output_range() const { return output_layout().range(image_dst_addr, output()); }

    // False when a map is larger than AI RAM: nothing meaningful can be computed, and much time spent trying.
    bool fits_ai_ram() const;
};

std::uint32_t kpu_pool_stride(KpuPool pool);

}  // namespace k210
