#include "work.hpp"

#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "kpu/timing.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210::bench {
namespace {

constexpr double kChipHz = 400e6;

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

Work model_layers(const std::filesystem::path& file) {
    Work work{{}, read_file(file)};
    for (const auto& layer : kmodel::Kmodel::parse(file.string(), work.parameters)->summary().layers)
        if (layer.kpu) work.layers.push_back(*layer.kpu);
    return work;
}

}  // namespace k210::bench
