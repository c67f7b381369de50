// Computes layers as kpu_compute_reference() does, bit for bit, on vectors. Products are summed in 32 bits
// (vector_ops.hpp says why that is exact); 16-bit weights go as two rows of bytes. Batch norm and activation run on
// vectors where fold.hpp can prove them exact, and by kpu_activate() elsewhere.
// Parameters are prepared once and kept as long as the same layer finds the same bytes.
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"
#include "kpu/prepared_layer.hpp"
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
    struct Key {
        KpuLayer layer;
        bool eight_bit_mode;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    using AiRam = std::span<const std::uint8_t, kAiRamBytes>;
    // Rows that are computed and then pooled while they are in the first-level cache.
    struct Band {
        std::uint32_t first_row, rows;  // of the output
        std::size_t first_pixel, pixels;
    };

    void stage(const KpuPreparedLayer& p, std::uint32_t channel, AiRam ai_ram, std::uint8_t* plane) const;
    void pack_input(const KpuPreparedLayer& p, AiRam ai_ram);
    void sum_input(const KpuPreparedLayer& p);
    void plan_bands(const KpuPreparedLayer& p);
    // Both leave the pixels of a band in planes, one behind the other.
    void run_dense(const KpuPreparedLayer& p, std::uint32_t block, const Band& band, std::uint8_t* planes,
                   std::size_t plane_stride);
    void run_depthwise(const KpuPreparedLayer& p, std::uint32_t channel, const Band& band, std::uint8_t* plane);
    void activate(const KpuPreparedLayer& p, std::uint32_t channel, const std::int32_t* sums,
                  const std::int32_t* input_sums, std::size_t pixels, std::uint8_t* out);
    void pool(const KpuPreparedLayer& p, const Band& band, const std::uint8_t* plane, std::uint8_t* out);

    const KpuVectorOps* ops_;
    std::unordered_map<Key, KpuPreparedLayer, KeyHash> prepared_;
    KpuPreparedLayer* loaded_ = nullptr;
    std::uint64_t preparations_ = 0;

    std::vector<Band> bands_;
    std::vector<std::uint8_t> staged_, planes_, compact_;
    std::vector<std::uint32_t> cells_;
    std::vector<std::int32_t> sums_, input_sums_, terms_;
    std::vector<float> values_;
};

}  // namespace k210
