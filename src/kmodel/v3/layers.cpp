#include "kmodel/v3/layers.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "kmodel/kpu_layer.hpp"
#include "kmodel/v3/body.hpp"
#include "kpu/reference_kernel.hpp"

namespace k210::kmodel::v3 {
namespace {

using enum Element;

constexpr std::uint32_t kMainMemoryOut = 1;  // kpu.h:413 [sdk]
// Single pixels go to the KPU as the corners of 4x4 maps, and come from it so. kpu.c:1329, 1368 [sdk]
constexpr std::uint32_t kPaddedSide = 4;

struct Route {
    std::uint32_t from, to;
};
Route read_route(Body& b) {
    const std::uint32_t from = b.u32();
    return {from, b.u32()};
}

Shape flat(std::uint64_t count) {
    return {{1, 1, 1, static_cast<std::uint32_t>(count)}};
}

// Does `work`, which leaves its results in `out`.
template <Element E, class Work>
Step step(Range<E> out, Work work) {
    return [out, work = std::move(work)](State& s) -> std::span<const std::uint8_t> {
        work(s);
        return s.bytes(out);
    };
}

Step read_add(Body& b) {
    const std::uint32_t from_a = b.u32(), from_b = b.u32(), to = b.u32(), count = b.u32();
    const auto x = b.in<f32>(from_a, count), y = b.in<f32>(from_b, count);
    const auto out = b.out<f32>(to, b.input_shape());
    return step(out, [=](State& s) { add(s.at(x), s.at(y), s.at(out)); });
}

// The runner goes on to a multiple of eight elements, here as far as there is memory.
Step read_quantized_add(Body& b) {
    const std::uint32_t from_a = b.u32(), from_b = b.u32(), to = b.u32(), count = b.u32();
    const Scale scale_a = b.scale(), scale_b = b.scale(), scale_out = b.scale();
    b.in<u8>(from_a, count);
    b.in<u8>(from_b, count);
    const auto out = b.out<u8>(to, b.input_shape());
    return step(out, [=](State& s) {
        const auto eights = [&](std::uint32_t start) {
            const auto rest = s.from(start);
            return rest.first(std::min(rest.size(), (std::size_t{count} + 7) / 8 * 8));
        };
        quantized_add(eights(from_a), eights(from_b), eights(to), scale_a, scale_b, scale_out);
    });
}

template <Element E, class Operator>
Step read_global_pool(Body& b, Operator pool) {
    const Route route = read_route(b);
    const std::uint32_t kernel_size = b.u32(), channels = b.side("number of channels");
    const auto from = b.in<E>(route.from, b.channel_shape(route.from, channels, kernel_size));
    b.operations(from.count);
    const auto out = b.out<E>(route.to, {{1, channels, 1, 1}});
    return step(out, [=](State& s) { pool(s.at(from), s.at(out), kernel_size); });
}

// An average pool ends with an activation that the runner ignores.
template <Element E, class Operator>
Step read_pool(Body& b, Operator pool) {
    const Route route = read_route(b);
    const Pool p = b.pool();
    const auto from = b.in<E>(route.from, shape_of(p.in));
    const std::uint64_t taps =
        std::uint64_t{std::min(p.kernel_width, p.in.width)} * std::min(p.kernel_height, p.in.height);
    b.operations(shape_of(p.out).count() * taps);
    const auto out = b.out<E>(route.to, shape_of(p.out));
    return step(out, [=](State& s) { pool(s.at(from), s.at(out), p); });
}

Step read_quantize(Body& b) {
    const Route route = read_route(b);
    const auto from = b.in<f32>(route.from, b.u32());
    const Quantization q = b.quantization();
    const auto out = b.out<u8>(route.to, b.input_shape());
    return step(out, [=](State& s) { quantize(s.at(from), s.at(out), q); });
}

Step read_dequantize(Body& b) {
    const Route route = read_route(b);
    const auto from = b.in<u8>(route.from, b.u32());
    const Quantization q = b.quantization();
    const auto out = b.out<f32>(route.to, b.input_shape());
    return step(out, [=](State& s) { dequantize(s.at(from), s.at(out), q); });
}

Step read_channelwise_dequantize(Body& b) {
    const Route route = read_route(b);
    const std::uint32_t channels = b.side("number of channels"), channel_size = b.u32();
    const ConstFloats fields(b.parameters(std::uint64_t{channels} * 8));
    std::vector<Quantization> by_channel;
    for (std::size_t c = 0; c < channels; ++c) by_channel.push_back({fields[2 * c], fields[2 * c + 1]});
    const auto from = b.in<u8>(route.from, b.channel_shape(route.from, channels, channel_size));
    const auto out = b.out<f32>(route.to, b.input_shape());
    return step(out, [=](State& s) { channelwise_dequantize(s.at(from), s.at(out), by_channel); });
}

Step read_requantize(Body& b) {
    const Route route = read_route(b);
    const auto from = b.in<u8>(route.from, b.u32());
    std::array<std::uint8_t, 256> table{};
    std::ranges::copy(b.parameters(table.size()), table.begin());
    const auto out = b.out<u8>(route.to, b.input_shape());
    return step(out, [=](State& s) { requantize(s.at(from), s.at(out), table); });
}

template <class Operator>
Step read_elementwise(Body& b, Operator operate) {
    const Route route = read_route(b);
    const auto from = b.in<f32>(route.from, b.u32());
    const auto out = b.out<f32>(route.to, b.input_shape());
    return step(out, [=](State& s) { operate(s.at(from), s.at(out)); });
}

template <Element E>
Step read_concat(Body& b) {
    const std::uint32_t to = b.u32(), count = b.u32();
    std::vector<Range<u8>> parts;
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t start = b.u32(), bytes = b.u32();
        if (bytes == 0 || bytes % size_bytes(E) != 0) b.fail(fmt::format("its input {} has {} bytes", i, bytes));
        parts.push_back({start, b.in<E>(start, bytes / size_bytes(E)).bytes()});
        total += bytes;
    }
    if (total > b.model().main_memory_bytes) b.fail("its output is larger than main memory");
    return step(b.out<E>(to, flat(total / size_bytes(E))), [=](State& s) {
        auto out = s.from(to);
        for (const auto& part : parts) {
            std::memmove(out.data(), s.at(part).data(), part.count);
            out = out.subspan(part.count);
        }
    });
}

Step read_fully_connected(Body& b) {
    const Route route = read_route(b);
    const std::uint32_t inputs = b.u32(), outputs = b.u32();
    const auto activation = static_cast<Activation>(b.u32());
    const auto from = b.in<f32>(route.from, inputs);
    b.summary().macs = std::uint64_t{inputs} * outputs;
    b.operations(b.summary().macs);
    const std::size_t weights = b.at();
    const std::size_t weight_bytes = b.parameters((b.summary().macs + outputs) * 4).size();
    const auto out = b.out<f32>(route.to, flat(outputs));
    return step(out, [=](State& s) {
        fully_connected(s.at(from), s.at(out), ConstFloats(s.file.subspan(weights, weight_bytes)), activation);
    });
}

template <Element E>
Step read_flatten(Body& b) {
    const Route route = read_route(b);
    const KpuShape shape = b.shape();
    const auto from = b.in<E>(route.from, shape_of(shape));
    const auto out = b.out<E>(route.to, flat(from.count));
    return step(out, [=](State& s) { flatten(s.bytes(from), s.bytes(out), shape, size_bytes(E)); });
}

// Ends with align_corners, which the runner ignores.
template <Element E>
Step read_resize(Body& b) {
    const Route route = read_route(b);
    const KpuShape in = b.shape();
    KpuShape resized = in;
    resized.width = b.side("width");
    resized.height = b.side("height");
    const auto from = b.in<E>(route.from, shape_of(in));
    const auto out = b.out<E>(route.to, shape_of(resized));
    return step(out, [=](State& s) { resize_nearest(s.bytes(from), s.bytes(out), in, resized, size_bytes(E)); });
}

// What goes to main memory is rounded up to whole words of the DMA's, as far as there is memory. kpu.c:1291 [sdk]
Step read_kpu_conv(Body& b) {
    const std::uint32_t main_out = b.u32();
    Reader words = b.file().from(b.u32());
    KpuLayer layer = KpuLayer::decode(words.layer_words());
    layer.para_start_addr = b.u32();
    layer.bwsx_base_addr = b.u32();
    layer.active_addr = b.u32();
    const bool eight_bit = b.model().eight_bit_weights;
    check_kpu_layer(b.file(), b.begin(), layer, eight_bit);
    describe_kpu_layer(layer, eight_bit, b.summary(), b.model());
    const bool to_main_memory = (b.flags() & kMainMemoryOut) != 0;
    if (to_main_memory) {
        const std::uint64_t bytes = layer.data_out_bytes();
        b.out<u8>(main_out, bytes == layer.output().bytes() ? shape_of(layer.output()) : flat(bytes));
        b.summary().output = shape_of(layer.output());
        b.summary().to_main_memory = true;
    }
    b.summary().operations = 0;  // none of them the CPU's
    return [=](State& s) -> std::span<const std::uint8_t> {
        s.planar = s.kpu.run(layer, s.file, eight_bit);
        if (to_main_memory) {
            const auto sent = kpu_data_out(layer, s.planar);
            const auto to = s.from(main_out);
            std::copy_n(sent.begin(), std::min(sent.size(), to.size()), to.begin());
        }
        return s.planar;
    };
}

Step read_add_padding(Body& b) {
    const Route route = read_route(b);
    const std::uint32_t channels = b.side("number of channels");
    const auto from = b.in<u8>(route.from, channels);
    b.ai_ram_out(route.to, {channels, kPaddedSide, kPaddedSide});
    b.summary().output = {{1, channels, 1, 1}};
    return [=](State& s) -> std::span<const std::uint8_t> {
        kpu_write_map(route.to, kpu_packed_layout(kPaddedSide, kPaddedSide), {channels, 1, 1}, s.at(from),
                      s.kpu.ai_ram());
        return s.at(from);
    };
}

Step read_remove_padding(Body& b) {
    const Route route = read_route(b);
    const std::uint32_t channels = b.side("number of channels");
    const auto from = b.in<u8>(route.from, {{1, channels, kPaddedSide, kPaddedSide}});
    const auto out = b.out<u8>(route.to, {{1, channels, 1, 1}});
    return step(out, [=](State& s) {
        const auto in = s.at(from), kept = s.at(out);
        for (std::size_t c = 0; c < channels; ++c) kept[c] = in[c * kPaddedSide * kPaddedSide];
    });
}

Step read_upload(Body& b) {
    const Route route = read_route(b);
    const KpuShape shape = b.shape();
    const auto from = b.in<u8>(route.from, shape_of(shape));
    b.ai_ram_out(route.to, shape);
    return [=](State& s) -> std::span<const std::uint8_t> {
        s.kpu.upload(route.to, shape, s.at(from));
        return s.at(from);
    };
}

// kpu.h:376-408 [sdk]. What the SDK's runner lacks stops it with an assertion; those types get the body and the
// arithmetic of their nearest kin [assumed]: nncase v0.1 writes one of them, the max pool, just so.
struct Type {
    std::uint32_t number;
    std::string_view name;
    bool in_runner;
    Step (*read)(Body&);
};
constexpr auto kMeans = [](auto... views) { average_pool(views...); };
constexpr auto kMaxima = [](auto... views) { max_pool(views...); };
constexpr auto kGlobalMean = [](auto... views) { global_average_pool(views...); };
constexpr auto kGlobalMaximum = [](auto... views) { global_max_pool(views...); };
constexpr std::array kTypes = {
    Type{1, "add", true, read_add},
    Type{2, "quantized add", true, read_quantized_add},
    Type{3, "global max pool", false, [](Body& b) { return read_global_pool<f32>(b, kGlobalMaximum); }},
    Type{4, "quantized global max pool", false, [](Body& b) { return read_global_pool<u8>(b, kGlobalMaximum); }},
    Type{5, "global average pool", true, [](Body& b) { return read_global_pool<f32>(b, kGlobalMean); }},
    Type{6, "quantized global average pool", false, [](Body& b) { return read_global_pool<u8>(b, kGlobalMean); }},
    Type{7, "max pool", false, [](Body& b) { return read_pool<f32>(b, kMaxima); }},
    Type{8, "quantized max pool", true, [](Body& b) { return read_pool<u8>(b, kMaxima); }},
    Type{9, "average pool", true, [](Body& b) { return read_pool<f32>(b, kMeans); }},
    Type{10, "quantized average pool", false, [](Body& b) { return read_pool<u8>(b, kMeans); }},
    Type{11, "quantize", true, read_quantize},
    Type{12, "dequantize", true, read_dequantize},
    Type{13, "requantize", true, read_requantize},
    Type{14, "L2 normalization", true, [](Body& b) { return read_elementwise(b, l2_normalize); }},
    Type{15, "softmax", true, [](Body& b) { return read_elementwise(b, softmax); }},
    Type{16, "concat", true, read_concat<f32>},
    Type{17, "quantized concat", true, read_concat<u8>},
    Type{18, "fully connected", true, read_fully_connected},
    Type{20, "flatten", true, read_flatten<f32>},
    Type{21, "quantized flatten", false, read_flatten<u8>},
    Type{22, "resize nearest", true, read_resize<f32>},
    Type{23, "quantized resize nearest", true, read_resize<u8>},
    Type{24, "channelwise dequantize", true, read_channelwise_dequantize},
    Type{25, "logistic", true, [](Body& b) { return read_elementwise(b, logistic); }},
    Type{10240, "KPU conv", true, read_kpu_conv},
    Type{10241, "KPU add padding", true, read_add_padding},
    Type{10242, "KPU remove padding", true, read_remove_padding},
    Type{10243, "KPU upload", true, read_upload},
};

const Type* find_type(std::uint32_t number) {
    const auto found = std::ranges::find(kTypes, number, &Type::number);
    return found == kTypes.end() ? nullptr : &*found;
}

}  // namespace

void Contents::wrote(std::uint32_t start, const Entry& entry) {
    const std::uint64_t end = start + entry.bytes();
    std::erase_if(entries_, [&](const auto& old) {
        return old.first < end && old.first + std::uint64_t{old.second.bytes()} > start;
    });
    entries_[start] = entry;
}

const Contents::Entry* Contents::at(std::uint32_t start) const {
    const auto found = entries_.find(start);
    return found == entries_.end() ? nullptr : &found->second;
}

Shape Contents::shape(std::uint32_t start, std::uint64_t count) const {
    const Entry* entry = at(start);
    return entry && entry->shape.count() == count ? entry->shape : flat(count);
}

std::string layer_name(std::uint32_t type) {
    const Type* known = find_type(type);
    return known ? std::string(known->name) : fmt::format("type {}", type);
}

Step read_layer(const Reader& file, std::size_t body_bytes, ModelSummary& model, Contents& contents,
                LayerSummary& summary) {
    const Type* type = find_type(summary.type);
    if (!type) file.fail_at(summary.file_offset, "no such layer type is known");
    summary.kind = type->name;
    summary.in_runtime = type->in_runner;
    Body body(file, body_bytes, model, contents, summary);
    return type->read(body);
}

}  // namespace k210::kmodel::v3
