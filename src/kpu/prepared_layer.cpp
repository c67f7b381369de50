#include "kpu/prepared_layer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

// Whether memory holds `bytes`, without a copy of all of it.
bool holds(KpuParameterSource& source, std::uint32_t address, std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, 4096> piece;
    while (!bytes.empty()) {
        const std::span there = std::span(piece).first(std::min(piece.size(), bytes.size()));
        source.read(address, there);
        if (!std::equal(there.begin(), there.end(), bytes.begin())) return false;
        address += static_cast<std::uint32_t>(there.size());
        bytes = bytes.subspan(there.size());
    }
    return true;
}

}  // namespace

KpuGeometry::KpuGeometry(const KpuLayer& layer)
    : border(layer.kernel_side() / 2), row_stride(layer.input().width + border),
      bordered_pixels((layer.input().height + 2 * border) * row_stride + border),
      pixels((layer.input().height - 1) * row_stride + layer.input().width) {}

KpuPreparedLayer::KpuPreparedLayer(const KpuLayer& layer, bool eight_bit_mode)
    : layer_(layer), eight_bit_mode_(eight_bit_mode), geometry_(layer) {}

bool KpuPreparedLayer::load(KpuParameterSource& source) {
    const std::size_t channels = layer_.output().channels;
    const std::size_t norms = channels * 8, weights = channels * layer_.kernel_weights() * rows_per_channel();
    const bool first_time = bytes_.empty();
    bytes_.resize(kKpuActivationBytes + norms + weights);
    bool changed = false;
    std::span<std::uint8_t> rest(bytes_);
    for (const auto& [address, size] :
         {std::pair{layer_.active_addr, kKpuActivationBytes}, std::pair{layer_.bwsx_base_addr, norms},
          std::pair{layer_.para_start_addr, weights}}) {
        const auto block = rest.first(size);
        rest = rest.subspan(size);
        if (!first_time && holds(source, address, block)) continue;
        source.read(address, block);
        changed = true;
    }
    stale_ |= changed;
    return changed;
}

std::span<const std::uint8_t> KpuPreparedLayer::weight_bytes() const {
    return std::span(bytes_).subspan(kKpuActivationBytes + norms_.size() * 8);
}

void KpuPreparedLayer::prepare(const KpuVectorOps& ops) {
    if (!stale_) return;
    stale_ = false;
    const std::span<const std::uint8_t> bytes(bytes_);
    activation_ = kpu_decode_activation(bytes.first<kKpuActivationBytes>());
    folded_activation_ = kpu_fold(activation_);
    norms_ = kpu_decode_batch_norm(bytes.subspan(kKpuActivationBytes, std::size_t{layer_.output().channels} * 8));
    fold_channels();
    flip_ = ops.flip;
    if (layer_.depth_wise_layer)
        pack_depthwise_weights(ops);
    else
        pack_dense_weights(ops);
}

void KpuPreparedLayer::fold_channels() {
    const std::size_t channels = norms_.size(), count = layer_.kernel_weights(), row_bytes = rows_per_channel();
    const std::int64_t input_most = static_cast<std::int64_t>(255 * count) * layer_.arg_x >> layer_.shr_x;
    const std::uint8_t* weight = weight_bytes().data();
    constants_.resize(channels);
    folded_.assign(channels, std::nullopt);
    for (std::size_t c = 0; c < channels; ++c) {
        std::int64_t weight_sum = 0;
        for (std::size_t i = 0; i < count * row_bytes; ++i, ++weight)
            weight_sum += std::int64_t{*weight} << (i % row_bytes * 8);
        constants_[c] = (layer_.arg_w * weight_sum >> layer_.shr_w) + layer_.arg_add * layer_.channels_per_output();
        if (!folded_activation_) continue;
        const std::int64_t low = constants_[c] + std::min<std::int64_t>(input_most, 0);
        const std::int64_t high = constants_[c] + std::max<std::int64_t>(input_most, 0) + 255 * weight_sum;
        folded_[c] = kpu_fold(norms_[c], *folded_activation_, constants_[c], low, high);
    }
}

void KpuPreparedLayer::pack_dense_weights(const KpuVectorOps& ops) {
    const std::size_t values = ops.cell_values, side = layer_.kernel_side(), taps = layer_.taps();
    const std::size_t inputs = layer_.channels_per_output(), channels = norms_.size();
    const std::size_t steps = (inputs + values - 1) / values * taps;  // a cell holds neighbouring channels
    offsets_.resize(steps);
    for (std::size_t i = 0; i < steps; ++i)
        offsets_[i] = static_cast<std::uint32_t>(i / taps * geometry_.plane_cells() +
                                                 i % taps / side * geometry_.row_stride + i % side);

    const std::size_t per_block = channels_per_block(), row_bytes = rows_per_channel();
    const std::size_t blocks = 1 + (channels + per_block - 1) / per_block;  // the first one sums x
    weights_.assign(blocks * steps * kKpuMaxRows, 0);
    starts_.assign(blocks * kKpuMaxRows, 0);
    float_norms_.assign(blocks * kKpuMaxRows, {});
    single_.assign(blocks, eight_bit_mode_);
    single_[0] = false;
    const auto put = [&](std::size_t block, std::size_t row, std::size_t input, std::size_t tap, std::uint32_t w) {
        const std::size_t step = input / values * taps + tap;
        weights_[(block * steps + step) * kKpuMaxRows + row] |= w << (input % values * 32 / values);
        starts_[block * kKpuMaxRows + row] += static_cast<std::int32_t>(ops.flip * w);
    };
    const std::uint8_t* weight = weight_bytes().data();
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t input = 0; input < inputs; ++input)
            for (std::size_t tap = 0; tap < taps; ++tap)
                for (std::size_t byte = 0; byte < row_bytes; ++byte)
                    put(1 + c / per_block, c % per_block * row_bytes + byte, input, tap, *weight++);
    for (std::size_t input = 0; input < inputs; ++input)
        for (std::size_t tap = 0; tap < taps; ++tap) put(0, 0, input, tap, 1);

    for (std::size_t c = 0; c < channels; ++c)
        if (!folded_[c] || !folded_[c]->single) single_[1 + c / per_block] = false;
    for (std::size_t c = 0; c < channels; ++c) {
        if (!single_[1 + c / per_block]) continue;
        const std::size_t row = kKpuMaxRows + c;
        float_norms_[row] = folded_[c]->norm;
        starts_[row] = static_cast<std::int32_t>(static_cast<std::uint32_t>(starts_[row]) +
                                                 static_cast<std::uint32_t>(folded_[c]->start));
    }
}

KpuProducts KpuPreparedLayer::dense_products(std::ptrdiff_t block) const {
    const std::size_t at = static_cast<std::size_t>(block + 1);
    KpuProducts products{};
    products.offsets = offsets_;
    products.weights = &weights_[at * offsets_.size() * kKpuMaxRows];
    products.start = &starts_[at * kKpuMaxRows];
    products.rows =
        block < 0 ? 1
                  : std::min(kKpuMaxRows, (norms_.size() - static_cast<std::size_t>(block) * channels_per_block()) *
                                              rows_per_channel());
    if (single_[at]) products.norms = &float_norms_[at * kKpuMaxRows];
    return products;
}

void KpuPreparedLayer::pack_depthwise_weights(const KpuVectorOps& ops) {
    const std::size_t values = ops.cell_values, side = layer_.kernel_side(), taps = layer_.taps();
    const std::size_t channels = norms_.size(), row_bytes = rows_per_channel();
    const std::size_t steps = values == 4 ? 1 : 2;  // a cell holds neighbouring pixels of a row
    weights_.assign(channels * row_bytes * side * steps, 0);
    starts_.assign(channels * row_bytes, 0);
    single_.resize(channels);
    const std::uint8_t* weight = weight_bytes().data();
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t byte = 0; byte < row_bytes; ++byte, ++weight) {
                const std::size_t row = (c * row_bytes + byte) * side + tap / side, x = tap % side;
                weights_[row * steps + x / values] |= std::uint32_t{*weight} << (x % values * 32 / values);
                starts_[c * row_bytes + byte] += ops.flip * *weight;
            }
        constexpr std::int64_t kTermLimit = std::int64_t{1} << 22;
        const std::int64_t term_most = std::abs(static_cast<std::int64_t>(255 * taps) * layer_.arg_x) >> layer_.shr_x;
        single_[c] = eight_bit_mode_ && term_most < kTermLimit - 1 && folded_[c] && folded_[c]->single;
    }
}

KpuDepthwiseProducts KpuPreparedLayer::depthwise_products(std::uint32_t channel) const {
    const std::size_t row_bytes = rows_per_channel();
    KpuDepthwiseProducts products{};
    products.row_stride = geometry_.row_stride;
    products.side = layer_.kernel_side();
    products.weights = &weights_[channel * (weights_.size() / norms_.size())];
    products.weight_bytes = row_bytes;
    std::copy_n(&starts_[channel * row_bytes], row_bytes, products.start.begin());
    products.start[2] = static_cast<std::int32_t>(flip_ * layer_.taps());
    if (single_[channel]) {
        products.start[0] = static_cast<std::int32_t>(static_cast<std::uint32_t>(products.start[0]) +
                                                      static_cast<std::uint32_t>(folded_[channel]->start));
        products.norm = &folded_[channel]->norm;
        products.input_scale = std::ldexp(static_cast<float>(layer_.arg_x), -layer_.shr_x);
    }
    return products;
}

std::uint8_t KpuPreparedLayer::activate(std::uint32_t channel, std::int64_t sum, std::int64_t input_sum) const {
    sum += constants_[channel] + (input_sum * layer_.arg_x >> layer_.shr_x);
    return kpu_activate(activation_, norms_[channel], sum);
}

}  // namespace k210
