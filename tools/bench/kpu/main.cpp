// What KPU layers cost on one core of this host: billions of multiply-adds a second by shape and instruction set,
// beside the most that the host's multipliers could do, and the KPU time of whole models beside the chip's own.
//   cmake --build build --target bench_kpu && build/bench_kpu [MODEL.kmodel ...]
// With libdnnl-dev installed when CMake configures, oneDNN takes part.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "contest.hpp"
#include "k210/base/error.hpp"
#include "kmodel/bare_kpu.hpp"
#include "kpu/fast_kernel.hpp"
#include "kpu/reference_kernel.hpp"
#include "onednn.hpp"
#include "peak.hpp"
#include "work.hpp"

using namespace k210;
using namespace k210::bench;

namespace {

// A kernel, and what it works on.
class Contestant {
public:
    Contestant(const Work& work, const KpuVectorOps* ops) : work_(work) {
        if (ops) fast_.emplace(*ops);
        ai_ram_ = noise(kAiRamBytes);
    }
    void compute(const KpuLayer& layer) {
        kmodel::BufferParameters source(work_.parameters);
        if (fast_)
            fast_->compute(layer, true, ai_ram(), source, planar_);
        else
            planar_ = kpu_compute_reference(layer, true, ai_ram(), source);
    }
    void compute_and_write_back_all() {
        for (const KpuLayer& layer : work_.layers) {
            compute(layer);
            kpu_write_back(layer, planar_, ai_ram());
        }
    }

private:
    std::span<std::uint8_t, kAiRamBytes> ai_ram() { return std::span<std::uint8_t, kAiRamBytes>(ai_ram_); }

    const Work& work_;
    std::optional<KpuFastKernel> fast_;
    std::vector<std::uint8_t> ai_ram_, planar_;
};

// One for each instruction set, the reference last.
std::vector<Contestant> contestants_for(const Work& work) {
    std::vector<Contestant> all;
    for (const KpuVectorOps* ops : kpu_vector_ops()) all.emplace_back(work, ops);
    all.emplace_back(work, nullptr);
    return all;
}

std::string shape_name(const LayerShape& s) {
    return fmt::format("{0}x{0} {1}x{2} {3}{4}", s.side, s.input.width, s.input.height, s.input.channels,
                       s.depthwise ? " depthwise" : fmt::format(" to {}", s.outputs));
}

void print_header(const std::vector<double>& peaks) {
    fmt::print(
        "GMAC/s on one core, and the share of what its multipliers can do. Parameter look-up, packing, batch\n"
        "normalisation, activation and pooling are part of it; not so for oneDNN, which only multiplies and "
        "adds,\nu8 x s8, from and to its own layouts. The reference is compiled with -O2.\n");
    if (!kHaveOneDnn) fmt::print("No column for oneDNN: libdnnl-dev was not there when this was configured.\n");
    fmt::print("\n{:<26}", "");
    for (const KpuVectorOps* ops : kpu_vector_ops()) fmt::print("{:>15}", ops->name);
    if (kHaveOneDnn) fmt::print("{:>10}", "oneDNN");
    fmt::print("{:>10}{:>10}\n{:<26}", "reference", "chip", "multipliers' peak");
    for (const double peak : peaks) fmt::print("{:>10.1f}     ", peak / 1e9);
    fmt::print("\n");
}

void print_shape(const LayerShape& shape, const std::vector<double>& peaks) {
    const Work work = one_layer(shape);
    std::vector<Contestant> kernels = contestants_for(work);
    std::vector<std::function<void()>> runs;
    for (Contestant& kernel : kernels) runs.emplace_back([&] { kernel.compute(work.layers[0]); });
    if (kHaveOneDnn) runs.insert(runs.end() - 1, onednn_convolution(shape));
    const std::vector<double> seconds = best_seconds(runs);

    fmt::print("{:<26}", shape_name(shape));
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        const double rate = work.macs() / seconds[i];
        fmt::print("{:>10.1f}", rate / 1e9);
        if (i < peaks.size()) fmt::print("{:>5}", peaks[i] > 0 ? fmt::format("{:.0f}%", rate / peaks[i] * 100) : "");
    }
    fmt::print("{:>10.1f}\n", work.macs() / work.chip_seconds() / 1e9);
    std::fflush(stdout);
}

void print_shapes() {
    std::vector<double> peaks;
    for (const KpuVectorOps* ops : kpu_vector_ops()) peaks.push_back(peak_macs_per_second(ops->name));
    print_header(peaks);
    for (const std::uint32_t side : {3u, 1u}) {
        print_shape({side, {3, 320, 240}, 16}, peaks);
        print_shape({side, {16, 160, 120}, 32}, peaks);
        print_shape({side, {64, 80, 60}, 64}, peaks);
        print_shape({side, {128, 64, 64}, 128}, peaks);
        print_shape({side, {128, 20, 15}, 256}, peaks);
        print_shape({side, {512, 10, 7}, 512}, peaks);
        print_shape({side, {1024, 4, 4}, 128}, peaks);
    }
    print_shape({3, {16, 160, 120}, 16, true}, peaks);
    print_shape({3, {64, 80, 60}, 64, true}, peaks);
    print_shape({3, {256, 20, 15}, 256, true}, peaks);
    print_shape({3, {1024, 10, 7}, 1024, true}, peaks);
}

void print_model(const std::filesystem::path& file) {
    const Work work = model_layers(file);
    if (work.layers.empty()) {
        fmt::print("{:<26}   no KPU layers\n", file.filename().string());
        return;
    }
    std::vector<Contestant> kernels = contestants_for(work);
    std::vector<std::function<void()>> runs;
    for (Contestant& kernel : kernels) runs.emplace_back([&] { kernel.compute_and_write_back_all(); });
    const std::vector<double> seconds = best_seconds(runs);

    fmt::print("{:<26}{:>4}{:>8.1f}", file.filename().string(), work.layers.size(), work.macs() / 1e6);
    for (std::size_t i = 0; i + 1 < seconds.size(); ++i)
        fmt::print("{:>9.2f}{:>5.0f}x", seconds[i] * 1e3, seconds.back() / seconds[i]);
    fmt::print("{:>10.1f}{:>8.2f}\n", seconds.back() * 1e3, work.chip_seconds() * 1e3);
    std::fflush(stdout);
}

void print_models(const std::vector<std::filesystem::path>& files) {
    fmt::print(
        "\nMilliseconds of all KPU layers, writing back to AI RAM included, and how many times faster than the "
        "reference.\nThe chip's own time is at 400 MHz.\n\n{:<26}{:>4}{:>8}",
        "", "", "MMAC");
    for (const KpuVectorOps* ops : kpu_vector_ops()) fmt::print("{:>15}", ops->name);
    fmt::print("{:>10}{:>8}\n", "reference", "chip");
    for (const auto& file : files) print_model(file);
}

}  // namespace

int main(int argc, char** argv) try {
    print_shapes();
    if (argc > 1) print_models({argv + 1, argv + argc});
} catch (const InputError& e) {
    fmt::print(stderr, "bench_kpu: {}\n", e.what());
    return 2;
}
