#include "kmodel/doctor.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "k210/base/error.hpp"
#include "kmodel/kmodel.hpp"
#include "kpu/unverified.hpp"

namespace k210::kmodel {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::array kFirmwares = {Firmware::maixpy_full, Firmware::maixpy_minimum, Firmware::c};

// The SDK's face detection demo, built in 2019: its program, a camera frame for the KPU and one for the LCD. [sdk]
constexpr std::uint64_t kSramBytes = 6 * kMiB, kDemoProgramBytes = 183'424, kDemoFrameBytes = 320 * 240 * (3 + 2);
// Where MaixPy expects models, up to its file system.
constexpr std::uint32_t kModelsAddress = 0x30'0000, kFileSystemAddress = 0xd0'0000;

// The KPU's limits as nncase documents them, but for the height: it says 240, and Kendryte's own demo comes with a
// model of 320x256 (kendryte-standalone-demo, detect_5). [sdk]
constexpr std::uint32_t kMaxWidth = 320, kMaxHeight = 256, kMinSide = 4, kMaxChannels = 1024;

constexpr std::array<std::string_view, 4> kSizeFields = {"i_row_wid", "i_col_high", "o_row_wid", "o_col_high"};

constexpr const char* kCompileAgain = "compile it again: nncase v0.2.0-beta4 makes version 4, v0.1.0-rc5 version 3";

std::string mib(std::uint64_t bytes) {
    return fmt::format("{:.2f} MiB", static_cast<double>(bytes) / static_cast<double>(kMiB));
}

class Doctor {
public:
    Doctor(const ModelSummary& model, const DoctorOptions& options, bool word_swapped)
        : model_(model), options_(options), word_swapped_(word_swapped) {}

    std::vector<Finding> examine() {
        check_version();
        check_memory();
        check_flash();
        check_layers();
        check_cpu_layers();
        if (model_.trailing_bytes != 0)
            advise(fmt::format("the last {} bytes of the file are not the model's, and cost RAM all the same",
                               model_.trailing_bytes),
                   "cut them off");
        return std::move(findings_);
    }

private:
    void fine(std::string what) { findings_.push_back({Finding::fine, std::move(what)}); }
    void advise(std::string what, std::string remedy) {
        findings_.push_back({Finding::advice, std::move(what), std::move(remedy)});
    }
    void object(std::string what, std::string remedy) {
        findings_.push_back({Finding::problem, std::move(what), std::move(remedy)});
    }

    bool asked_for(Firmware f) const { return options_.firmware.value_or(f) == f; }
    bool loads(Firmware f) const {
        return model_.version <= (f == Firmware::maixpy_minimum ? 3u : 4u) && !(f == Firmware::c && word_swapped_);
    }
    // MaixPy holds the whole file while a model is loaded, but not when it runs from flash.
    std::uint64_t needed_bytes() const { return model_.main_memory_bytes + (word_swapped_ ? 0 : model_.file_bytes); }

    void check_version() {
        if (word_swapped_) {
            if (options_.firmware == Firmware::c)
                object("its words are swapped, for MaixPy's kpu.load_flash() only",
                       "take the model as it was before le2be.py");
            else if (model_.version == 3)
                advise(
                    "its words are swapped: only kpu.load_flash() takes it; kpu.load() says \"only support kmodel V3\"",
                    "use kpu.load_flash(), or take the model as it was before le2be.py");
            else
                object(fmt::format("its words are swapped for kpu.load_flash(), which knows version 3, not {}",
                                   model_.version),
                       "compile it with nncase v0.1.0-rc5, or load it into RAM with kpu.load()");
        }
        switch (model_.version) {
            case 3: fine("version 3: the SDK and every MaixPy load it"); break;
            case 4: check_version_4(); break;
            default:
                object(
                    "version 5: no known firmware loads it; MaixPy says \"load error, only support kmodel v3/v4\", and "
                    "the "
                    "SDK's develop branch can be built with a runtime for what nncase v1.0 compiles",
                    kCompileAgain);
        }
        if (model_.target == "CPU")
            advise("it is compiled for a CPU: nothing of it runs on the KPU", "compile it with -t k210");
    }

    // MaixPy's builds: MaixPy-v1@d8901fd tools/release/readme.txt, projects/maixpy_k210_minimum/config_defaults.mk:86,
    // their words components/micropython/port/src/Maix/Maix_kpu.c:193-198. [sdk]
    void check_version_4() {
        const std::string refused = "say \"load error:2002, ERR_KMODEL_VERSION: only support kmodel V3\"";
        const std::string remedy =
            "take the full build or one whose name has kmodel_v4, or compile the model with nncase v0.1.0-rc5";
        if (!options_.firmware)
            advise(
                "version 4: the SDK, MaixPy's full build and those whose name has kmodel_v4 load it; others " + refused,
                remedy);
        else if (*options_.firmware == Firmware::c)
            fine("version 4: the SDK loads it, with nncase's runtime");
        else if (*options_.firmware == Firmware::maixpy_full)
            fine("version 4: MaixPy's full build loads it (the one with LVGL does not)");
        else
            object("version 4: MaixPy's minimum builds " + refused, remedy);
    }

    void check_memory() {
        const std::uint64_t needed = needed_bytes();
        fine(word_swapped_ ? fmt::format("needs {} bytes of RAM, its main memory; the file stays in flash", needed)
                           : fmt::format("needs {} bytes of RAM: the file's {} and {} of main memory", needed,
                                         model_.file_bytes, model_.main_memory_bytes));
        const bool fits_one = std::ranges::any_of(
            kFirmwares, [&](Firmware f) { return asked_for(f) && loads(f) && needed <= memory_for_models(f); });
        for (const Firmware f : kFirmwares) {
            if (!asked_for(f) || !loads(f)) continue;
            const std::uint64_t there = memory_for_models(f);
            const std::string room = fmt::format("{}: about {} are free, {}", to_string(f), mib(there), source_of(f));
            if (needed > there)
                findings_.push_back(
                    {fits_one ? Finding::advice : Finding::problem, "does not fit " + room, memory_remedy(f)});
            else if (needed > there / 10 * 9)
                advise("hardly fits " + room, "keep frames and script small, or " + memory_remedy(f));
            else
                fine("fits " + room);
        }
        if (!model_.layers.empty())
            fine(fmt::format("AI RAM: the largest layer takes {} of {}", mib(model_.ai_ram_peak_bytes),
                             mib(kAiRamBytes)));
    }

    static std::string_view source_of(Firmware f) {
        return f == Firmware::c ? "6 MiB less a program and frames like the SDK's face detector's"
                                : "says its documentation";
    }

    std::string minimum_build() const {
        return model_.version == 4 ? "take a minimum build whose name has kmodel_v4" : "take a minimum build";
    }

    std::string memory_remedy(Firmware f) const {
        std::string remedy = f == Firmware::maixpy_full      ? minimum_build() + ", or "
                             : f == Firmware::maixpy_minimum ? "write the program in C, or "
                                                             : "";
        if (f != Firmware::c && model_.version == 3 && !word_swapped_)
            remedy += "swap its words (le2be.py) and run it from flash with kpu.load_flash(), slower, or ";
        return remedy + "make the network smaller";
    }

    void check_flash() {
        const std::uint64_t end = std::min(options_.flash_bytes, kFileSystemAddress);
        if (kModelsAddress + model_.file_bytes > end)
            object(fmt::format("flash: {} do not fit between {:#x} and {:#x}, MaixPy's place for models",
                               mib(model_.file_bytes), kModelsAddress, end),
                   "make the network smaller, or load it from an SD card");
    }

    void check_layers() {
        for (const LayerSummary& layer : model_.layers) {
            if (!layer.in_runtime)
                object(fmt::format("layer {} ({}): the device's runtime stops at this type", layer.index, layer.kind),
                       "build the network without it");
            if (layer.kpu) check_kpu_layer(layer);
        }
    }

    void check_kpu_layer(const LayerSummary& layer) {
        const KpuShape in = layer.kpu->input(), out = layer.kpu->output();
        std::vector<std::string> broken;
        if (in.width > kMaxWidth || in.height > kMaxHeight)
            broken.push_back(
                fmt::format("its input of {}x{} is beyond {}x{}", in.width, in.height, kMaxWidth, kMaxHeight));
        if (out.width < kMinSide || out.height < kMinSide)
            broken.push_back(
                fmt::format("its output of {}x{} is below {}x{}", out.width, out.height, kMinSide, kMinSide));
        const bool sizes_named = !broken.empty();
        for (const KpuUnverified& f : kpu_unverified_fields(*layer.kpu, model_.eight_bit_weights))
            if (!sizes_named || std::ranges::find(kSizeFields, f.field) == kSizeFields.end())
                broken.push_back(fmt::format("its field {} is {:#x}, which no compiler writes", f.field, f.value));
        if (!broken.empty())
            object(fmt::format("layer {} ({}) breaks the KPU's limits: {}", layer.index, layer.kind,
                               fmt::join(broken, ", ")),
                   sizes_named ? "keep maps between 4x4 and 320x256: pool less, or scale the input"
                               : "compile it again with nncase");
    }

    void check_cpu_layers() {
        struct Group {
            std::string kind;
            CpuReason reason;
            std::vector<std::size_t> layers;
            std::uint64_t operations;
        };
        std::vector<Group> groups;
        std::uint64_t all = 0;
        std::size_t on_kpu = 0;
        for (const LayerSummary& layer : model_.layers) {
            on_kpu += layer.kpu.has_value();
            if (layer.engine != Engine::cpu) continue;
            all += layer.operations;
            CpuReason reason = why_on_cpu(layer);
            const auto same = std::ranges::find_if(
                groups, [&](const Group& g) { return g.kind == layer.kind && g.reason == reason; });
            if (same == groups.end()) {
                groups.push_back({layer.kind, std::move(reason), {layer.index}, layer.operations});
            } else {
                same->layers.push_back(layer.index);
                same->operations += layer.operations;
            }
        }
        if (!model_.layers.empty()) fine(fmt::format("{} of {} layers run on the KPU", on_kpu, model_.layers.size()));
        std::ranges::stable_sort(groups, std::greater{}, &Group::operations);
        std::vector<std::string> plain;
        for (const Group& g : groups) {
            const std::string what =
                fmt::format("{} (layer{} {}, {} % of the CPU's work)", g.kind, g.layers.size() == 1 ? "" : "s",
                            fmt::join(g.layers, ", "), all == 0 ? 0 : g.operations * 100 / all);
            if (g.reason.remedy.empty())
                plain.push_back(what);
            else
                advise(fmt::format("on the CPU: {}: {}", what, g.reason.why), g.reason.remedy);
        }
        if (!plain.empty())
            fine(fmt::format("on the CPU, for the KPU does convolutions only: {}", fmt::join(plain, ", ")));
    }

    const ModelSummary& model_;
    const DoctorOptions& options_;
    bool word_swapped_;
    std::vector<Finding> findings_;
};

CpuReason why_convolution_on_cpu(const LayerSummary& layer) {
    const WindowSummary& w = *layer.window;
    const Shape& in = layer.inputs.front();
    std::vector<std::string> broken, remedies;
    const auto rule = [&](bool breaks, std::string what, const char* remedy) {
        if (!breaks) return;
        broken.push_back(std::move(what));
        remedies.emplace_back(remedy);
    };
    const bool kernel_known = w.width == w.height && (w.width == 1 || w.width == 3);
    rule(!kernel_known, fmt::format("the KPU has kernels of 1x1 and 3x3, not {}x{}", w.width, w.height),
         "use 3x3 kernels, one after the other for a larger field");
    rule(w.stride_x != w.stride_y || w.stride_x > 2,
         fmt::format("the KPU has strides of 1 and 2, not {}x{}", w.stride_x, w.stride_y),
         "use stride 1 or 2, or pool");
    rule(w.dilation_x != 1 || w.dilation_y != 1, "the KPU has no dilation", "use no dilation");
    rule(w.groups != 1 && w.groups != in.channels(),
         fmt::format("the KPU convolves all channels together or each alone, not in {} groups", w.groups),
         "use a dense or a depthwise convolution");
    rule(kernel_known && (w.pad_left != w.pad_right || w.pad_top != w.pad_bottom || w.pad_left != w.pad_top ||
                          w.pad_left != static_cast<std::int32_t>(w.width / 2)),
         fmt::format("the KPU pads all sides by {}, not by {}, {}, {}, {} (left, right, top, bottom)", w.width / 2,
                     w.pad_left, w.pad_right, w.pad_top, w.pad_bottom),
         "pad all sides alike, so that stride 1 keeps the size");
    rule(in.width() > kMaxWidth || in.height() > kMaxHeight,
         fmt::format("the KPU takes maps up to {}x{}, not {}x{}", kMaxWidth, kMaxHeight, in.width(), in.height()),
         "make its input smaller");
    rule(layer.output.width() < kMinSide || layer.output.height() < kMinSide,
         fmt::format("the KPU makes maps from {}x{} on, not {}x{}", kMinSide, kMinSide, layer.output.width(),
                     layer.output.height()),
         "pool later, or use a dense layer: nncase v0.2 runs that on the KPU");
    rule(in.channels() > kMaxChannels || layer.output.channels() > kMaxChannels,
         fmt::format("the KPU has up to {} channels", kMaxChannels), "use fewer channels");
    if (broken.empty())
        return {layer.input_element == Element::f32 ? "the compiler left it in floats" : "the compiler put it there",
                "give the compiler pictures to quantize with (--dataset), and a larger --weights-quantize-threshold"};
    return {fmt::format("{}", fmt::join(broken, "; ")), fmt::format("{}", fmt::join(remedies, "; "))};
}

}  // namespace

std::string_view to_string(Firmware firmware) {
    switch (firmware) {
        case Firmware::maixpy_full: return "MaixPy, full";
        case Firmware::maixpy_minimum: return "MaixPy, minimum";
        case Firmware::c: break;
    }
    return "C";
}

std::uint64_t memory_for_models(Firmware firmware) {
    switch (firmware) {
        case Firmware::maixpy_full: return 2 * kMiB;
        case Firmware::maixpy_minimum: return 4 * kMiB;
        case Firmware::c: break;
    }
    return kSramBytes - kDemoProgramBytes - kDemoFrameBytes;
}

CpuReason why_on_cpu(const LayerSummary& layer) {
    if (layer.engine != Engine::cpu) return {};
    if (layer.window && layer.macs != 0) return why_convolution_on_cpu(layer);
    if (layer.window)
        return {"the KPU pools 2x2 and 4x4 right after a convolution, and nothing else",
                "put a pool of 2x2 or 4x4 without padding right behind a convolution, on a map whose sides it divides"};
    if (layer.macs != 0) return {"the KPU has no matrix products", "use a 1x1 convolution, on maps of 4x4 or more"};
    return {};
}

std::vector<Finding> examine(std::string_view name, std::span<const std::uint8_t> file, const DoctorOptions& options) {
    const RecognizedFile recognized = recognize_file(file);
    const auto look = [&](std::vector<std::uint8_t> bytes, bool swapped) {
        const std::size_t size = bytes.size();
        const auto model = Kmodel::parse(name, std::move(bytes));
        ModelSummary summary = model->summary();
        summary.file_bytes = size;
        return Doctor(summary, options, swapped).examine();
    };
    switch (recognized.kind) {
        case FileKind::kmodel: return look({file.begin(), file.end()}, false);
        case FileKind::swapped_kmodel: return look(swap_words(file), true);
        case FileKind::smodel:
            return {{Finding::problem,
                     "an .smodel: encrypted with the key of one chip, so nothing in it can be read or checked here",
                     "load it on that chip with kpu.load(), or use the .kmodel that it was made from"}};
        case FileKind::old_kmodel:
            return {
                {Finding::problem,
                 fmt::format("version {}: only the first SDK's kpu_model_load_from_buffer() takes it; MaixPy says \"we "
                             "only support V3 now\"",
                             recognized.version),
                 kCompileAgain}};
        case FileKind::new_kmodel:
            return {{Finding::problem,
                     fmt::format("version {}: no K210 firmware is known to load it", recognized.version),
                     kCompileAgain}};
        case FileKind::prerelease_kmodel:
            return {
                {Finding::problem,
                 "a pre-release of version 5, as nncase's builds wrote it before v1.0.0-beta1: no firmware is known "
                 "to load it",
                 kCompileAgain}};
        default: break;
    }
    throw InputError(fmt::format("{}: {}", name, complaint_about(recognized)));
}

}  // namespace k210::kmodel
