#include "kpu/timing.hpp"

#include <algorithm>

namespace k210 {
namespace {

// Hundredths of a cycle keep the fitted coefficients whole.
constexpr std::uint64_t kHundredths = 100;
constexpr std::uint64_t kPerLayer = 2600'00;
constexpr std::uint64_t kExtraRows = 3;            // per pass over a line of input channels
constexpr std::uint64_t kWriteBackPerLine = 1'08;  // per output channel
constexpr std::uint64_t kPerOutputChannel = 38'00;
constexpr std::uint64_t kDepthwisePerLine = 2'29;
constexpr std::uint64_t kDepthwisePerChannel = 13'00;
constexpr std::uint64_t kCyclesPerDataOutWord = 50;

// Weights arrive at about 870 MB/s, 2.9 bytes a cycle at 300 MHz; loading overlaps computing.
std::uint64_t weight_load_cycles(const KpuLayer& layer) {
    const std::uint64_t bytes = std::uint64_t{layer.para_size} * layer.output().channels / (layer.o_ch_num_coef + 1u);
    return bytes * 10 / 29;
}

}  // namespace

std::uint64_t kpu_layer_cycles(const KpuLayer& layer) {
    const KpuShape in = layer.input();
    const std::uint64_t out_channels = layer.output().channels;
    const KpuMapLayout packed = kpu_packed_layout(in.width, in.height);
    const std::uint64_t lines = std::uint64_t{packed.row_switch_lines} * in.height;

    std::uint64_t cost = kPerLayer;
    if (layer.depth_wise_layer) {
        cost += out_channels * (kDepthwisePerLine * lines / packed.groups + kDepthwisePerChannel);
    } else {
        const std::uint64_t passes = (in.channels + packed.groups - 1) / packed.groups;
        const std::uint64_t pass = kHundredths * packed.row_switch_lines * (in.height + kExtraRows);
        cost += out_channels * (passes * pass + kWriteBackPerLine * lines + kPerOutputChannel);
    }
    return std::max((cost + kHundredths - 1) / kHundredths, weight_load_cycles(layer));
}

std::uint64_t kpu_data_out_cycles(const KpuLayer& layer) {
    return (layer.data_out_bytes() + 7) / 8 * kCyclesPerDataOutWord;
}

}  // namespace k210
