#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "kmodel/bare_kpu.hpp"
#include "kpu/reference_kernel.hpp"
#include "support/kmodel_runner.hpp"
#include "support/kpu_golden.hpp"
#include "support/model_reader.hpp"

namespace k210 {
namespace {

enum : std::uint32_t {  // kpu.h:376-405
    kQuantizedMaxPool = 8,
    kQuantize = 11,
    kDequantize = 12,
    kFullyConnected = 18,
    kFlatten = 20,
    kKpuConv = 10240,
    kKpuAddPadding = 10241,
    kKpuUpload = 10243,
};

class Runner {
public:
    Runner(std::span<const std::uint8_t> model, kmodel::BareKpu kpu, const OnKpuLayer& on_layer)
        : model_(model), on_layer_(on_layer), kpu_(std::move(kpu)) {}

    void run(const std::string& input) {
        ModelReader header(model_);
        header.skip(3 * 4);
        const std::uint32_t layers = header.u32();
        header.skip(4);
        memory_.bytes.resize(header.u32());
        header.skip(header.u32() * 8);  // outputs

        std::vector<std::pair<std::uint32_t, std::size_t>> bodies;  // type, offset
        std::size_t body = header.at() + std::size_t{layers} * 8;
        std::size_t last_conv = 0;
        for (std::uint32_t i = 0; i < layers; ++i) {
            const std::uint32_t type = header.u32();
            bodies.emplace_back(type, body);
            body += header.u32();
            if (type == kKpuConv) last_conv = i;
        }
        upload_input(bodies.front().second, input);
        for (index_ = 0; index_ <= last_conv; ++index_)
            run_layer(bodies[index_].first, ModelReader(model_, bodies[index_].second));
    }

private:
    struct Conv {
        std::uint32_t flags, main_out;
        KpuLayer layer;
    };
    Conv read_conv(ModelReader body) const {
        Conv conv{};
        conv.flags = body.u32();
        conv.main_out = body.u32();
        conv.layer = KpuLayer::decode(ModelReader(model_, body.u32()).layer_words());
        conv.layer.para_start_addr = body.u32();
        conv.layer.bwsx_base_addr = body.u32();
        conv.layer.active_addr = body.u32();
        return conv;
    }

    void upload_input(std::size_t body, const std::string& input) {
        const KpuLayer layer = read_conv(ModelReader(model_, body)).layer;
        kpu_.upload(layer.image_src_addr, layer.input(), golden_input(input, layer.input().bytes()));
    }

    void run_layer(std::uint32_t type, ModelReader body) {
        if (type == kKpuConv) return run_conv(read_conv(body));
        body.skip(4);  // flags
        const std::uint32_t from = body.u32(), to = body.u32();
        switch (type) {
            case kQuantizedMaxPool: return max_pool(from, to, body);
            case kQuantize: return quantize(from, to, body);
            case kDequantize: return dequantize(from, to, body);
            case kFullyConnected: return fully_connected(from, to, body);
            case kFlatten: return flatten(from, to, body);
            case kKpuAddPadding:  // one pixel into each 4x4 map; the others keep what AI RAM held
                return kpu_write_map(to, kpu_packed_layout(4, 4), {body.u32(), 1, 1}, memory_.from(from),
                                     kpu_.ai_ram());
            case kKpuUpload: {
                const std::uint32_t width = body.u32(), height = body.u32();
                return kpu_.upload(to, {body.u32(), width, height}, memory_.from(from));
            }
            default: throw std::runtime_error(fmt::format("layer type {} lies between KPU layers", type));
        }
    }

    void run_conv(const Conv& conv) {
        const auto planar = kpu_.run(conv.layer, model_);
        const bool main_memory = conv.flags & 1;
        if (main_memory) std::copy(planar.begin(), planar.end(), memory_.bytes.begin() + conv.main_out);
        on_layer_(index_, main_memory, planar);
    }

    void max_pool(std::uint32_t from, std::uint32_t to, ModelReader body) {
        const std::uint32_t in_w = body.u32(), in_h = body.u32(), channels = body.u32();
        const std::uint32_t out_w = body.u32(), out_h = body.u32();
        body.skip(4);
        const std::uint32_t kernel_w = body.u32(), kernel_h = body.u32(), stride_w = body.u32(), stride_h = body.u32();
        for (std::uint32_t c = 0; c < channels; ++c)
            for (std::uint32_t y = 0; y < out_h; ++y)
                for (std::uint32_t x = 0; x < out_w; ++x) {
                    std::uint8_t best = 0;
                    for (std::uint32_t ky = 0; ky < kernel_h && y * stride_h + ky < in_h; ++ky)
                        for (std::uint32_t kx = 0; kx < kernel_w && x * stride_w + kx < in_w; ++kx)
                            best = std::max(
                                best, memory_.bytes[from + (c * in_h + y * stride_h + ky) * in_w + x * stride_w + kx]);
                    memory_.bytes[to + (c * out_h + y) * out_w + x] = best;
                }
    }

    void quantize(std::uint32_t from, std::uint32_t to, ModelReader body) {
        const std::uint32_t count = body.u32();
        const float scale = 1.0f / body.f32(), bias = body.f32();
        for (std::uint32_t i = 0; i < count; ++i)
            memory_.bytes[to + i] = static_cast<std::uint8_t>(
                std::clamp(std::round((memory_.load_float(from, i) - bias) * scale), 0.0f, 255.0f));
    }

    void dequantize(std::uint32_t from, std::uint32_t to, ModelReader body) {
        const std::uint32_t count = body.u32();
        const float scale = body.f32(), bias = body.f32();
        for (std::uint32_t i = 0; i < count; ++i)
            memory_.store_float(to, i, std::fma(static_cast<float>(memory_.bytes[from + i]), scale, bias));
    }

    void fully_connected(std::uint32_t from, std::uint32_t to, ModelReader body) {
        const std::uint32_t inputs = body.u32(), outputs = body.u32(), activation = body.u32();
        std::vector<float> weights(std::size_t{inputs} * outputs), sums(outputs);
        for (float& w : weights) w = body.f32();
        for (std::uint32_t o = 0; o < outputs; ++o)
            for (std::uint32_t i = 0; i < inputs; ++i)
                sums[o] += memory_.load_float(from, i) * weights[std::size_t{o} * inputs + i];
        for (std::uint32_t o = 0; o < outputs; ++o) {
            const float v = sums[o] + body.f32();
            memory_.store_float(to, o, activation == 1 ? std::max(v, 0.0f) : v);
        }
    }

    void flatten(std::uint32_t from, std::uint32_t to, ModelReader body) {
        const std::uint32_t width = body.u32(), height = body.u32(), channels = body.u32();
        for (std::uint32_t c = 0; c < channels; ++c)
            for (std::uint32_t i = 0; i < width * height; ++i)
                memory_.store_float(to, i * channels + c, memory_.load_float(from, c * width * height + i));
    }

    std::span<const std::uint8_t> model_;
    const OnKpuLayer& on_layer_;
    ModelMemory memory_;
    kmodel::BareKpu kpu_;
    std::size_t index_ = 0;
};

}  // namespace

void run_kmodel_v3(std::span<const std::uint8_t> model, const std::string& input, const OnKpuLayer& on_layer,
                   kmodel::BareKpu kpu) {
    Runner(model, std::move(kpu), on_layer).run(input);
}

}  // namespace k210
