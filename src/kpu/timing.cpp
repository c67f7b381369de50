#include "kpu/timing.hpp"

#include <algorithm>

#include "k210/sim/cost_model.hpp"

namespace k210 {
namespace {

std::uint64_t weight_bytes(const KpuLayer& layer) {
    return std::uint64_t{layer.para_size} * layer.output().channels / (layer.o_ch_num_coef + 1u);
}

std::uint64_t rounded_up(std::uint64_t hundredths) {
    return (hundredths + cost::kHundredths - 1) / cost::kHundredths;
}

}  // namespace

KpuLayerTime kpu_layer_time(const KpuLayer& layer) {
    const KpuShape in = layer.input();
    const std::uint64_t out_channels = layer.output().channels;
    const KpuMapLayout packed = kpu_packed_layout(in.width, in.height);
    const std::uint64_t lines = std::uint64_t{packed.row_switch_lines} * in.height;

    KpuLayerTime time{.setup_cycles = cost::kKpuSetup};
    std::uint64_t handed_on = 0;
    if (layer.depth_wise_layer) {
        time.compute_cycles = rounded_up(
            out_channels * (cost::kKpuDepthwisePerLine * lines / packed.groups + cost::kKpuDepthwisePerChannel));
    } else {
        const std::uint64_t passes = (in.channels + packed.groups - 1) / packed.groups;
        const std::uint64_t pass = cost::kKpuPerInputLine * lines + cost::kKpuPerPass * packed.row_switch_lines;
        time.compute_cycles = rounded_up(
            out_channels * (passes * pass + cost::kKpuWriteBackPerLine * lines + cost::kKpuPerOutputChannel));
        handed_on = rounded_up(cost::kKpuPerWeightByte * weight_bytes(layer));
    }
    const std::uint64_t loaded = rounded_up(cost::kKpuPerLoadedWeightByte * weight_bytes(layer));
    time.weight_load_cycles = std::max(time.compute_cycles + handed_on, loaded) - time.compute_cycles;
    if (layer.send_data_out) time.data_out_cycles = layer.data_out_words() * cost::kKpuDataOutWord;
    return time;
}

}  // namespace k210
