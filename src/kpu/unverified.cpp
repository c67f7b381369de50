#include "kpu/unverified.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace k210 {
namespace {

constexpr std::uint32_t kMinSide = 4, kMaxWidth = 512, kMaxHeight = 256;

class Findings {
public:
    void expect(std::string_view field, std::uint64_t value, std::uint64_t known, std::string_view note) {
        if (value != known) add(field, value, note);
    }
    void add_if(bool odd, std::string_view field, std::uint64_t value, std::string_view note) {
        if (odd) add(field, value, note);
    }
    std::vector<KpuUnverified> take() { return std::move(found_); }

private:
    void add(std::string_view field, std::uint64_t value, std::string_view note) {
        found_.push_back({field, value, note});
    }
    std::vector<KpuUnverified> found_;
};

// Never set by any compiler; what little is known comes from names and from how an unused function of the SDK calls
// for full_add (kpu.c:425-444).
void check_unused(const KpuLayer& l, Findings& found) {
    found.expect("ram_flag", l.ram_flag, 0, "ignored");
    found.expect("full_add", l.full_add, 0, "data out is taken to be each channel's sum");
    found.expect("pad_type", l.pad_type, 0, "ignored");
    found.expect("first_stride", l.first_stride, 0, "ignored: the convolution keeps stride 1");
    found.expect("bypass_conv", l.bypass_conv, 0, "ignored: the convolution takes place");
    found.expect("coef_column_offset", l.coef_column_offset, 0, "ignored");
    found.expect("coef_row_offset", l.coef_row_offset, 0, "ignored");
    found.expect("coef_size", l.coef_size, 0, "ignored");
}

void check_kinds(const KpuLayer& l, Findings& found) {
    found.add_if(l.kernel_type > 1, "kernel_type", l.kernel_type, "taken as 3x3");
    const bool known_pool = l.pool_type <= static_cast<std::uint8_t>(KpuPool::max_2_s1);
    found.add_if(!known_pool, "pool_type", l.pool_type, "taken as no pooling");
    found.add_if(known_pool && l.pool_type != 0 && l.depth_wise_layer, "pool_type", l.pool_type,
                 "pooling after a depthwise convolution");
    if (l.depth_wise_layer) found.expect("o_ch_num", l.o_ch_num, l.i_ch_num, "depthwise, as many inputs are read");
}

void check_sizes(const KpuLayer& l, Findings& found) {
    const KpuShape in = l.input(), out = l.output();
    found.add_if(in.width < kMinSide || in.width > kMaxWidth, "i_row_wid", l.i_row_wid, "compilers keep to 4..512");
    found.add_if(in.height < kMinSide || in.height > kMaxHeight, "i_col_high", l.i_col_high,
                 "compilers keep to 4..256");
    const std::uint32_t stride = kpu_pool_stride(l.pool());
    found.expect("o_row_wid", l.o_row_wid, in.width / stride - 1u, "not the input's width through the pooling");
    found.expect("o_col_high", l.o_col_high, in.height / stride - 1u, "not the input's height through the pooling");
    found.add_if(out.width < kMinSide && in.width / stride == out.width, "o_row_wid", l.o_row_wid, "fewer than four");
    found.add_if(out.height < kMinSide && in.height / stride == out.height, "o_col_high", l.o_col_high,
                 "fewer than four");
    found.add_if(!l.fits_ai_ram(), "i_ch_num", l.i_ch_num, "a map larger than AI RAM, nothing is computed");
}

void check_layout(const KpuLayer& l, Findings& found) {
    constexpr std::string_view kUnusual = "not the usual packing";
    const KpuMapLayout in = kpu_packed_layout(l.input().width, l.input().height);
    found.expect("channel_switch_addr", l.channel_switch_addr, in.channel_switch_lines, kUnusual);
    found.expect("row_switch_addr", l.row_switch_addr, in.row_switch_lines, kUnusual);
    found.expect("coef_group", l.coef_group, in.groups, kUnusual);
    const KpuMapLayout out = kpu_packed_layout(l.output().width, l.output().height);
    found.expect("wb_channel_switch_addr", l.wb_channel_switch_addr, out.channel_switch_lines, kUnusual);
    found.expect("wb_row_switch_addr", l.wb_row_switch_addr, out.row_switch_lines, kUnusual);
    found.expect("wb_group", l.wb_group, out.groups, kUnusual);

    const AiRamRange from = l.input_range(), to = l.output_range();
    found.add_if(from.wraps, "image_src_addr", l.image_src_addr, "the map goes on at AI RAM's start");
    found.add_if(to.wraps, "image_dst_addr", l.image_dst_addr, "the map goes on at AI RAM's start");
    found.add_if(from.offset < to.offset + to.length && to.offset < from.offset + from.length, "image_dst_addr",
                 l.image_dst_addr, "over the input, which is taken to be read before");
}

// The kernel reads weights as one contiguous block; loads of another size would not be.
void check_parameters(const KpuLayer& l, bool eight_bit_mode, Findings& found) {
    constexpr std::string_view kLoaded = "all parameters are loaded nevertheless";
    found.expect("load_para", l.load_para, 1, kLoaded);
    found.expect("load_coor", l.load_coor, 1, kLoaded);
    found.expect("load_act", l.load_act, 1, kLoaded);
    found.expect("dma_burst_size", l.dma_burst_size, 15, "ignored");

    constexpr std::string_view kContiguous = "weights are taken to lie without gaps";
    const std::uint32_t outputs_per_load = l.o_ch_num_coef + 1u;
    found.expect("para_size", l.para_size,
                 std::uint64_t{outputs_per_load} * l.kernel_weights() * (eight_bit_mode ? 1 : 2), kContiguous);
    found.expect("load_time", l.load_time, (l.output().channels + outputs_per_load - 1) / outputs_per_load - 1,
                 kContiguous);

    constexpr std::string_view kMisaligned = "no multiple of 8";
    found.add_if(l.bwsx_base_addr % 8, "bwsx_base_addr", l.bwsx_base_addr, kMisaligned);
    found.add_if(l.para_start_addr % 8, "para_start_addr", l.para_start_addr, kMisaligned);
    found.add_if(l.active_addr % 8, "active_addr", l.active_addr, kMisaligned);
}

void check_data_out(const KpuLayer& l, Findings& found) {
    const KpuShape out = l.output();
    found.expect("channel_byte_num", l.channel_byte_num, (out.plane_bytes() - 1) & 0xffff,  // 16 bits hold no more
                 "ignored");
    found.expect("dma_total_byte", l.dma_total_byte, out.bytes() - 1, "cut off there, or filled up with zeros");
}

}  // namespace

std::vector<KpuUnverified> kpu_unverified_fields(const KpuLayer& layer, bool eight_bit_mode) {
    Findings found;
    check_unused(layer, found);
    check_kinds(layer, found);
    check_sizes(layer, found);
    check_layout(layer, found);
    check_parameters(layer, eight_bit_mode, found);
    if (layer.send_data_out) check_data_out(layer, found);
    return found.take();
}

std::vector<KpuUnverified> kpu_unverified_spare_bits(const KpuLayerWords& words) {
    struct Spare {
        std::string_view field;
        std::uint64_t bits;
    };
    constexpr auto kSpare = std::to_array<Spare>({
        {"interrupt_enabe.reserved", 0xffff'ffff'ffff'fff0},
        {"image_addr.reserved", 0xffff'8000'ffff'8000},
        {"image_channel_num.reserved", 0xfc00'fc00'ffff'fc00},
        {"image_size.reserved", 0xfff8'0000'fff8'0000},
        {"kernel_pool_type_cfg.reserved", 0x0000'0000'0000'f800},
        {"kernel_load_cfg.reserved", 0x0000'0000'0000'7f80},
        {"kernel_offset.reserved", 0xffff'ffff'ffff'0000},
        {"kernel_calc_type_cfg.reserved", 0x0000'0000'0000'8000},
        {"write_back_cfg.reserved", 0xffff'ffff'ff80'8000},
        {"conv_value.reserved", 0xff00'0000'0000'0000},
        {"conv_value2.reserved", 0xffff'ff00'0000'0000},
        {"dma_parameter.reserved", 0x0000'0000'0000'fffe},
    });
    static_assert(kSpare.size() == kKpuLayerWords);
    Findings found;
    for (std::size_t i = 0; i < words.size(); ++i)
        found.expect(kSpare[i].field, words[i] & kSpare[i].bits, 0, "ignored");
    return found.take();
}

}  // namespace k210
