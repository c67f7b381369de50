#include "kmodel/kpu_layer.hpp"

#include <algorithm>

#include "kmodel/limits.hpp"
#include "kpu/parameters.hpp"

namespace k210::kmodel {
namespace {

constexpr std::uint64_t kBatchNormBytes = 8;  // per output channel: kpu.h:192 [sdk]

std::string_view pool_name(const KpuLayer& layer) {
    if (layer.pool_type > static_cast<std::uint8_t>(KpuPool::max_2_s1)) return ", unknown pool";
    switch (layer.pool()) {
        case KpuPool::bypass: return "";
        case KpuPool::max_2_s2: return ", max pool 2x2";
        case KpuPool::mean_2_s2: return ", mean pool 2x2";
        case KpuPool::max_4_s4: return ", max pool 4x4";
        case KpuPool::mean_4_s4: return ", mean pool 4x4";
        case KpuPool::left_top_2_s2:
        case KpuPool::right_top_2_s2: return ", stride 2";
        case KpuPool::left_top_4_s4: return ", stride 4";
        case KpuPool::mean_2_s1: return ", mean pool 2x2 stride 1";
        case KpuPool::max_2_s1: return ", max pool 2x2 stride 1";
    }
    return "";
}

// A depthwise layer reads as many channels as it writes, whatever it says.
KpuShape read_shape(const KpuLayer& layer) {
    KpuShape shape = layer.input();
    if (layer.depth_wise_layer) shape.channels = layer.output().channels;
    return shape;
}

void check_map(const Reader& reader, std::size_t at, std::string_view name, std::uint64_t end_line) {
    if (end_line > kAiRamLines)
        reader.fail_at(at,
                       fmt::format("its {} map ends at line {} of AI RAM, which has {}", name, end_line, kAiRamLines));
}

void check_block(const Reader& reader, std::size_t at, std::string_view name, std::uint64_t begin,
                 std::uint64_t bytes) {
    const std::size_t size = reader.whole().size();
    if (begin + bytes > size + kMissingBytes)
        reader.fail_at(at,
                       fmt::format("its {} are {} bytes at {:#x}, the file ends at {:#x}", name, bytes, begin, size));
}

}  // namespace

std::uint64_t kpu_weight_bytes(const KpuLayer& layer, bool eight_bit_weights) {
    return std::uint64_t{layer.output().channels} * layer.kernel_weights() * (eight_bit_weights ? 1 : 2);
}

std::uint64_t kpu_map_lines(const KpuLayer& layer) {
    const std::uint64_t in = layer.image_src_addr, out = layer.image_dst_addr;
    const std::uint64_t in_end = kpu_map_end_line(layer.image_src_addr, layer.input_layout(), read_shape(layer));
    const std::uint64_t out_end = kpu_map_end_line(layer.image_dst_addr, layer.output_layout(), layer.output());
    const std::uint64_t first_end = std::min(in_end, out_end), last_begin = std::max(in, out);
    const std::uint64_t shared = first_end > last_begin ? first_end - last_begin : 0;
    return in_end - in + out_end - out - shared;
}

std::uint64_t kpu_macs(const KpuLayer& layer) {
    return std::uint64_t{layer.output().channels} * layer.kernel_weights() * layer.input().plane_bytes();
}

std::uint64_t kpu_map_end_line(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape) {
    const std::uint64_t last_group = (shape.channels - 1) / layout.groups;
    const std::uint64_t row_bytes =
        shape.width + std::uint64_t{std::min(shape.channels, layout.groups) - 1} * layout.lane_bytes();
    return first_line + last_group * layout.channel_switch_lines +
           std::uint64_t{shape.height - 1} * layout.row_switch_lines +
           (row_bytes + kAiRamLineBytes - 1) / kAiRamLineBytes;
}

std::string kpu_kind(const KpuLayer& layer) {
    return fmt::format("KPU {}conv {}x{}{}", layer.depth_wise_layer ? "depthwise " : "", layer.kernel_side(),
                       layer.kernel_side(), pool_name(layer));
}

void check_kpu_layer(const Reader& reader, std::size_t at, const KpuLayer& layer, bool eight_bit_weights) {
    if (!layer.fits_ai_ram()) reader.fail_at(at, "its maps are larger than AI RAM");
    check_map(reader, at, "input", kpu_map_end_line(layer.image_src_addr, layer.input_layout(), read_shape(layer)));
    check_map(reader, at, "output", kpu_map_end_line(layer.image_dst_addr, layer.output_layout(), layer.output()));
    check_block(reader, at, "weights", layer.para_start_addr, kpu_weight_bytes(layer, eight_bit_weights));
    check_block(reader, at, "batch norms", layer.bwsx_base_addr, layer.output().channels * kBatchNormBytes);
    check_block(reader, at, "activation segments", layer.active_addr, kKpuActivationBytes);
}

void describe_kpu_layer(const KpuLayer& layer, bool eight_bit_weights, LayerSummary& summary, ModelSummary& model) {
    summary.kind = kpu_kind(layer);
    summary.engine = Engine::kpu;
    summary.inputs = {shape_of(layer.input())};
    summary.output = shape_of(layer.output());
    summary.macs = kpu_macs(layer);
    summary.parameter_bytes =
        kpu_weight_bytes(layer, eight_bit_weights) + layer.output().channels * kBatchNormBytes + kKpuActivationBytes;
    summary.kpu = layer;
    model.ai_ram_peak_bytes = std::max(model.ai_ram_peak_bytes, kpu_map_lines(layer) * kAiRamLineBytes);
}

Shape shape_of(const KpuShape& shape) {
    return {{1, shape.channels, shape.height, shape.width}};
}

}  // namespace k210::kmodel
