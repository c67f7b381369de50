#include "kpu/timing.hpp"

#include <algorithm>

namespace k210 {
namespace {

// Hundredths of a cycle keep the fitted coefficients whole. All [measured], as timing.hpp says.
constexpr std::uint64_t kHundredths = 100;
constexpr std::uint64_t kSetupCycles = 2600;
constexpr std::uint64_t kPerInputLine = 1'01;      // per output channel
constexpr std::uint64_t kPerPass = 2'75;           // over one group of input channels, per line of its width
constexpr std::uint64_t kWriteBackPerLine = 1'08;  // per output channel
constexpr std::uint64_t kPerOutputChannel = 28'00;
constexpr std::uint64_t kDepthwisePerLine = 2'29;
constexpr std::uint64_t kDepthwisePerChannel = 13'00;
constexpr std::uint64_t kPerWeightByte = 14;         // from the KPU's buffer to the multipliers, about 7 bytes a cycle
constexpr std::uint64_t kPerLoadedWeightByte = 33;   // from memory, about 900 MB/s at 300 MHz
constexpr std::uint64_t kCyclesPerDataOutWord = 50;  // one point: 9000 bytes in about 0.14 ms

std::uint64_t weight_bytes(const KpuLayer& layer) {
    return std::uint64_t{layer.para_size} * layer.output().channels / (layer.o_ch_num_coef + 1u);
}

std::uint64_t rounded_up(std::uint64_t hundredths) {
    return (hundredths + kHundredths - 1) / kHundredths;
}

}  // namespace

KpuLayerTime kpu_layer_time(const KpuLayer& layer) {
    const KpuShape in = layer.input();
    const std::uint64_t out_channels = layer.output().channels;
    const KpuMapLayout packed = kpu_packed_layout(in.width, in.height);
    const std::uint64_t lines = std::uint64_t{packed.row_switch_lines} * in.height;

    KpuLayerTime time{.setup_cycles = kSetupCycles};
    std::uint64_t handed_on = 0;
    if (layer.depth_wise_layer) {
        time.compute_cycles =
            rounded_up(out_channels * (kDepthwisePerLine * lines / packed.groups + kDepthwisePerChannel));
    } else {
        const std::uint64_t passes = (in.channels + packed.groups - 1) / packed.groups;
        const std::uint64_t pass = kPerInputLine * lines + kPerPass * packed.row_switch_lines;
        time.compute_cycles =
            rounded_up(out_channels * (passes * pass + kWriteBackPerLine * lines + kPerOutputChannel));
        handed_on = rounded_up(kPerWeightByte * weight_bytes(layer));
    }
    const std::uint64_t loaded = rounded_up(kPerLoadedWeightByte * weight_bytes(layer));
    time.weight_load_cycles = std::max(time.compute_cycles + handed_on, loaded) - time.compute_cycles;
    if (layer.send_data_out) time.data_out_cycles = (layer.data_out_bytes() + 7) / 8 * kCyclesPerDataOutWord;
    return time;
}

}  // namespace k210
