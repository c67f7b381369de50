#include "work.hpp"

#include <stdexcept>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "kpu/timing.hpp"
#include "support/model_reader.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210::bench {
namespace {

constexpr double kChipHz = 400e6;

// standalone-sdk@02576ba lib/drivers/include/kpu.h:376-520.
std::vector<KpuLayer> layers_v3(std::span<const std::uint8_t> model) {
    constexpr std::uint32_t kKpuConv = 10240;
    std::vector<KpuLayer> found;
    ModelReader header(model);
    header.skip(3 * 4);
    const std::uint32_t layers = header.u32();
    header.skip(2 * 4);
    header.skip(header.u32() * 8);
    std::size_t at = header.at() + std::size_t{layers} * 8;
    for (std::uint32_t i = 0; i < layers; ++i) {
        const std::uint32_t type = header.u32();
        ModelReader body(model, at);
        at += header.u32();
        if (type != kKpuConv) continue;
        body.skip(2 * 4);
        KpuLayer layer = KpuLayer::decode(ModelReader(model, body.u32()).layer_words());
        layer.para_start_addr = body.u32();
        layer.bwsx_base_addr = body.u32();
        layer.active_addr = body.u32();
        found.push_back(layer);
    }
    return found;
}

// nncase v0.2.0-beta4 src/common/include/runtime.
std::vector<KpuLayer> layers_v4(std::span<const std::uint8_t> model) {
    constexpr std::uint32_t kKpuConv2d = 0x2002;
    std::vector<KpuLayer> found;
    ModelReader header(model);
    header.skip(4 * 4);
    const std::uint32_t constants = header.u32();
    header.skip(4);
    const std::uint32_t nodes = header.u32(), inputs = header.u32(), outputs = header.u32();
    header.skip(4 + inputs * 32 + outputs * 16 + constants);
    std::size_t at = header.at() + std::size_t{nodes} * 8;
    for (std::uint32_t i = 0; i < nodes; ++i) {
        const std::uint32_t opcode = header.u32();
        ModelReader body(model, at);
        at += header.u32();
        if (opcode != kKpuConv2d) continue;
        body.skip(6 * 4);
        KpuLayer layer = KpuLayer::decode(body.layer_words());
        // Each address field holds the padding before its block, the blocks following one another.
        const auto place = [&body](std::uint32_t& field, std::size_t block_bytes) {
            body.skip(field);
            field = static_cast<std::uint32_t>(body.at());
            body.skip(block_bytes);
        };
        place(layer.bwsx_base_addr, std::size_t{layer.output().channels} * 8);
        place(layer.active_addr, kKpuActivationBytes);
        place(layer.para_start_addr, 0);
        found.push_back(layer);
    }
    return found;
}

}  // namespace

double Work::macs() const {
    double macs = 0;
    for (const KpuLayer& l : layers)
        macs += static_cast<double>(l.output().channels) * l.kernel_weights() * l.input().plane_bytes();
    return macs;
}

double Work::chip_seconds() const {
    double cycles = 0;
    for (const KpuLayer& l : layers) cycles += static_cast<double>(kpu_layer_time(l).total_cycles());
    return cycles / kChipHz;
}

std::vector<std::uint8_t> noise(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::uint32_t state = 1;
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

Work one_layer(const LayerShape& shape) {
    KpuLayerSpec spec{.input = shape.input,
                      .output_channels = shape.outputs,
                      .kernel_side = shape.side,
                      .depthwise = shape.depthwise};
    const std::size_t inputs = shape.depthwise ? 1 : shape.input.channels;
    const auto weights = noise(shape.outputs * inputs * shape.side * shape.side);
    spec.weights.assign(weights.begin(), weights.end());
    spec.norm = {100'000, 0, 15};
    spec.activation.fill({std::int64_t{1} << 35, 0, 0, 0});
    spec.activation[0] = {-(std::int64_t{1} << 35), 0, 0, 0};
    spec.activation[1] = {0, 1024, 20, 0};
    auto built = build_kpu_layer(spec);
    built.layer.arg_x = -0x40'0000;
    built.layer.shr_x = 15;
    return {{built.layer}, std::move(built.parameters)};
}

Work model_layers(const std::filesystem::path& file) try {
    Work work{{}, read_file(file)};
    const std::uint32_t first_word = ModelReader(work.parameters).u32();
    constexpr std::uint32_t kVersion4Mark = 0x4b4d444c;  // "LDMK" ahead of its version; version 3 begins with a 3
    if (first_word == 3)
        work.layers = layers_v3(work.parameters);
    else if (first_word == kVersion4Mark)
        work.layers = layers_v4(work.parameters);
    else
        throw InputError(file.string() + ": not a kmodel of version 3 or 4");
    return work;
} catch (const std::out_of_range& e) { throw InputError(file.string() + ": " + e.what()); }

}  // namespace k210::bench
