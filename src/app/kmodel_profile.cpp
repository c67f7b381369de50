#include "app/kmodel_profile.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/kmodel_file.hpp"
#include "app/kmodel_info.hpp"
#include "app/kmodel_input.hpp"
#include "app/kmodel_output.hpp"
#include "app/text_table.hpp"
#include "k210/base/error.hpp"
#include "kmodel/kmodel.hpp"
#include "kmodel/speedup.hpp"

namespace k210::app {
namespace {

using Json = nlohmann::ordered_json;
using kmodel::Clocks;
using kmodel::LayerCost;
using kmodel::LayerSummary;
using kmodel::ModelSummary;

constexpr double kPeakMacs = 576;      // a cycle: 64 pixels, 9 taps [measured], as kpu/timing.hpp says
constexpr double kNegligible = 0.005;  // what is less than this part of the model needs no line
constexpr double kMillisecondsASecond = 1e3;
using HostMs = std::map<std::size_t, double>;  // by layer

struct Prediction {
    const ModelSummary& model;
    Clocks clocks;
    std::vector<LayerCost> layers;
    kmodel::Runner runner;
    LayerCost input, call;
    double kpu_ms = 0, cpu_ms = 0;

    Prediction(const ModelSummary& m, const Clocks& c, kmodel::Runner r)
        : model(m), clocks(c), runner(r), input(kmodel::input_cost(m, r)), call(kmodel::call_cost(m, r)) {
        for (const LayerSummary& layer : model.layers) {
            layers.push_back(kmodel::layer_cost(model, layer, runner));
            kpu_ms += layers.back().kpu_ms(clocks);
            cpu_ms += layers.back().cpu_ms(clocks);
        }
    }
    double input_ms() const { return input.ms(clocks); }
    double call_ms() const { return call.ms(clocks); }
    double total_ms() const { return kpu_ms + cpu_ms + input_ms() + call_ms(); }
    double frames_per_second() const { return kMillisecondsASecond / total_ms(); }
    double share(double ms) const { return ms / total_ms(); }
    double macs_per_cycle(std::size_t layer) const {
        return static_cast<double>(model.layers[layer].macs) / static_cast<double>(layers[layer].kpu.total_cycles());
    }
};

std::string megahertz(double hz) {
    return fmt::format("{:g} MHz", hz / 1e6);
}

std::string where(const LayerSummary& layer, const LayerCost& cost) {
    if (!layer.kpu) return "CPU";
    return cost.cpu_cycles == 0 ? "KPU" : "KPU, CPU";
}

std::string percent(double share) {
    return fmt::format("{:.1f} %", share * 100);
}

// The slowest first.
std::string layer_table(const Prediction& p, const HostMs& host) {
    std::vector<std::size_t> order(p.layers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto ms = [&](std::size_t i) { return p.layers[i].ms(p.clocks); };
    std::ranges::stable_sort(order, std::greater{}, ms);
    const auto shown = static_cast<std::size_t>(
        std::ranges::find_if(order, [&](std::size_t i) { return p.share(ms(i)) < kNegligible; }) - order.begin());

    TextTable table("rllllrrrrlr");
    table.add({"", "layer", "on", "input", "output", "ms", "share", "MAC/cycle", "of peak", "basis",
               host.empty() ? "" : "here, ms"});
    for (std::size_t n = 0; n < shown; ++n) {
        const std::size_t i = order[n];
        const LayerSummary& l = p.model.layers[i];
        const double macs = l.kpu ? p.macs_per_cycle(i) : 0;
        table.add({fmt::to_string(l.index), l.kind, where(l, p.layers[i]), input_shapes(l), to_string(l.output),
                   fmt::format("{:.3f}", ms(i)), percent(p.share(ms(i))), l.kpu ? fmt::format("{:.1f}", macs) : "",
                   l.kpu ? percent(macs / kPeakMacs) : "", std::string(to_string(p.layers[i].evidence)),
                   host.empty() ? "" : fmt::format("{:.3f}", host.at(i))});
    }
    if (shown < order.size()) {
        double rest = 0;
        for (std::size_t n = shown; n < order.size(); ++n) rest += ms(order[n]);
        table.add({"", fmt::format("{} more", order.size() - shown), "", "", "", fmt::format("{:.3f}", rest),
                   percent(p.share(rest))});
    }
    return table.text();
}

std::string totals(const Prediction& p) {
    TextTable table("lrr");
    const auto line = [&](const char* what, double ms) {
        table.add({what, fmt::format("{:.2f} ms", ms), percent(p.share(ms))});
    };
    line("KPU", p.kpu_ms);
    line("CPU", p.cpu_ms);
    line("input to the model", p.input_ms());
    if (p.runner == kmodel::Runner::maixpy) line("MaixPy around it", p.call_ms());
    line("total", p.total_ms());
    table.add({"frames per second", fmt::format("{:.1f}", p.frames_per_second())});
    return table.text();
}

std::string suggestions(const Prediction& p) {
    const auto found = kmodel::find_speedups(p.model, p.clocks, p.runner);
    if (found.empty()) return {};
    std::string text = "\nWhat would make it faster, each on its own:\n";
    for (const kmodel::Speedup& s : found)
        text += fmt::format("{:8.2f} ms {:>3.0f} %  {}\n{:19}-> {}\n", s.saved_ms, 100 * p.share(s.saved_ms), s.what,
                            "", s.remedy);
    return text;
}

std::string describe(std::string_view name, const Prediction& p, const HostMs& host) {
    return fmt::format("{}: kmodel version {} under {}, CPU at {}, KPU at {}\n\n{}\n{}{}", name, p.model.version,
                       p.runner == kmodel::Runner::maixpy ? "MaixPy" : "the SDK", megahertz(p.clocks.cpu_hz),
                       megahertz(p.clocks.kpu_hz), layer_table(p, host), totals(p), suggestions(p));
}

std::string describe_as_json(std::string_view name, const Prediction& p) {
    Json json{{"model", name},
              {"version", p.model.version},
              {"runner", p.runner == kmodel::Runner::maixpy ? "maixpy" : "sdk"},
              {"cpu_hz", p.clocks.cpu_hz},
              {"kpu_hz", p.clocks.kpu_hz},
              {"kpu_ms", p.kpu_ms},
              {"cpu_ms", p.cpu_ms},
              {"input_ms", p.input_ms()},
              {"call_ms", p.call_ms()},
              {"total_ms", p.total_ms()},
              {"frames_per_second", p.frames_per_second()},
              {"layers", Json::array()},
              {"suggestions", Json::array()}};
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
        const LayerSummary& l = p.model.layers[i];
        const LayerCost& cost = p.layers[i];
        Json layer{{"index", l.index},
                   {"kind", l.kind},
                   {"engine", l.kpu ? "kpu" : "cpu"},
                   {"ms", cost.ms(p.clocks)},
                   {"cpu_cycles", cost.cpu_cycles},
                   {"macs", l.macs},
                   {"basis", to_string(cost.evidence)}};
        if (l.kpu)
            layer["kpu"] = {{"setup_cycles", cost.kpu.setup_cycles},
                            {"compute_cycles", cost.kpu.compute_cycles},
                            {"weight_load_cycles", cost.kpu.weight_load_cycles},
                            {"data_out_cycles", cost.kpu.data_out_cycles},
                            {"macs_per_cycle", p.macs_per_cycle(i)}};
        json["layers"].push_back(std::move(layer));
    }
    for (const kmodel::Speedup& s : kmodel::find_speedups(p.model, p.clocks, p.runner))
        json["suggestions"].push_back({{"what", s.what}, {"remedy", s.remedy}, {"saved_ms", s.saved_ms}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Runs the model, fills `host` with how long each layer took on this machine, and returns the outputs.
std::vector<kmodel::Tensor> run_here(kmodel::Kmodel& model, const std::vector<kmodel::Tensor>& inputs, HostMs& host) {
    using Clock = std::chrono::steady_clock;
    Clock::time_point last = Clock::now();
    return model.run(inputs, [&](const kmodel::LayerOutput& out) {
        const Clock::time_point now = Clock::now();
        host[out.layer.index] = std::chrono::duration<double, std::milli>(now - last).count();
        last = now;
    });
}

}  // namespace

void profile_kmodel(const KmodelProfileOptions& options) {
    ModelFile file = load_model_file(options.model);
    const auto model = kmodel::Kmodel::parse(file.where, std::move(file.bytes));
    const ModelSummary& summary = model->summary();
    if (summary.version == 5)
        throw InputError(fmt::format(
            "{}: the layers of a version 5 kmodel are programs: how long they take is not known", file.where));
    const Prediction prediction(summary, options.clocks, options.runner);
    if (options.json) {
        fmt::print("{}", describe_as_json(file.name, prediction));
        return;
    }
    HostMs host;
    std::vector<kmodel::Tensor> outputs;
    if (!options.inputs.empty())
        outputs = run_here(*model, load_model_inputs(file.where, options.inputs, summary), host);
    fmt::print("{}", describe(file.name, prediction, host));
    if (!outputs.empty()) fmt::print("\n");
    for (std::size_t i = 0; i < outputs.size(); ++i) print_output(i, outputs[i]);
}

}  // namespace k210::app
