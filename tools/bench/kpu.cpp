// What KPU layers cost on this host: billions of multiply-adds a second by shape and instruction set, and the KPU time
// of whole models next to the chip's own.
//   cmake --build build --target bench_kpu && build/bench_kpu [MODEL.kmodel ...]
#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>

#include <fmt/format.h>

#include "k210/base/file.hpp"
#include "kmodel/bare_kpu.hpp"
#include "kpu/fast_kernel.hpp"
#include "kpu/reference_kernel.hpp"
#include "kpu/timing.hpp"
#include "support/model_reader.hpp"
#include "tools/kmodel/kpu_layers.hpp"

using namespace k210;

namespace {

constexpr double kChipHz = 400e6;

double best_seconds(const std::function<void()>& run) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(100);
    double best = 1e9;
    do {
        const auto start = Clock::now();
        run();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    } while (Clock::now() < until);
    return best;
}

std::vector<std::uint8_t> noise(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::uint32_t state = 1;
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

// Layers that find their parameters in one buffer, run one after the other.
struct Work {
    std::vector<KpuLayer> layers;
    std::vector<std::uint8_t> parameters;

    double macs() const {
        double macs = 0;
        for (const KpuLayer& l : layers)
            macs += static_cast<double>(l.output().channels) * l.kernel_weights() * l.input().plane_bytes();
        return macs;
    }
    double chip_seconds() const {
        double cycles = 0;
        for (const KpuLayer& l : layers) cycles += static_cast<double>(kpu_layer_time(l).total_cycles());
        return cycles / kChipHz;
    }
    double seconds(kmodel::BareKpu kpu) const {
        std::ranges::copy(noise(kAiRamBytes), kpu.ai_ram().begin());
        return best_seconds([&] {
            for (const KpuLayer& layer : layers) kpu.run(layer, parameters);
        });
    }
};

Work one_layer(const KpuShape& input, std::uint32_t outputs, std::uint32_t side, bool depthwise) {
    KpuLayerSpec spec{.input = input, .output_channels = outputs, .kernel_side = side, .depthwise = depthwise};
    const auto weights = noise(std::size_t{outputs} * (depthwise ? 1 : input.channels) * side * side);
    spec.weights.assign(weights.begin(), weights.end());
    spec.norm = {100'000, 0, 15};
    spec.activation.fill({std::int64_t{1} << 35, 0, 0, 0});  // a ReLU as compilers write it
    spec.activation[0] = {-(std::int64_t{1} << 35), 0, 0, 0};
    spec.activation[1] = {0, 1024, 20, 0};
    auto built = build_kpu_layer(spec);
    built.layer.arg_x = -0x40'0000;
    built.layer.shr_x = 15;
    return {{built.layer}, std::move(built.parameters)};
}

// The KPU layers of a version 3 model. kpu.h:376-520.
Work model_layers(const std::filesystem::path& file) {
    constexpr std::uint32_t kKpuConv = 10240;
    Work work{{}, read_file(file)};
    ModelReader header(work.parameters);
    header.skip(3 * 4);
    const std::uint32_t layers = header.u32();
    header.skip(2 * 4);
    header.skip(header.u32() * 8);
    std::size_t at = header.at() + std::size_t{layers} * 8;
    for (std::uint32_t i = 0; i < layers; ++i) {
        const std::uint32_t type = header.u32();
        ModelReader body(work.parameters, at);
        at += header.u32();
        if (type != kKpuConv) continue;
        body.skip(2 * 4);
        KpuLayer layer = KpuLayer::decode(ModelReader(work.parameters, body.u32()).layer_words());
        layer.para_start_addr = body.u32();
        layer.bwsx_base_addr = body.u32();
        layer.active_addr = body.u32();
        work.layers.push_back(layer);
    }
    return work;
}

void print_shapes() {
    fmt::print("{:<26}", "GMAC/s");
    for (const KpuVectorOps* ops : kpu_vector_ops()) fmt::print("{:>10}", ops->name);
    fmt::print("{:>10}{:>10}\n", "reference", "chip");
    const auto row = [](const KpuShape& in, std::uint32_t outputs, std::uint32_t side, bool depthwise) {
        const Work work = one_layer(in, outputs, side, depthwise);
        const auto print = [&](double seconds) { fmt::print("{:>10.1f}", work.macs() / seconds / 1e9); };
        fmt::print("{:<26}", fmt::format("{}x{} {}x{} {}{}", side, side, in.width, in.height, in.channels,
                                         depthwise ? " depthwise" : fmt::format(" to {}", outputs)));
        for (const KpuVectorOps* ops : kpu_vector_ops()) print(work.seconds(kmodel::BareKpu(KpuFastKernel(*ops))));
        print(work.seconds(kmodel::BareKpu()));
        print(work.chip_seconds());
        fmt::print("\n");
    };
    for (const std::uint32_t side : {3u, 1u}) {
        row({3, 320, 240}, 16, side, false);
        row({16, 160, 120}, 32, side, false);
        row({64, 80, 60}, 64, side, false);
        row({128, 64, 64}, 128, side, false);
        row({128, 20, 15}, 256, side, false);
        row({512, 10, 7}, 512, side, false);
        row({1024, 4, 4}, 128, side, false);
    }
    row({16, 160, 120}, 16, 3, true);
    row({64, 80, 60}, 64, 3, true);
    row({256, 20, 15}, 256, 3, true);
    row({1024, 10, 7}, 1024, 3, true);
}

void print_model(const std::filesystem::path& file) {
    const Work work = model_layers(file);
    fmt::print("\n{}: {} KPU layers, {:.1f} million multiply-adds, chip at 400 MHz {:.2f} ms\n",
               file.filename().string(), work.layers.size(), work.macs() / 1e6, work.chip_seconds() * 1e3);
    for (const KpuVectorOps* ops : kpu_vector_ops())
        fmt::print("{:<10}{:>9.2f} ms\n", ops->name, work.seconds(kmodel::BareKpu(KpuFastKernel(*ops))) * 1e3);
    fmt::print("{:<10}{:>9.2f} ms\n", "reference", work.seconds(kmodel::BareKpu()) * 1e3);
}

}  // namespace

int main(int argc, char** argv) try {
    print_shapes();
    for (int i = 1; i < argc; ++i) print_model(argv[i]);
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_kpu: {}\n", e.what());
    return 1;
}
