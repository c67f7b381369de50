#include "kmodel/speedup.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kmodel/doctor.hpp"

namespace k210::kmodel {
namespace {

constexpr double kWorthWhile = 0.02;  // of the model's time
constexpr std::size_t kMost = 5;
constexpr std::size_t kNamedLayers = 8;
constexpr std::uint64_t kUsualMacs = 36;  // a cycle, of 1x1 convolutions on the KPU

constexpr std::array<std::string_view, 11> kProbabilities = {
    "softmax", "logistic",     "exponential", "reduce max",         "reduce sum",      "subtract",
    "divide",  "table lookup", "logarithm",   "quantized subtract", "quantized divide"};
constexpr std::array<std::string_view, 2> kMeans = {"reduce mean", "global average pool"};
CpuReason why_means_cost() {
    return {"the CPU adds up each map", "pool right behind the last convolution, which costs nothing"};
}

using Layers = std::vector<std::size_t>;

std::string names(const Layers& layers) {
    if (layers.size() > kNamedLayers) return fmt::format("{} layers", layers.size());
    return fmt::format("layer{} {}", layers.size() == 1 ? "" : "s", fmt::join(layers, ", "));
}

bool one_of(std::string_view kind, std::span<const std::string_view> kinds) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

bool uploads(const LayerSummary& layer) {
    return layer.kind == "KPU upload" || layer.kind == "KPU add padding";
}

class Finder {
public:
    Finder(const ModelSummary& model, const Clocks& clocks, Runner runner)
        : model_(model), clocks_(clocks), runner_(runner) {
        total_ms_ = input_cost(model, runner).ms(clocks) + call_cost(model, runner).ms(clocks);
        for (const LayerSummary& layer : model.layers) {
            costs_.push_back(layer_cost(model, layer, runner));
            total_ms_ += costs_.back().ms(clocks);
        }
        explained_.resize(model.layers.size());
    }

    std::vector<Speedup> find() {
        look_at_input();
        look_at_detours();
        look_at_cpu_layers();
        look_at_downloads();
        look_at_separable_convolutions();
        look_at_widths();
        look_at_weights();
        look_at_slowest();
        std::erase_if(found_, [&](const Speedup& s) { return s.saved_ms < kWorthWhile * total_ms_; });
        std::ranges::stable_sort(found_, std::greater{}, &Speedup::saved_ms);
        if (found_.size() > kMost) found_.resize(kMost);
        return std::move(found_);
    }

private:
    void suggest(std::string what, std::string remedy, double saved_ms) {
        found_.push_back({std::move(what), std::move(remedy), saved_ms});
    }
    double cpu_ms(std::size_t layer) const { return costs_[layer].cpu_ms(clocks_); }
    static KpuLayer halved_outputs(KpuLayer layer) {
        layer.o_ch_num /= 2;
        return layer;
    }
    double kpu_ms(const KpuLayer& layer) const { return LayerCost{.kpu = kpu_layer_time(layer)}.kpu_ms(clocks_); }

    void look_at_input() {
        const bool to_ai_ram = std::ranges::any_of(model_.inputs, &TensorSummary::in_ai_ram);
        const double now = input_cost(model_, runner_).ms(clocks_), by_dma = input_cost_by_dma(model_).ms(clocks_);
        if (!to_ai_ram) return;
        const std::uint32_t width = model_.inputs.front().shape.width();
        suggest("the CPU copies the input into AI RAM",
                model_.version == 3
                    ? fmt::format("make its width a multiple of 64, not {}: it goes by DMA then", width)
                    : "compile it as version 3, with a width that is a multiple of 64: it goes by DMA then",
                now - by_dma);
    }

    // From the KPU to main memory and back again, for something that the CPU does between.
    void look_at_detours() {
        struct Detour {
            std::string kinds;
            CpuReason reason;
            Layers layers;
            double ms = 0;
        };
        std::vector<Detour> detours;
        std::size_t from = model_.layers.size();  // the KPU layer before
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            if (model_.layers[i].kpu) from = i;
            if (!uploads(model_.layers[i]) || from == model_.layers.size()) continue;
            const CpuReason reason = reason_for(from + 1, i);
            auto detour = std::ranges::find(detours, reason, &Detour::reason);
            if (detour == detours.end()) detour = detours.insert(detour, {kinds_of(from + 1, i), reason, {}});
            explained_[from] = true;
            detour->ms += cpu_ms(from);
            for (std::size_t k = from + 1; k <= i; ++k) {
                explained_[k] = true;
                detour->layers.push_back(model_.layers[k].index);
                detour->ms += cpu_ms(k) - kpu_ms_of_macs(model_.layers[k].macs);
            }
        }
        for (const Detour& d : detours)
            suggest(fmt::format("maps leave AI RAM and return ({}: {}, upload): {}", names(d.layers), d.kinds,
                                d.reason.why),
                    d.reason.remedy, d.ms);
    }

    std::string kinds_of(std::size_t begin, std::size_t end) const {
        std::vector<std::string_view> kinds;
        for (std::size_t k = begin; k < end; ++k) kinds.push_back(model_.layers[k].kind);
        return fmt::format("{}", fmt::join(kinds, ", "));
    }

    // What the KPU would need for a CPU layer's work.
    double kpu_ms_of_macs(std::uint64_t macs) const {
        return LayerCost{.kpu = {.compute_cycles = macs / kUsualMacs}}.kpu_ms(clocks_);
    }

    // What of the layers from `begin` up to `end` keeps the KPU from going on.
    CpuReason reason_for(std::size_t begin, std::size_t end) const {
        bool pads = false, transposes = false, adds = false;
        for (std::size_t k = begin; k < end; ++k) {
            const LayerSummary& layer = model_.layers[k];
            if (CpuReason known = why_on_cpu(layer); !known.why.empty()) return known;
            if (one_of(layer.kind, kMeans)) return why_means_cost();
            pads = pads || layer.kind == "pad";
            transposes = transposes || layer.kind == "transpose";
            adds = adds || layer.inputs.size() > 1;
        }
        if (adds) return {"the KPU convolves and pools, it does not add or join", "leave out shortcuts between layers"};
        if (pads && transposes)
            return {"so the compiler takes a dilated convolution or a flattened map apart",
                    "use no dilation; keep maps of 4x4 or more up to the end"};
        if (pads)
            return {"the compiler cuts or pads maps there",
                    "pad all sides of a convolution by half its kernel, and keep sides even before a stride of 2"};
        return {"the KPU does convolutions and pools only", "put together what the KPU can do"};
    }

    void look_at_cpu_layers() {
        struct Group {
            std::string what;
            CpuReason reason;
            double share;  // of its time that can be saved
            Layers layers{};
            double ms = 0;
        };
        std::vector<Group> groups;
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            const LayerSummary& layer = model_.layers[i];
            if (layer.engine != Engine::cpu || explained_[i]) continue;
            Group group;
            if (CpuReason known = why_on_cpu(layer); !known.why.empty())
                group = {layer.kind, std::move(known), 1};
            else if (one_of(layer.kind, kProbabilities))
                group = {
                    "turning outputs into probabilities",
                    {"the CPU computes an exponential of each", "leave it out: the largest output stays the largest"},
                    1};
            else if (one_of(layer.kind, kMeans))
                group = {"averaging maps", why_means_cost(), 0.75};
            else if (layer.kind == "transpose")
                group = {"transposing", {"the KPU keeps channels apart", "take the outputs as they are"}, 1};
            else if (layer.kind == "dequantize")
                group = {"turning bytes into floats",
                         {"the CPU does it for each output", "half as many outputs take half the time"},
                         0.5};
            else
                continue;
            auto same = std::ranges::find_if(
                groups, [&](const Group& g) { return g.what == group.what && g.reason == group.reason; });
            if (same == groups.end()) same = groups.insert(groups.end(), std::move(group));
            same->layers.push_back(layer.index);
            same->ms += cpu_ms(i);
        }
        for (const Group& g : groups)
            suggest(fmt::format("on the CPU: {} ({}): {}", g.what, names(g.layers), g.reason.why), g.reason.remedy,
                    g.ms * g.share);
    }

    void look_at_downloads() {
        Layers layers;
        double now = 0;
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            if (!model_.layers[i].kpu || costs_[i].cpu_cycles == 0 || explained_[i]) continue;
            layers.push_back(model_.layers[i].index);
            now += cpu_ms(i);
        }
        if (!layers.empty())
            suggest(fmt::format("the CPU fetches the KPU's outputs byte by byte ({})", names(layers)),
                    "half as many outputs take half the time", now / 2);
    }

    // A depthwise 3x3 and a 1x1 after it, against one dense 3x3 of half as many channels: a 3x3 takes as long as a 1x1.
    void look_at_separable_convolutions() {
        Layers layers;
        double saved = 0;
        for (std::size_t i = 0; i + 1 < model_.layers.size(); ++i) {
            const auto &first = model_.layers[i].kpu, &second = model_.layers[i + 1].kpu;
            if (!first || !second || !first->depth_wise_layer || second->depth_wise_layer ||
                second->kernel_side() != 1 || first->pool() != KpuPool::bypass || first->output() != second->input())
                continue;
            KpuLayer dense = halved_outputs(*second);
            dense.kernel_type = first->kernel_type;
            dense.i_ch_num /= 2;
            dense.para_size = dense.para_size / 2 * first->taps();
            layers.push_back(model_.layers[i + 1].index);
            saved += kpu_ms(*first) + kpu_ms(*second) - kpu_ms(dense);
        }
        if (!layers.empty())
            suggest(
                fmt::format("1x1 convolutions use one of the KPU's nine multipliers, and take as long as 3x3 ({})",
                            names(layers)),
                "one dense 3x3 of half the channels in place of each depthwise 3x3 and 1x1: twice the multiply-adds, "
                "in less time",
                saved);
    }

    // As wide as `width` out of `whole`.
    double kpu_ms_narrowed(std::uint32_t width, std::uint32_t whole) const {
        double ms = 0;
        for (const LayerSummary& layer : model_.layers) {
            if (!layer.kpu) continue;
            KpuLayer narrow = *layer.kpu;
            narrow.i_row_wid = static_cast<std::uint16_t>((layer.kpu->input().width * width + whole - 1) / whole - 1);
            ms += kpu_ms(narrow);
        }
        return ms;
    }

    // Rows fill lines of 64 bytes, in quarters up to 16 pixels and in halves up to 32.
    void look_at_widths() {
        if (model_.inputs.empty() || !model_.inputs.front().in_ai_ram) return;
        const std::uint32_t whole = model_.inputs.front().shape.width();
        const double now = kpu_ms_narrowed(whole, whole);
        std::uint32_t best = whole;
        double best_ms = now;
        const std::uint32_t step = whole > kAiRamLineBytes ? kAiRamLineBytes : kAiRamLineBytes / 4;
        for (std::uint32_t width = (whole - 1) / step * step; width >= whole / 2 && width != 0; width -= step) {
            const double ms = kpu_ms_narrowed(width, whole);
            // What is saved beyond the pixels that are lost.
            if (ms / width < best_ms / best * 0.9) best = width, best_ms = ms;
        }
        if (best != whole)
            suggest(fmt::format("rows of {} pixels leave the KPU's lines of 64 bytes partly empty", map_widths()),
                    fmt::format("an input {} wide, not {}: {} % fewer pixels, {:.0f} % less time on the KPU", best,
                                whole, 100 - best * 100 / whole, 100 - best_ms / now * 100),
                    now - best_ms);
    }

    std::string map_widths() const {
        std::vector<std::uint32_t> widths;
        for (const LayerSummary& layer : model_.layers)
            if (layer.kpu) widths.push_back(layer.kpu->input().width);
        std::ranges::sort(widths, std::greater{});
        widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
        return fmt::format("{}", fmt::join(widths, ", "));
    }

    void look_at_weights() {
        Layers layers;
        double waited = 0;
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            const KpuLayerTime& time = costs_[i].kpu;
            if (time.weight_load_cycles < time.compute_cycles) continue;
            if (time.weight_load_cycles == 0) continue;
            layers.push_back(model_.layers[i].index);
            waited += LayerCost{.kpu = {.weight_load_cycles = time.weight_load_cycles}}.kpu_ms(clocks_);
        }
        if (!layers.empty())
            suggest(
                fmt::format("the KPU waits for weights longer than it computes ({}), {:.2f} ms", names(layers), waited),
                "use fewer channels on small maps", waited);
    }

    void look_at_slowest() {
        const auto dense = [&](std::size_t i) {
            return model_.layers[i].kpu && !model_.layers[i].kpu->depth_wise_layer;
        };
        double slowest = 0;
        for (std::size_t i = 0; i < model_.layers.size(); ++i)
            if (dense(i)) slowest = std::max(slowest, costs_[i].kpu_ms(clocks_));
        Layers layers;
        double saved = 0;
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            if (!dense(i) || costs_[i].kpu_ms(clocks_) < slowest * 0.9) continue;
            layers.push_back(model_.layers[i].index);
            saved += kpu_ms(*model_.layers[i].kpu) - kpu_ms(halved_outputs(*model_.layers[i].kpu));
        }
        if (!layers.empty())
            suggest(fmt::format("the slowest on the KPU: {}", names(layers)),
                    "half as many output channels take half the time, and spare the layer behind, too", saved);
    }

    const ModelSummary& model_;
    const Clocks& clocks_;
    Runner runner_;
    std::vector<LayerCost> costs_;
    std::vector<bool> explained_;  // layers that a suggestion speaks of already
    double total_ms_ = 0;
    std::vector<Speedup> found_;
};

}  // namespace

std::vector<Speedup> find_speedups(const ModelSummary& model, const Clocks& clocks, Runner runner) {
    return Finder(model, clocks, runner).find();
}

}  // namespace k210::kmodel
