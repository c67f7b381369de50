#include "kpu/layer_trace.hpp"

#include <string>

#include <fmt/format.h>

namespace k210 {
namespace {

std::string text(const KpuShape& shape) {
    return fmt::format("{}x{}x{}", shape.channels, shape.width, shape.height);
}

std::string_view pool_name(KpuPool pool) {
    switch (pool) {
        case KpuPool::bypass: return "none";
        case KpuPool::max_2_s2: return "max 2x2 stride 2";
        case KpuPool::mean_2_s2: return "mean 2x2 stride 2";
        case KpuPool::max_4_s4: return "max 4x4 stride 4";
        case KpuPool::mean_4_s4: return "mean 4x4 stride 4";
        case KpuPool::left_top_2_s2: return "left top of 2x2";
        case KpuPool::right_top_2_s2: return "right top of 2x2";
        case KpuPool::left_top_4_s4: return "left top of 4x4";
        case KpuPool::mean_2_s1: return "mean 2x2 stride 1";
        case KpuPool::max_2_s1: return "max 2x2 stride 1";
    }
    return "unknown";
}

}  // namespace

void trace_kpu_layer(TraceSink& watcher, SimTime when, std::string_view track, const KpuLayer& layer,
                     const KpuLayerTime& time) {
    const std::string kind = fmt::format("{} {}x{}", layer.depth_wise_layer ? "depthwise" : "conv", layer.kernel_side(),
                                         layer.kernel_side());
    const std::string input = text(layer.input()), output = text(layer.output());
    watcher.begin(when, track, fmt::format("{} {} to {}", kind, input, output),
                  {{"kind", kind},
                   {"input", input},
                   {"output", output},
                   {"pool", pool_name(layer.pool())},
                   {"parameters", fmt::format("{:#010x}", layer.para_start_addr)},
                   {"setup_cycles", time.setup_cycles},
                   {"compute_cycles", time.compute_cycles},
                   {"weight_load_cycles", time.weight_load_cycles},
                   {"data_out_cycles", time.data_out_cycles}});
}

}  // namespace k210
