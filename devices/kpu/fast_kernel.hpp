// Computes layers as kpu_compute_reference() does, bit for bit, on vectors. Products are summed in 32 bits
// (vector_ops.hpp says why that is exact); 16-bit weights go as two rows of bytes. Batch norm and activation run on
// vectors where fold.hpp can prove them exact, and by kpu_activate() elsewhere, as 16-bit weights do.
// Parameters are prepared once and kept as long as the same layer finds the same bytes.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kpu/fold.hpp"
#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"
#include "kpu/vector_ops.hpp"

namespace k210 {

class KpuFastKernel {
public:
    KpuFastKernel();                                                 // the host's best instruction set
    explicit KpuFastKernel(const KpuVectorOps& ops) : ops_(&ops) {}  // one of kpu_vector_ops()

    // Leaves in `planar` what the reference returns. Allocates only for layers larger than all before, and new ones.
    void compute(const KpuLayer& layer, bool eight_bit_mode, std::span<const std::uint8_t, kAiRamBytes> ai_ram,
                 KpuParameterSource& source, std::vector<std::uint8_t>& planar) {
        load(layer, eight_bit_mode, source);
        run(ai_ram, planar);
    }
    // The same in two steps: parameters are read by the first one alone, the second may have a thread of its own.
    void load(const KpuLayer& layer, bool eight_bit_mode, KpuParameterSource& source);
    void run(std::span<const std::uint8_t, kAiRamBytes> ai_ram, std::vector<std::uint8_t>& planar);

    std::uint64_t preparations() const { return preparations_; }  // parameter blocks taken in so far

private:
    // The input with its border as one row of pixels, so that a tap is an offset whatever the width. Rows share their
    // border: the pixel right of one row is the one left of the next. Sums between rows mean nothing.
    struct Geometry {
        explicit Geometry(const KpuLayer& layer);
        std::size_t border, row_stride;
        std::size_t bordered_pixels, pixels;  // with border; sums to compute
        std::size_t plane_cells() const { return bordered_pixels + kKpuVectorSlack; }
    };
    struct Prepared {
        KpuLayer layer{};
        bool eight_bit_mode = false;
        std::vector<std::uint8_t> bytes;  // activation, batch norm, weights

        KpuActivation activation{};
        std::vector<KpuBatchNorm> norms;
        std::optional<KpuFoldedActivation> folded_activation;
        std::vector<std::optional<KpuFoldedChannel>> folded;  // by channel; only if the activation is
        std::vector<std::int64_t> constants;                  // by channel: what the sum has besides products

        std::vector<std::uint32_t> offsets;  // by step
        std::vector<std::uint32_t> weights;  // [block][step][kKpuMaxRows]; a block is channels_per_block() channels
        std::vector<std::int32_t> starts;    // [block][kKpuMaxRows]
        std::size_t size_bytes() const { return bytes.size() + weights.size() * 4; }
    };

    const Prepared& prepare();  // for the loaded layer
    void fill(Prepared& p) const;
    void pack_weights(Prepared& p) const;
    void stage(const KpuLayer& layer, const Geometry& g, std::uint32_t channel,
               std::span<const std::uint8_t, kAiRamBytes> ai_ram, std::uint8_t* plane) const;
    void pack_dense(const KpuLayer& layer, const Geometry& g, std::span<const std::uint8_t, kAiRamBytes> ai_ram);
    void run_block(const Prepared& p, const Geometry& g, std::uint32_t first_channel, std::uint32_t channels);
    void activate(const Prepared& p, std::uint32_t channel, const std::int32_t* sums, const std::int32_t* input_sums,
                  const std::int32_t* terms, std::size_t pixels, std::uint8_t* out) const;
    void pool(const KpuLayer& layer, const Geometry& g, const std::uint8_t* plane, std::uint8_t* out);

    const KpuVectorOps* ops_;
    std::vector<Prepared> prepared_;
    std::uint64_t preparations_ = 0;
    KpuLayer layer_{};  // loaded, with its parameters: activation, batch norm, weights
    bool eight_bit_mode_ = false;
    std::vector<std::uint8_t> parameter_bytes_;
    std::vector<std::uint8_t> staged_, planes_, compact_;
    std::vector<std::uint32_t> cells_;
    std::vector<std::int32_t> sums_, input_sums_, terms_;
};

}  // namespace k210
