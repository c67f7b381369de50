#include "kpu/parameters.hpp"

namespace k210 {
namespace {

std::uint64_t load_u64(std::span<const std::uint8_t> bytes, std::size_t at) {
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < 8; ++i) v |= std::uint64_t{bytes[at + i]} << (8 * i);
    return v;
}

template <unsigned Width>
std::int64_t sign_extend(std::uint64_t v) {
    return static_cast<std::int64_t>(v << (64 - Width)) >> (64 - Width);
}

}  // namespace

KpuBatchNorm KpuBatchNorm::decode(std::uint64_t word) {
    return {static_cast<std::int32_t>(sign_extend<24>(word)), static_cast<std::int32_t>(sign_extend<32>(word >> 24)),
            static_cast<std::uint8_t>(word >> 56 & 0xf)};
}

KpuActivation kpu_decode_activation(std::span<const std::uint8_t, kKpuActivationBytes> block) {
    KpuActivation table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const std::uint64_t word = load_u64(block, i * 8);
        table[i] = {sign_extend<36>(word >> 24), static_cast<std::int16_t>(word >> 8), static_cast<std::uint8_t>(word),
                    block[table.size() * 8 + i]};
    }
    return table;
}

std::vector<KpuBatchNorm> kpu_decode_batch_norm(std::span<const std::uint8_t> block) {
    std::vector<KpuBatchNorm> norms(block.size() / 8);
    for (std::size_t i = 0; i < norms.size(); ++i) norms[i] = KpuBatchNorm::decode(load_u64(block, i * 8));
    return norms;
}

KpuActivation kpu_read_activation(const KpuLayer& layer, KpuParameterSource& source) {
    std::array<std::uint8_t, kKpuActivationBytes> block{};
    source.read(layer.active_addr, block);
    return kpu_decode_activation(block);
}

std::vector<KpuBatchNorm> kpu_read_batch_norm(const KpuLayer& layer, KpuParameterSource& source) {
    std::vector<std::uint8_t> block(std::size_t{layer.output().channels} * 8);
    source.read(layer.bwsx_base_addr, block);
    return kpu_decode_batch_norm(block);
}

void kpu_read_kernel(const KpuLayer& layer, bool eight_bit_mode, std::uint32_t output_channel,
                     KpuParameterSource& source, std::vector<std::uint8_t>& bytes,
                     std::vector<std::uint16_t>& weights) {
    const std::uint32_t count = layer.kernel_weights();
    const std::uint32_t size_bytes = count * (eight_bit_mode ? 1 : 2);
    bytes.resize(size_bytes);
    weights.resize(count);
    source.read(layer.para_start_addr + output_channel * size_bytes, bytes);
    for (std::size_t i = 0; i < count; ++i)
        weights[i] = eight_bit_mode ? bytes[i] : static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

}  // namespace k210
