#include "kmodel/v3/body.hpp"

#include "kmodel/kpu_layer.hpp"

namespace k210::kmodel::v3 {
namespace {

constexpr std::uint32_t kMaxSide = 1u << 16;  // products of three sides and a size fit 64 bits

}  // namespace

Body::Body(const Reader& file, std::size_t body_bytes, ModelSummary& model, Contents& contents, LayerSummary& summary)
    : file_(file), reader_(file.body(summary.file_offset, body_bytes)), begin_(summary.file_offset), model_(model),
      contents_(contents), summary_(summary), flags_(reader_.u32()) {}

std::uint32_t Body::side(std::string_view name) {
    const std::size_t at = reader_.at();
    const std::uint32_t v = reader_.u32();
    if (v == 0 || v > kMaxSide) reader_.fail_at(at, fmt::format("impossible {}: {}", name, v));
    return v;
}

KpuShape Body::shape() {
    KpuShape s{};
    s.width = side("width");
    s.height = side("height");
    s.channels = side("number of channels");
    return s;
}

Scale Body::scale() {
    Scale s{};
    s.offset = reader_.i32();
    s.mul = reader_.i32();
    const std::size_t at = reader_.at();
    s.shift = reader_.i32();
    if (s.shift < 0 || s.shift > 63) reader_.fail_at(at, fmt::format("impossible shift: {} bits", s.shift));
    return s;
}

Quantization Body::quantization() {
    Quantization q{};
    q.scale = reader_.f32();
    q.bias = reader_.f32();
    return q;
}

Pool Body::pool() {
    Pool p{};
    p.in = shape();
    p.out = shape();
    if (p.out.channels > p.in.channels) fail("more channels come out than go in");
    p.kernel_width = side("kernel width");
    p.kernel_height = side("kernel height");
    p.stride_width = side("stride");
    p.stride_height = side("stride");
    const std::size_t at = reader_.at();
    p.padding_width = reader_.u32();
    p.padding_height = reader_.u32();
    if (p.padding_width > kMaxSide || p.padding_height > kMaxSide)
        reader_.fail_at(at, fmt::format("impossible padding: {} x {}", p.padding_width, p.padding_height));
    check_windows("across", p.out.width, p.stride_width, p.padding_width, p.in.width);
    check_windows("down", p.out.height, p.stride_height, p.padding_height, p.in.height);
    summary_.window = WindowSummary{.width = p.kernel_width,
                                    .height = p.kernel_height,
                                    .stride_x = p.stride_width,
                                    .stride_y = p.stride_height,
                                    .pad_left = static_cast<std::int32_t>(p.padding_width),
                                    .pad_top = static_cast<std::int32_t>(p.padding_height)};
    return p;
}

std::span<const std::uint8_t> Body::parameters(std::uint64_t count) {
    if (count > reader_.left())
        reader_.fail(fmt::format("{} bytes of parameters, but its body has {} left", count, reader_.left()));
    summary_.parameter_bytes += count;
    return reader_.bytes(static_cast<std::size_t>(count));
}

void Body::ai_ram_out(std::uint32_t line, const KpuShape& shape) {
    const std::uint64_t end = kpu_map_end_line(line, kpu_packed_layout(shape.width, shape.height), shape);
    if (end > kAiRamLines) fail(fmt::format("its output ends at line {} of AI RAM, which has {}", end, kAiRamLines));
    summary_.output = shape_of(shape);
    summary_.output_element = Element::u8;
    operations(shape.bytes());
}

Shape Body::channel_shape(std::uint32_t start, std::uint32_t channels, std::uint32_t channel_size) const {
    const Shape known = contents_.shape(start, std::uint64_t{channels} * channel_size);
    return known.channels() == channels ? known : Shape{{1, channels, 1, channel_size}};
}

void Body::operations(std::uint64_t count) {
    summary_.operations += count;
    if (summary_.operations > kMaxCpuOperations) fail("more work than any K210 could do");
}

void Body::check_range(std::string_view name, std::uint32_t start, std::uint64_t count, std::uint64_t bytes) const {
    if (count == 0) fail(fmt::format("its {} is empty", name));
    if (start + bytes > model_.main_memory_bytes)
        fail(fmt::format("its {} of {} bytes at {} does not fit {} bytes of main memory", name, bytes, start,
                         model_.main_memory_bytes));
}

// The runner reads beyond the map where a window begins after its end.
void Body::check_windows(std::string_view way, std::uint32_t outputs, std::uint32_t stride, std::uint32_t before,
                         std::uint32_t size) const {
    if (std::int64_t{outputs - 1} * stride - before >= size)
        fail(fmt::format("its last window {} lies beyond the map", way));
}

}  // namespace k210::kmodel::v3
