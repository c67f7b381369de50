#include "app/kmodel_info.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/text_table.hpp"
#include "kpu/layer.hpp"

namespace k210::app {
namespace {

using Json = nlohmann::ordered_json;
using kmodel::Engine;
using kmodel::LayerSummary;
using kmodel::ModelSummary;
using kmodel::Shape;
using kmodel::TensorSummary;

struct Totals {
    std::size_t kpu_layers = 0, cpu_layers = 0;
    std::uint64_t kpu_macs = 0, cpu_macs = 0, cpu_operations = 0, parameter_bytes = 0;
};

Totals totals_of(const ModelSummary& model) {
    Totals t;
    for (const LayerSummary& layer : model.layers) {
        const bool kpu = layer.engine == Engine::kpu;
        ++(kpu ? t.kpu_layers : t.cpu_layers);
        (kpu ? t.kpu_macs : t.cpu_macs) += layer.macs;
        t.cpu_operations += layer.operations;
        t.parameter_bytes += layer.parameter_bytes;
    }
    return t;
}

std::string count(std::uint64_t n) {
    return n == 0 ? "" : fmt::to_string(n);
}

std::string layer_table(const std::vector<LayerSummary>& layers) {
    TextTable table("rllllrr");
    table.add({"", "layer", "on", "input", "output", "multiply-adds", "parameters"});
    for (const LayerSummary& l : layers)
        table.add({fmt::to_string(l.index), l.kind, l.engine == Engine::kpu ? "KPU" : "CPU",
                   fmt::format("{} {}", input_shapes(l), to_string(l.input_element)),
                   fmt::format("{} {}", to_string(l.output), to_string(l.output_element)), count(l.macs),
                   count(l.parameter_bytes)});
    return table.text();
}

std::string plural(std::size_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string tensor_line(std::string_view what, std::size_t index, const TensorSummary& t) {
    return fmt::format("{} {:<3}  {} {}, {} bytes, {}\n", what, index, to_string(t.shape), to_string(t.element),
                       t.bytes, t.place);
}

Json json_of(const Shape& shape) {
    return Json(shape.dims);
}

Json json_of(const TensorSummary& t) {
    return {{"shape", json_of(t.shape)}, {"element", to_string(t.element)}, {"bytes", t.bytes}, {"place", t.place}};
}

Json json_of(const LayerSummary& l) {
    Json inputs = Json::array();
    for (const Shape& shape : l.inputs) inputs.push_back(json_of(shape));
    Json json{{"index", l.index},
              {"type", l.type},
              {"kind", l.kind},
              {"engine", l.engine == Engine::kpu ? "kpu" : "cpu"},
              {"inputs", inputs},
              {"input_element", to_string(l.input_element)},
              {"output", json_of(l.output)},
              {"output_element", to_string(l.output_element)},
              {"macs", l.macs},
              {"operations", l.operations},
              {"parameter_bytes", l.parameter_bytes},
              {"file_offset", l.file_offset},
              {"in_runtime", l.in_runtime}};
    if (l.kpu)
        json["kpu"] = {{"source_line", l.kpu->image_src_addr},
                       {"destination_line", l.kpu->image_dst_addr},
                       {"kernel", l.kpu->kernel_side()},
                       {"depthwise", l.kpu->depth_wise_layer},
                       {"pool", l.kpu->pool_type},
                       {"to_main_memory", l.to_main_memory}};
    return json;
}

}  // namespace

std::string input_shapes(const LayerSummary& layer) {
    std::vector<std::string> texts;
    texts.reserve(layer.inputs.size());
    for (const Shape& shape : layer.inputs) texts.push_back(to_string(shape));
    return fmt::format("{}", fmt::join(texts, " + "));
}

std::string describe_model(std::string_view name, const ModelSummary& m) {
    const Totals t = totals_of(m);
    std::string text = fmt::format("{}: kmodel version {} for {}, {} bytes", name, m.version, m.target, m.file_bytes);
    if (m.trailing_bytes != 0) text += fmt::format(", the last {} of them not the model's", m.trailing_bytes);
    text += '\n';
    for (std::size_t i = 0; i < m.inputs.size(); ++i) text += tensor_line("input ", i, m.inputs[i]);
    for (std::size_t i = 0; i < m.outputs.size(); ++i) text += tensor_line("output", i, m.outputs[i]);
    if (!m.modules.empty()) {
        text += fmt::format("memory      {} bytes of main memory, {} of constants\n", m.main_memory_bytes,
                            m.constant_bytes);
        for (const auto& module : m.modules)
            text += fmt::format("module      {} version {}, {} bytes, {}, {}\n", module.type, module.version,
                                module.bytes, plural(module.functions, "function"), plural(module.sections, "section"));
        text += "layers      not shown: they are programs in version 5\n";
        return text;
    }
    text += fmt::format("memory      {} bytes of AI RAM of {}, {} of main memory, {} of parameters",
                        m.ai_ram_peak_bytes, kAiRamBytes, m.main_memory_bytes, t.parameter_bytes);
    if (m.constant_bytes != 0) text += fmt::format(", {} of constants", m.constant_bytes);
    text += fmt::format("\nwork        {} on the KPU: {} multiply-adds of {}-bit weights\n",
                        plural(t.kpu_layers, "layer"), t.kpu_macs, m.eight_bit_weights ? 8 : 16);
    text += fmt::format("            {} on the CPU: {} operations, {} of them multiply-adds\n\n",
                        plural(t.cpu_layers, "layer"), t.cpu_operations, t.cpu_macs);
    return text + layer_table(m.layers);
}

std::string describe_model_as_json(std::string_view name, const ModelSummary& m) {
    const Totals t = totals_of(m);
    Json json;
    json["model"] = name;
    json["version"] = m.version;
    json["target"] = m.target;
    json["file_bytes"] = m.file_bytes;
    json["trailing_bytes"] = m.trailing_bytes;
    json["weight_bits"] = m.eight_bit_weights ? 8 : 16;
    json["ai_ram_peak_bytes"] = m.ai_ram_peak_bytes;
    json["main_memory_bytes"] = m.main_memory_bytes;
    json["constant_bytes"] = m.constant_bytes;
    json["parameter_bytes"] = t.parameter_bytes;
    json["kpu_layers"] = t.kpu_layers;
    json["cpu_layers"] = t.cpu_layers;
    json["kpu_macs"] = t.kpu_macs;
    json["cpu_macs"] = t.cpu_macs;
    json["cpu_operations"] = t.cpu_operations;
    for (const char* key : {"inputs", "outputs", "layers", "modules"}) json[key] = Json::array();
    for (const TensorSummary& tensor : m.inputs) json["inputs"].push_back(json_of(tensor));
    for (const TensorSummary& tensor : m.outputs) json["outputs"].push_back(json_of(tensor));
    for (const LayerSummary& layer : m.layers) json["layers"].push_back(json_of(layer));
    for (const auto& module : m.modules)
        json["modules"].push_back({{"type", module.type},
                                   {"version", module.version},
                                   {"bytes", module.bytes},
                                   {"functions", module.functions},
                                   {"sections", module.sections}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace k210::app
