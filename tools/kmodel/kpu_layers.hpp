// Makes KPU layers the way compilers do: argument words and the parameter blocks they point to.
#pragma once
#include <cstdint>
#include <vector>

#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"

namespace k210 {

KpuLayerWords encode(const KpuLayer& layer);
std::uint64_t encode(const KpuBatchNorm& norm);
std::vector<std::uint8_t> encode(const KpuActivation& activation);

KpuActivation identity_activation();  // v for v > 0, else 0

struct KpuLayerSpec {
    KpuShape input{1, 4, 4};
    std::uint32_t output_channels = 1;
    std::uint32_t kernel_side = 1;
    bool depthwise = false;
    bool eight_bit_mode = true;
    KpuPool pool = KpuPool::bypass;
    std::uint16_t src_line = 0, dst_line = 16384;
    std::vector<std::uint16_t> weights{};  // [output channel][input channel][tap]; short of them, the rest are 0
    KpuBatchNorm norm{1, 0, 0};
    std::vector<KpuBatchNorm> norms{};  // by output channel, the first ones before `norm`
    KpuActivation activation = identity_activation();
};

struct BuiltKpuLayer {
    KpuLayer layer;  // its addresses: base plus offsets into parameters
    std::vector<std::uint8_t> parameters;
};
BuiltKpuLayer build_kpu_layer(const KpuLayerSpec& spec, std::uint32_t base = 0);

// The weights that make a layer copy its input: 1 at the centre tap of each output's own channel.
std::vector<std::uint16_t> identity_weights(const KpuLayerSpec& spec);

}  // namespace k210
