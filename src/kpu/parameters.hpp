// The parameter blocks a layer points to: weights, batch normalisation, activation.
// Layouts: standalone-sdk@02576ba lib/drivers/include/kpu.h:192-248 [sdk].
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kpu/layer.hpp"

namespace k210 {

// Reads guest memory as the KPU's own bus master does. Layer words hold the addresses that drivers compute, pointers
// minus 0x4000'0000 (kpu.c:1272-1274 [sdk]): the uncached alias; the cached one is as good.
class KpuParameterSource {
public:
    virtual ~KpuParameterSource() = default;
    virtual void read(std::uint32_t address, std::span<std::uint8_t> to) = 0;
};

struct KpuBatchNorm {
    std::int32_t norm_mul;    // 24 bits, signed
    std::int32_t norm_add;    // 32 bits, signed
    std::uint8_t norm_shift;  // 4 bits
    static KpuBatchNorm decode(std::uint64_t word);
};

struct KpuActivationSegment {
    std::int64_t x_start;  // 36 bits, signed
    std::int16_t y_mul;
    std::uint8_t shift_number;
    std::uint8_t result_bias;
};

inline constexpr std::size_t kKpuActivationSegments = 16;
inline constexpr std::size_t kKpuActivationBytes = kKpuActivationSegments * 9;
using KpuActivation = std::array<KpuActivationSegment, kKpuActivationSegments>;
KpuActivation kpu_decode_activation(std::span<const std::uint8_t, kKpuActivationBytes> block);

std::vector<KpuBatchNorm> kpu_decode_batch_norm(std::span<const std::uint8_t> block);  // eight bytes each

KpuActivation kpu_read_activation(const KpuLayer& layer, KpuParameterSource& source);
std::vector<KpuBatchNorm> kpu_read_batch_norm(const KpuLayer& layer, KpuParameterSource& source);  // per output channel

// The weights of one output channel, [input channel][tap]: bytes in 8-bit mode, little-endian halfwords otherwise.
// All channels lie one after the other. `bytes` is scratch space.
void kpu_read_kernel(const KpuLayer& layer, bool eight_bit_mode, std::uint32_t output_channel,
                     KpuParameterSource& source, std::vector<std::uint8_t>& bytes, std::vector<std::uint16_t>& weights);

}  // namespace k210
