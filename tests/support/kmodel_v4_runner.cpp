#include <algorithm>
#include <cmath>

#include "kmodel/bare_kpu.hpp"
#include "support/kmodel_runner.hpp"
#include "support/kpu_golden.hpp"
#include "support/model_reader.hpp"

namespace k210 {
namespace {

enum : std::uint32_t {  // runtime_op.def
    kConv2d = 0x02,
    kDequantize = 0x03,
    kPad = 0x05,
    kQuantize = 0x06,
    kReduce = 0x07,
    kKpuUpload = 0x2001,
    kKpuConv2d = 0x2002,
};

class Runner {
public:
    Runner(std::span<const std::uint8_t> model, kmodel::BareKpu kpu, const OnKpuLayer& on_layer)
        : model_(model), on_layer_(on_layer), kpu_(std::move(kpu)) {}

    void run(const std::string& input) {
        ModelReader header(model_);
        header.skip(4 * 4);
        const std::uint32_t constants = header.u32();
        memory_.bytes.resize(header.u32());
        const std::uint32_t nodes = header.u32(), inputs = header.u32(), outputs = header.u32();
        header.skip(4);
        const Range input_range = read_range(header);
        const Shape input_shape = read_shape(header);
        header.skip((inputs - 1) * 32 + outputs * 16 + constants);
        upload(input_range, input_shape, golden_input(input, input_shape.map().bytes()));

        std::size_t body = header.at() + std::size_t{nodes} * 8;
        for (index_ = 0; index_ < nodes; ++index_) {
            const std::uint32_t opcode = header.u32();
            run_node(opcode, ModelReader(model_, body));
            body += header.u32();
        }
    }

private:
    struct Range {
        std::uint32_t memory, type, start, size;
    };
    struct Shape {
        std::uint32_t batch, channels, height, width;
        KpuShape map() const { return {channels, width, height}; }
    };
    static Range read_range(ModelReader& in) {
        Range range{};
        for (auto* field : {&range.memory, &range.type, &range.start, &range.size}) *field = in.u32();
        return range;
    }
    static Shape read_shape(ModelReader& in) {
        Shape shape{};
        for (auto* field : {&shape.batch, &shape.channels, &shape.height, &shape.width}) *field = in.u32();
        return shape;
    }

    void run_node(std::uint32_t opcode, ModelReader body) {
        if (opcode == kKpuConv2d) return run_kpu_conv(body);
        const Range from = read_range(body), to = read_range(body);
        switch (opcode) {
            case kConv2d: return depthwise_conv(from, to, body);
            case kDequantize: return dequantize(from, to, body);
            case kPad: return pad(from, to, body);
            case kQuantize: return quantize(from, to, body);
            case kReduce: return reduce_maps(from, to, body);
            case kKpuUpload: return upload(to, read_shape(body), memory_.from(from.start));
            default: break;
        }
    }

    void upload(const Range& to, const Shape& shape, std::span<const std::uint8_t> planar) {
        kpu_.upload(to.start / 64, shape.map(), planar);
    }

    void run_kpu_conv(ModelReader body) {
        const Range main_out = read_range(body);
        body.skip(8);
        KpuLayer layer = KpuLayer::decode(body.layer_words());
        // Each address field holds the padding before its block, the blocks following one another.
        const auto place = [&body](std::uint32_t& field, std::size_t block_bytes) {
            body.skip(field);
            field = static_cast<std::uint32_t>(body.at());
            body.skip(block_bytes);
        };
        place(layer.bwsx_base_addr, std::size_t{layer.output().channels} * 8);
        place(layer.active_addr, 144);
        place(layer.para_start_addr, 0);
        const auto planar = kpu_.run(layer, model_);
        if (main_out.size) std::copy(planar.begin(), planar.end(), memory_.bytes.begin() + main_out.start);
        on_layer_(index_, main_out.size != 0, planar);
    }

    void dequantize(const Range& from, const Range& to, ModelReader body) {
        const auto zero_point = static_cast<std::int32_t>(body.u32());
        const float step = 1.0f / body.f32();
        for (std::uint32_t i = 0; i < from.size; ++i)
            memory_.store_float(to.start, i, static_cast<float>(memory_.bytes[from.start + i] - zero_point) * step);
    }

    void quantize(const Range& from, const Range& to, ModelReader body) {
        const auto zero_point = static_cast<float>(static_cast<std::int32_t>(body.u32()));
        const float scale = body.f32();
        for (std::uint32_t i = 0; i < to.size; ++i)
            memory_.bytes[to.start + i] = static_cast<std::uint8_t>(
                std::clamp(std::round(memory_.load_float(from.start, i) * scale + zero_point), 0.0f, 255.0f));
    }

    // Mean over each map. Other reductions of the models lead to no KPU layer.
    void reduce_maps(const Range& from, const Range& to, ModelReader body) {
        constexpr std::uint32_t kMean = 0;
        if (body.u32() != kMean || to.size == 0) return;
        const std::uint32_t maps = to.size / 4, pixels = from.size / to.size;
        const float scale = static_cast<float>(to.size) / static_cast<float>(from.size);
        for (std::uint32_t c = 0; c < maps; ++c) {
            float sum = 0;
            for (std::uint32_t i = 0; i < pixels; ++i) sum += memory_.load_float(from.start, c * pixels + i);
            memory_.store_float(to.start, c, sum * scale);
        }
    }

    // Grows or crops the two inner dimensions; elements of 1 or 4 bytes.
    void pad(const Range& from, const Range& to, ModelReader body) {
        const Shape in = read_shape(body);
        body.skip(4 * 4);
        const auto top = static_cast<std::int32_t>(body.u32()), bottom = static_cast<std::int32_t>(body.u32());
        const auto left = static_cast<std::int32_t>(body.u32()), right = static_cast<std::int32_t>(body.u32());
        body.skip(4);
        const std::uint32_t value = body.u32();
        const std::uint32_t element = from.type == 0 ? 4 : 1;
        const auto in_h = static_cast<std::int32_t>(in.height), in_w = static_cast<std::int32_t>(in.width);
        std::size_t out = to.start;
        for (std::uint32_t c = 0; c < in.channels; ++c)
            for (std::int32_t y = -top; y < in_h + bottom; ++y)
                for (std::int32_t x = -left; x < in_w + right; ++x, out += element) {
                    const bool inside = y >= 0 && y < in_h && x >= 0 && x < in_w;
                    const std::size_t pixel = inside ? from.start + (std::size_t{c} * in.height * in.width +
                                                                     static_cast<std::size_t>(y * in_w + x)) *
                                                                        element
                                                     : 0;
                    for (std::uint32_t i = 0; i < element; ++i)
                        memory_.bytes.at(out + i) =
                            inside ? memory_.bytes.at(pixel + i) : static_cast<std::uint8_t>(value >> (8 * i));
                }
    }

    // Stride 1, 3x3, border of one: the only float convolution before a KPU layer.
    void depthwise_conv(const Range& from, const Range& to, ModelReader body) {
        const Shape in = read_shape(body);
        body.skip(4 * 12);
        const float low = body.f32(), high = body.f32();
        std::vector<float> weights(std::size_t{in.channels} * 9), bias(in.channels);
        for (float& w : weights) w = body.f32();
        for (float& b : bias) b = body.f32();
        const auto h = static_cast<std::int32_t>(in.height), w = static_cast<std::int32_t>(in.width);
        for (std::uint32_t c = 0; c < in.channels; ++c) {
            const std::size_t plane = std::size_t{c} * in.height * in.width;
            for (std::int32_t y = 0; y < h; ++y)
                for (std::int32_t x = 0; x < w; ++x) {
                    float sum = bias[c];
                    for (std::int32_t ky = std::max(0, 1 - y); ky < std::min(3, h + 1 - y); ++ky)
                        for (std::int32_t kx = std::max(0, 1 - x); kx < std::min(3, w + 1 - x); ++kx)
                            sum += memory_.load_float(from.start,
                                                      plane + static_cast<std::size_t>((y + ky - 1) * w + x + kx - 1)) *
                                   weights[std::size_t{c} * 9 + static_cast<std::size_t>(ky * 3 + kx)];
                    memory_.store_float(to.start, plane + static_cast<std::size_t>(y * w + x),
                                        std::clamp(sum, low, high));
                }
        }
    }

    std::span<const std::uint8_t> model_;
    const OnKpuLayer& on_layer_;
    ModelMemory memory_;
    kmodel::BareKpu kpu_;
    std::size_t index_ = 0;
};

}  // namespace

void run_kmodel_v4(std::span<const std::uint8_t> model, const std::string& input, const OnKpuLayer& on_layer,
                   kmodel::BareKpu kpu) {
    Runner(model, std::move(kpu), on_layer).run(input);
}

}  // namespace k210
