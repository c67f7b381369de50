#include "tools/kmodel/writer.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace k210::kmodel {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kHeaderBytes = 28;
// Where compilers put the argument words and the blocks that the KPU fetches. No source asks for it: real models.
constexpr std::size_t kWordsAlignment = 8, kParametersAlignment = 256;

void append(Bytes& to, std::uint32_t v) {
    for (unsigned i = 0; i < 4; ++i) to.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

std::uint32_t align(Bytes& bytes, std::size_t to) {
    bytes.resize((bytes.size() + to - 1) / to * to);
    return static_cast<std::uint32_t>(bytes.size());
}

}  // namespace

// Fields one after the other.
class V3Writer::Body {
public:
    Body() = default;
    explicit Body(const Route& route) { *this << flags(route.main_out) << route.from << route.to; }
    static std::uint32_t flags(bool main_out) { return main_out ? 1 : 0; }

    Body& operator<<(std::uint32_t v) {
        append(bytes_, v);
        return *this;
    }
    Body& operator<<(std::int32_t v) { return *this << static_cast<std::uint32_t>(v); }
    Body& operator<<(float v) { return *this << std::bit_cast<std::uint32_t>(v); }
    Body& operator<<(const Range& r) { return *this << r.start << r.size; }
    Body& operator<<(const Quantization& q) { return *this << q.scale << q.bias; }
    Body& operator<<(const Scaling& s) { return *this << s.offset << s.mul << s.shift; }
    Body& operator<<(const Sum& s) { return *this << flags(s.main_out) << s.from_a << s.from_b << s.to << s.count; }
    Body& operator<<(const KpuShape& s) { return *this << s.width << s.height << s.channels; }
    Body& operator<<(const Window& w) {
        return *this << w.in << w.out << w.kernel_width << w.kernel_height << w.stride_width << w.stride_height
                     << w.padding_width << w.padding_height;
    }
    Body& operator<<(Activation a) { return *this << static_cast<std::uint32_t>(a); }
    Body& operator<<(std::span<const std::uint8_t> table) {
        bytes_.insert(bytes_.end(), table.begin(), table.end());
        return *this;
    }
    template <class T>
    Body& each(std::span<const T> values) {
        for (const T& v : values) *this << v;
        return *this;
    }
    const Bytes& bytes() const { return bytes_; }

private:
    Bytes bytes_;
};

void V3Writer::add_layer(V3Type type, const Body& body) {
    raw(type, body.bytes());
}

void V3Writer::raw(V3Type type, Bytes body) {
    layers_.push_back({type, std::move(body)});
}

void V3Writer::kpu_conv(const KpuLayer& layer, Bytes parameters, std::optional<std::uint32_t> main_memory_out) {
    Body body;
    body << Body::flags(main_memory_out.has_value()) << main_memory_out.value_or(0);
    layers_.push_back({V3Type::k210_conv, body.bytes(), layer, std::move(parameters)});
}

void V3Writer::kpu_add_padding(Route route, std::uint32_t channels) {
    add_layer(V3Type::k210_add_padding, Body(route) << channels);
}

void V3Writer::kpu_remove_padding(Route route, std::uint32_t channels) {
    add_layer(V3Type::k210_remove_padding, Body(route) << channels);
}

void V3Writer::kpu_upload(Route route, const KpuShape& shape) {
    add_layer(V3Type::k210_upload, Body(route) << shape);
}

void V3Writer::add(const Sum& sum) {
    add_layer(V3Type::add, Body() << sum);
}

void V3Writer::quantized_add(const Sum& sum, const Scaling& a, const Scaling& b, const Scaling& out) {
    add_layer(V3Type::quantized_add, Body() << sum << a << b << out);
}

void V3Writer::global_pool2d(V3Type type, Route route, std::uint32_t kernel_size, std::uint32_t channels) {
    add_layer(type, Body(route) << kernel_size << channels);
}

void V3Writer::max_pool2d(V3Type type, Route route, const Window& window) {
    add_layer(type, Body(route) << window);
}

void V3Writer::average_pool2d(V3Type type, Route route, const Window& window, Activation activation) {
    add_layer(type, Body(route) << window << activation);
}

void V3Writer::quantize(Route route, std::uint32_t count, const Quantization& q) {
    add_layer(V3Type::quantize, Body(route) << count << q);
}

void V3Writer::dequantize(Route route, std::uint32_t count, const Quantization& q) {
    add_layer(V3Type::dequantize, Body(route) << count << q);
}

void V3Writer::channelwise_dequantize(Route route, std::uint32_t channel_size,
                                      std::span<const Quantization> by_channel) {
    const auto channels = static_cast<std::uint32_t>(by_channel.size());
    add_layer(V3Type::channelwise_dequantize, (Body(route) << channels << channel_size).each(by_channel));
}

void V3Writer::requantize(Route route, std::uint32_t count, std::span<const std::uint8_t, 256> table) {
    add_layer(V3Type::requantize, Body(route) << count << std::span<const std::uint8_t>(table));
}

void V3Writer::l2_normalization(Route route, std::uint32_t channels) {
    add_layer(V3Type::l2_normalization, Body(route) << channels);
}

void V3Writer::softmax(Route route, std::uint32_t channels) {
    add_layer(V3Type::softmax, Body(route) << channels);
}

void V3Writer::logistic(Route route, std::uint32_t channels) {
    add_layer(V3Type::logistic, Body(route) << channels);
}

void V3Writer::concat(V3Type type, std::uint32_t to, std::span<const Range> inputs, bool main_out) {
    Body body;
    body << Body::flags(main_out) << to << static_cast<std::uint32_t>(inputs.size());
    add_layer(type, body.each(inputs));
}

void V3Writer::fully_connected(Route route, std::uint32_t in_channels, std::span<const float> weights,
                               std::span<const float> bias, Activation activation) {
    Body body(route);
    body << in_channels << static_cast<std::uint32_t>(bias.size()) << activation;
    add_layer(V3Type::fully_connected, body.each(weights).each(bias));
}

void V3Writer::flatten(V3Type type, Route route, const KpuShape& shape) {
    add_layer(type, Body(route) << shape);
}

void V3Writer::resize_nearest(V3Type type, Route route, const KpuShape& in, std::uint32_t out_width,
                              std::uint32_t out_height, bool align_corners) {
    add_layer(type, Body(route) << in << out_width << out_height << (align_corners ? 1u : 0u));
}

// A convolution's body has offsets into the whole file, where its parts are aligned.
void V3Writer::finish_conv(const Layer& layer, Bytes& file) {
    const std::size_t offsets = file.size();
    file.resize(offsets + 4 * 4);
    const auto words = align(file, kWordsAlignment);
    KpuLayer without_addresses = *layer.kpu;
    without_addresses.para_start_addr = without_addresses.bwsx_base_addr = without_addresses.active_addr = 0;
    for (const std::uint64_t word : encode(without_addresses)) {
        append(file, static_cast<std::uint32_t>(word));
        append(file, static_cast<std::uint32_t>(word >> 32));
    }
    const std::uint32_t base = align(file, kParametersAlignment);
    file.insert(file.end(), layer.parameters.begin(), layer.parameters.end());
    Body body;
    body << words << base + layer.kpu->para_start_addr << base + layer.kpu->bwsx_base_addr
         << base + layer.kpu->active_addr;
    std::ranges::copy(body.bytes(), file.begin() + static_cast<std::ptrdiff_t>(offsets));
}

// Header, outputs, types and sizes, bodies.
Bytes V3Writer::bytes() const {
    Bytes file(kHeaderBytes + outputs.size() * 8 + layers_.size() * 8);  // room for what comes before the bodies
    Body head;
    head << 3u << (eight_bit_weights ? 1u : 0u) << 0u << static_cast<std::uint32_t>(layers_.size()) << max_start_address
         << main_memory_bytes << static_cast<std::uint32_t>(outputs.size());
    head.each(std::span<const Range>(outputs));
    for (const Layer& layer : layers_) {
        const std::size_t begin = file.size();
        file.insert(file.end(), layer.body.begin(), layer.body.end());
        if (layer.kpu) finish_conv(layer, file);
        head << static_cast<std::uint32_t>(layer.type) << static_cast<std::uint32_t>(file.size() - begin);
    }
    std::ranges::copy(head.bytes(), file.begin());
    return file;
}

}  // namespace k210::kmodel
