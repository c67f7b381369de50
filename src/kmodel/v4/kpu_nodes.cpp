// Bodies: nncase v0.2.0-beta4 src/common/include/runtime/k210/k210_ops_body.h; what they do:
// src/runtime/k210/k210_ops.cpp, as on a device [sdk].
#include "kmodel/kpu_layer.hpp"
#include "kmodel/v4/kpu_maps.hpp"
#include "kmodel/v4/node.hpp"

namespace k210::kmodel::v4 {
namespace {

struct KpuConvolution {
    KpuLayer layer;  // parameter addresses are offsets in the file
    Shape in, out;
    Range main_output;  // of size 0: none

    void run(Memory& m) const {
        KpuLayer batch = layer;
        for (std::uint32_t n = 0; n < in.batch(); ++n) {
            m.kpu().run(batch, m.file());
            batch.image_src_addr = static_cast<std::uint16_t>(batch.image_src_addr + lines_of(map_of(in)));
            batch.image_dst_addr = static_cast<std::uint16_t>(batch.image_dst_addr + lines_of(map_of(out)));
        }
        if (main_output.size != 0) download_maps(m, layer.image_dst_addr, out, m.target<std::uint8_t>(main_output));
    }
};

// The field of an address holds how many bytes of padding come before what it leads to.
void place(BodyReader& in, std::uint32_t& address, std::uint64_t bytes) {
    in.raw().skip(address);
    address = static_cast<std::uint32_t>(in.raw().at());
    in.raw().skip(bytes);
}

Shape batched(const KpuShape& map, std::uint32_t batches) {
    Shape shape = shape_of(map);
    shape.dims[0] = batches;
    return shape;
}

}  // namespace

Node parse_kpu_upload(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::u8), to = in.target(Element::u8);
    const Shape shape = in.shape();
    in.require(from, shape.count());
    require_maps(in, to, shape);
    summary.kind = "KPU upload";
    return make_node(std::move(summary), from, shape, to, shape, shape.count(),
                     [=](Memory& m) { upload_maps(m, to.line(), shape, m.source<std::uint8_t>(from)); });
}

Node parse_kpu_conv2d(BodyReader& in, LayerSummary summary) {
    KpuConvolution c;
    c.main_output = in.range();
    const std::uint32_t batches = in.size("batch count", kAiRamLines);
    in.i32();  // reserved
    const std::size_t at = in.raw().at();
    KpuLayer& layer = c.layer = KpuLayer::decode(in.raw().layer_words());
    summary.to_main_memory = c.main_output.size != 0;

    c.in = batched(layer.input(), batches);
    c.out = batched(layer.output(), batches);
    if (layer.kernel_type > 1) in.fail_at(at, fmt::format("unknown KPU kernel type {}", layer.kernel_type));
    if (layer.depth_wise_layer && c.in.channels() != c.out.channels())
        in.fail_at(
            at, fmt::format("a depthwise layer of {} input and {} output channels", c.in.channels(), c.out.channels()));
    require_maps(in, at, layer.image_src_addr, c.in);
    require_maps(in, at, layer.image_dst_addr, c.out);
    if (summary.to_main_memory) {
        if (c.main_output.memory != MemoryKind::main || c.main_output.element != Element::u8)
            in.fail_at(c.main_output.declared_at, "a KPU layer's output goes to main memory as bytes");
        in.require(c.main_output, c.out.count());
    }

    const std::uint64_t norms = std::uint64_t{c.out.channels()} * 8;
    const std::uint64_t weights = kpu_weight_bytes(layer, true);
    place(in, layer.bwsx_base_addr, norms);
    place(in, layer.active_addr, kKpuActivationBytes);
    place(in, layer.para_start_addr, weights);
    check_kpu_layer(in.raw(), at, layer, true);
    summary.kpu = layer;

    summary.kind = kpu_kind(layer);
    summary.engine = Engine::kpu;
    summary.macs = kpu_macs(layer) * batches;
    summary.parameter_bytes = norms + kKpuActivationBytes + weights;
    const auto maps = [at](std::uint32_t line, const Shape& shape) {
        return Range{MemoryKind::ai_ram, Element::u8, line * kAiRamLineBytes,
                     lines_of(map_of(shape)) * shape.batch() * kAiRamLineBytes, at};
    };
    const Range from = maps(layer.image_src_addr, c.in);
    const Range to = summary.to_main_memory ? c.main_output : maps(layer.image_dst_addr, c.out);
    Node node = make_node(std::move(summary), from, c.in, to, c.out, 0, [c](Memory& m) { c.run(m); });
    node.packs_maps = !node.summary.to_main_memory;
    return node;
}

}  // namespace k210::kmodel::v4
