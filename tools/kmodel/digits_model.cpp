#include "tools/kmodel/digits_model.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "tools/kmodel/kpu_layers.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using nlohmann::json;

KpuShape shape_of(const json& channels_height_width) {
    return {channels_height_width.at(0), channels_height_width.at(2), channels_height_width.at(1)};
}

KpuPool pool_of(const std::string& name) {
    if (name == "bypass") return KpuPool::bypass;
    if (name == "max_2_s2") return KpuPool::max_2_s2;
    if (name == "left_top_2_s2") return KpuPool::left_top_2_s2;
    throw InputError(fmt::format("pool \"{}\" is unknown", name));
}

// Divides by a power of two; the KPU itself rounds and keeps to a byte.
KpuActivation dividing_activation(std::uint8_t shift) {
    KpuActivation activation = identity_activation();
    for (std::size_t i = 1; i < activation.size(); ++i) activation[i].shift_number = shift;
    return activation;
}

std::uint32_t lines_of(const KpuShape& shape) {
    const KpuMapLayout layout = kpu_packed_layout(shape.width, shape.height);
    return (shape.channels + layout.groups - 1) / layout.groups * layout.channel_switch_lines;
}

// Maps follow each other in AI RAM, so that all of them can be looked at when the model has run.
BuiltKpuLayer kpu_layer(const json& from, std::uint32_t src_line) {
    KpuLayerSpec spec{.input = shape_of(from.at("input")),
                      .output_channels = from.at("output").at(0),
                      .kernel_side = from.at("kernel"),
                      .pool = pool_of(from.at("pool"))};
    spec.src_line = static_cast<std::uint16_t>(src_line);
    spec.dst_line = static_cast<std::uint16_t>(src_line + lines_of(spec.input));
    spec.activation = dividing_activation(from.at("activation_shift"));
    for (std::size_t o = 0; o < spec.output_channels; ++o)
        spec.norms.push_back({from.at("norm_mul").at(o), from.at("norm_add").at(o), from.at("norm_shift")});
    const int weight_zero = from.at("weight_zero"), input_zero = from.at("input_zero");
    for (const json& kernel : from.at("weights"))
        for (const int weight : kernel) spec.weights.push_back(static_cast<std::uint16_t>(weight + weight_zero));

    // (x - input_zero) * (w - weight_zero), multiplied out; arg_add counts once for every input channel.
    BuiltKpuLayer built = build_kpu_layer(spec);
    built.layer.arg_x = -weight_zero;
    built.layer.arg_w = -input_zero;
    built.layer.arg_add = std::int64_t{input_zero} * weight_zero * built.layer.taps();
    built.layer.pad_value = static_cast<std::uint8_t>(input_zero);
    return built;
}

std::vector<std::uint8_t> build(const json& model) {
    V3Writer writer;
    std::uint32_t line = 0;
    KpuShape last{};
    const json& layers = model.at("layers");
    for (const json& from : layers) {
        const BuiltKpuLayer built = kpu_layer(from, line);
        line = built.layer.image_dst_addr;
        last = built.layer.output();
        const bool is_last = &from == &layers.back();
        writer.kpu_conv(built.layer, built.parameters, is_last ? std::optional<std::uint32_t>(0) : std::nullopt);
    }

    // Main memory: the KPU's bytes, written by whole 64-bit words; them as floats; a mean for each class; the answer.
    const auto count = static_cast<std::uint32_t>(last.bytes());
    const std::uint32_t floats = (count + 7) / 8 * 8, means = floats + count * 4, answer = means + last.channels * 4;
    const float scale = model.at("output_scale"), zero = model.at("output_zero");
    writer.dequantize({0, floats}, count, {.scale = scale, .bias = -zero * scale});
    writer.global_pool2d(V3Type::global_average_pool2d, {floats, means}, last.plane_bytes(), last.channels);
    writer.softmax({means, answer, true}, last.channels);
    writer.outputs = {{answer, last.channels * 4}};
    writer.main_memory_bytes = answer + last.channels * 4;
    return writer.bytes();
}

}  // namespace

std::vector<std::uint8_t> build_digits_model(std::string_view name, std::string_view text) {
    try {
        return build(json::parse(text));
    } catch (const json::exception& e) {
        throw InputError(fmt::format("{}: {}", name, e.what()));
    } catch (const InputError& e) { throw InputError(fmt::format("{}: {}", name, e.what())); }
}

}  // namespace k210::kmodel
