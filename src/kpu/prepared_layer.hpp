// What the fast kernel makes of a layer and its parameters, once for all runs of that layer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kpu/fold.hpp"
#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"
#include "kpu/vector_ops.hpp"

namespace k210 {

// A layer's input with its border as one row of pixels, so that a tap is an offset whatever the width. Rows share
// their border: the pixel right of one row is the one left of the next. Sums between rows mean nothing.
struct KpuGeometry {
    explicit KpuGeometry(const KpuLayer& layer);
    std::size_t border, row_stride;
    std::size_t bordered_pixels, pixels;  // with border; sums to compute
    std::size_t plane_cells() const { return bordered_pixels + kKpuVectorSlack; }
};

class KpuPreparedLayer {
public:
    KpuPreparedLayer(const KpuLayer& layer, bool eight_bit_mode);

    // Takes the parameters' bytes. False, and at less cost, when they are the same as last time.
    bool load(KpuParameterSource& source);
    // To be called before anything of the rest is looked at, always with the same `ops`.
    void prepare(const KpuVectorOps& ops);

    const KpuLayer& layer() const { return layer_; }
    bool eight_bit_mode() const { return eight_bit_mode_; }
    const KpuGeometry& geometry() const { return geometry_; }
    std::span<const std::uint8_t> bytes() const { return bytes_; }  // activation, batch norm, weights
    std::size_t size_bytes() const { return bytes_.size() + weights_.size() * 4; }

    // Rows of weights: one a channel, or two of one byte each.
    std::uint32_t rows_per_channel() const { return eight_bit_mode_ ? 1 : 2; }
    // Dense channels are multiplied a block at a time.
    std::uint32_t channels_per_block() const { return static_cast<std::uint32_t>(kKpuMaxRows) / rows_per_channel(); }

    // Block -1 is the one that sums x.
    KpuProducts dense_products(std::ptrdiff_t block) const;
    KpuDepthwiseProducts depthwise_products(std::uint32_t channel) const;
    const KpuFoldedActivation& activation() const { return *folded_activation_; }
    const std::optional<KpuFoldedChannel>& folded(std::uint32_t channel) const { return folded_[channel]; }
    // The same by the plain rules. `sum`: of products, S(x) not included.
    std::uint8_t activate(std::uint32_t channel, std::int64_t sum, std::int64_t input_sum) const;

private:
    void fold_channels();
    void pack_dense_weights(const KpuVectorOps& ops);
    void pack_depthwise_weights(const KpuVectorOps& ops);
    std::span<const std::uint8_t> weight_bytes() const;

    KpuLayer layer_;
    bool eight_bit_mode_;
    KpuGeometry geometry_;
    std::vector<std::uint8_t> bytes_;
    bool stale_ = true;  // the rest is not made of these bytes

    KpuActivation activation_{};
    std::vector<KpuBatchNorm> norms_;
    std::optional<KpuFoldedActivation> folded_activation_;
    std::vector<std::optional<KpuFoldedChannel>> folded_;  // by channel; only if the activation is
    std::vector<std::int64_t> constants_;                  // by channel: what the sum has besides products

    std::vector<std::uint32_t> offsets_;     // by step
    std::vector<std::uint32_t> weights_;     // by block, in depthwise layers by channel
    std::vector<std::int32_t> starts_;       // of each row
    std::vector<KpuFloatNorm> float_norms_;  // of each row
    std::vector<std::uint8_t> single_;       // by block, in depthwise layers by channel: single precision does
    std::uint8_t flip_ = 0;
};

}  // namespace k210
