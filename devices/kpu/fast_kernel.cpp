#include "kpu/fast_kernel.hpp"

#include <algorithm>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

constexpr std::size_t kKeptLayers = 128;
constexpr std::size_t kKeptBytes = std::size_t{64} << 20;
constexpr std::size_t kChunkPixels = 480;  // whose sums stay in the first-level cache; whole tiles on every host
constexpr std::size_t kSumsStride = kChunkPixels + kKpuVectorSlack;

std::size_t rows_per_channel(bool eight_bit_mode) {
    return eight_bit_mode ? 1 : 2;
}

// Depthwise channels come one by one, each with the row that sums its input.
std::uint32_t channels_per_block(const KpuLayer& layer, bool eight_bit_mode) {
    return layer.depth_wise_layer ? 1 : static_cast<std::uint32_t>(kKpuMaxRows / rows_per_channel(eight_bit_mode));
}

// Where the row is that sums x. The first block of a dense layer's weights is nothing else.
std::size_t input_row(const KpuLayer& layer, bool eight_bit_mode) {
    return layer.depth_wise_layer ? rows_per_channel(eight_bit_mode) : 0;
}

// The parameters as load() left them, at the addresses they came from.
class LoadedParameters final : public KpuParameterSource {
public:
    LoadedParameters(const KpuLayer& layer, std::span<const std::uint8_t> bytes)
        : layer_(layer), activation_(bytes.first(std::min(kKpuActivationBytes, bytes.size()))),
          rest_(bytes.subspan(activation_.size())) {}

    void read(std::uint32_t address, std::span<std::uint8_t> to) override {
        const std::size_t norms = std::size_t{layer_.output().channels} * 8;
        if (copy(activation_, layer_.active_addr, address, to)) return;
        if (copy(rest_.first(norms), layer_.bwsx_base_addr, address, to)) return;
        copy(rest_.subspan(norms), layer_.para_start_addr, address, to);
    }

private:
    static bool copy(std::span<const std::uint8_t> block, std::uint32_t base, std::uint32_t address,
                     std::span<std::uint8_t> to) {
        const std::uint32_t at = address - base;
        if (at > block.size() || to.size() > block.size() - at) return false;
        std::copy_n(&block[at], to.size(), to.begin());
        return true;
    }

    const KpuLayer& layer_;
    std::span<const std::uint8_t> activation_, rest_;
};

template <class T>
void grow(std::vector<T>& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
}

}  // namespace

KpuFastKernel::KpuFastKernel() : ops_(kpu_vector_ops().empty() ? nullptr : kpu_vector_ops().front()) {}

KpuFastKernel::Geometry::Geometry(const KpuLayer& layer)
    : border(layer.kernel_side() / 2), row_stride(layer.input().width + border),
      bordered_pixels((layer.input().height + 2 * border) * row_stride + border),
      pixels((layer.input().height - 1) * row_stride + layer.input().width) {}

void KpuFastKernel::load(const KpuLayer& layer, bool eight_bit_mode, KpuParameterSource& source) {
    layer_ = layer;
    eight_bit_mode_ = eight_bit_mode;
    if (!layer.fits_ai_ram()) return;
    const std::size_t norms = std::size_t{layer.output().channels} * 8;
    const std::size_t weights =
        std::size_t{layer.output().channels} * layer.kernel_weights() * rows_per_channel(eight_bit_mode);
    parameter_bytes_.resize(kKpuActivationBytes + norms + weights);
    const std::span bytes(parameter_bytes_);
    source.read(layer.active_addr, bytes.first(kKpuActivationBytes));
    source.read(layer.bwsx_base_addr, bytes.subspan(kKpuActivationBytes, norms));
    source.read(layer.para_start_addr, bytes.last(weights));
}

const KpuFastKernel::Prepared& KpuFastKernel::prepare() {
    auto found = std::ranges::find_if(
        prepared_, [&](const Prepared& p) { return p.layer == layer_ && p.eight_bit_mode == eight_bit_mode_; });
    if (found != prepared_.end() && found->bytes == parameter_bytes_) return *found;

    if (found == prepared_.end()) {
        std::size_t kept = 0;
        for (const Prepared& p : prepared_) kept += p.size_bytes();
        if (prepared_.size() >= kKeptLayers || kept > kKeptBytes) prepared_.clear();
        prepared_.emplace_back();
        found = prepared_.end() - 1;
    }
    found->layer = layer_;
    found->eight_bit_mode = eight_bit_mode_;
    found->bytes = parameter_bytes_;
    fill(*found);
    ++preparations_;
    return *found;
}

void KpuFastKernel::fill(Prepared& p) const {
    const KpuLayer& layer = p.layer;
    const std::uint32_t channels = layer.output().channels;
    const std::size_t count = layer.kernel_weights();
    const std::size_t weight_bytes = rows_per_channel(p.eight_bit_mode);
    const std::span<const std::uint8_t> bytes(p.bytes);
    p.activation = kpu_decode_activation(bytes.first<kKpuActivationBytes>());
    p.folded_activation = kpu_fold(p.activation);
    p.norms.resize(channels);
    p.constants.resize(channels);
    p.folded.assign(channels, std::nullopt);

    const std::uint8_t* weight = &bytes[kKpuActivationBytes + std::size_t{channels} * 8];
    const std::int64_t input_high = static_cast<std::int64_t>(255 * count) * layer.arg_x >> layer.shr_x;
    for (std::uint32_t c = 0; c < channels; ++c) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8; ++i) word |= std::uint64_t{bytes[kKpuActivationBytes + c * 8 + i]} << (8 * i);
        p.norms[c] = KpuBatchNorm::decode(word);
        std::int64_t weight_sum = 0;
        for (std::size_t i = 0; i < count * weight_bytes; ++i, ++weight)
            weight_sum += std::int64_t{*weight} << (i % weight_bytes * 8);
        p.constants[c] = (layer.arg_w * weight_sum >> layer.shr_w) + layer.arg_add * layer.channels_per_output();
        if (!p.folded_activation || !p.eight_bit_mode) continue;
        const std::int64_t low = p.constants[c] + std::min<std::int64_t>(input_high, 0);
        const std::int64_t high = p.constants[c] + std::max<std::int64_t>(input_high, 0) + 255 * weight_sum;
        p.folded[c] = kpu_fold(p.norms[c], *p.folded_activation, p.constants[c], low, high);
    }
    pack_weights(p);
}

void KpuFastKernel::pack_weights(Prepared& p) const {
    const KpuLayer& layer = p.layer;
    const Geometry g(layer);
    const std::size_t values = ops_->cell_values, side = layer.kernel_side(), taps = layer.taps();
    const std::size_t inputs = layer.channels_per_output(), channels = layer.output().channels;
    const bool depthwise = layer.depth_wise_layer;
    // A cell holds neighbouring channels, in depthwise layers neighbouring pixels of a row.
    const std::size_t groups = depthwise ? side : (inputs + values - 1) / values;
    const std::size_t steps_per_group = depthwise ? (side + values - 1) / values : taps;
    const std::size_t steps = groups * steps_per_group;
    p.offsets.resize(steps);
    for (std::size_t group = 0; group < groups; ++group)
        for (std::size_t i = 0; i < steps_per_group; ++i)
            p.offsets[group * steps_per_group + i] =
                static_cast<std::uint32_t>(depthwise ? group * g.row_stride + i * values
                                                     : group * g.plane_cells() + i / side * g.row_stride + i % side);

    const std::size_t per_block = channels_per_block(layer, p.eight_bit_mode);
    const std::size_t first_block = depthwise ? 0 : 1;  // after the block that sums x
    const std::size_t blocks = first_block + (channels + per_block - 1) / per_block;
    p.weights.assign(blocks * steps * kKpuMaxRows, 0);
    p.starts.assign(blocks * kKpuMaxRows, 0);
    const auto put = [&](std::size_t block, std::size_t row, std::size_t input, std::size_t tap, std::uint32_t w) {
        const std::size_t step =
            depthwise ? tap / side * steps_per_group + tap % side / values : input / values * steps_per_group + tap;
        const std::size_t value = (depthwise ? tap % side : input) % values;
        p.weights[(block * steps + step) * kKpuMaxRows + row] |= w << (value * 32 / values);
        // x is stored as x - 128 where cells have four values.
        if (values == 4) p.starts[block * kKpuMaxRows + row] += static_cast<std::int32_t>(128 * w);
    };

    const std::size_t weight_bytes = rows_per_channel(p.eight_bit_mode);
    const std::uint8_t* weight = &p.bytes[kKpuActivationBytes + channels * 8];
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t input = 0; input < inputs; ++input)
            for (std::size_t tap = 0; tap < taps; ++tap)
                for (std::size_t byte = 0; byte < weight_bytes; ++byte)
                    put(first_block + c / per_block, c % per_block * weight_bytes + byte, input, tap, *weight++);
    for (std::size_t block = 0; block < (depthwise ? blocks : 1); ++block)
        for (std::size_t input = 0; input < inputs; ++input)
            for (std::size_t tap = 0; tap < taps; ++tap) put(block, input_row(layer, p.eight_bit_mode), input, tap, 1);
}

void KpuFastKernel::stage(const KpuLayer& layer, const Geometry& g, std::uint32_t channel,
                          std::span<const std::uint8_t, kAiRamBytes> ai_ram, std::uint8_t* plane) const {
    const KpuMapLayout layout = layer.input_layout();
    const std::size_t width = layer.input().width;
    if (g.border) std::fill_n(plane, g.bordered_pixels, layer.pad_value);
    plane += g.border * g.row_stride + g.border;
    for (std::uint32_t y = 0; y < layer.input().height; ++y, plane += g.row_stride) {
        const std::size_t at = layout.row_address(layer.image_src_addr, channel, y);
        const std::size_t count = std::min(width, kAiRamBytes - at);
        std::copy_n(&ai_ram[at], count, plane);
        for (std::size_t x = count; x < width; ++x) plane[x] = ai_ram[(at + x) % kAiRamBytes];
    }
}

void KpuFastKernel::pack_dense(const KpuLayer& layer, const Geometry& g,
                               std::span<const std::uint8_t, kAiRamBytes> ai_ram) {
    const std::uint32_t channels = layer.input().channels, values = static_cast<std::uint32_t>(ops_->cell_values);
    const std::size_t plane = g.plane_cells();
    grow(cells_, (channels + values - 1) / values * plane);
    grow(staged_, values * plane);
    for (std::uint32_t first = 0; first < channels; first += values) {
        std::array<const std::uint8_t*, 4> planes;
        planes.fill(staged_.data());  // where there are no channels left: their weights are 0
        for (std::uint32_t i = 0; i < std::min(values, channels - first); ++i) {
            stage(layer, g, first + i, ai_ram, &staged_[i * plane]);
            planes[i] = &staged_[i * plane];
        }
        ops_->pack(planes, g.bordered_pixels, &cells_[first / values * plane]);
    }
}

void KpuFastKernel::activate(const Prepared& p, std::uint32_t channel, const std::int32_t* sums,
                             const std::int32_t* input_sums, const std::int32_t* terms, std::size_t pixels,
                             std::uint8_t* out) const {
    if (const auto& folded = p.folded[channel]) {
        ops_->activate(sums, terms, pixels, *folded, *p.folded_activation, out);
        return;
    }
    for (std::size_t i = 0; i < pixels; ++i) {
        std::int64_t sum = sums[i] + p.constants[channel];
        if (!p.eight_bit_mode) sum += std::int64_t{256} * sums[kSumsStride + i];
        if (input_sums) sum += std::int64_t{input_sums[i]} * p.layer.arg_x >> p.layer.shr_x;
        out[i] = kpu_activate(p.activation, p.norms[channel], sum);
    }
}

void KpuFastKernel::run_block(const Prepared& p, const Geometry& g, std::uint32_t first_channel,
                              std::uint32_t channels) {
    const KpuLayer& layer = p.layer;
    const bool needs_input_sums = layer.arg_x != 0;
    const std::size_t per_channel = rows_per_channel(p.eight_bit_mode);
    const std::size_t block = first_channel / channels_per_block(layer, p.eight_bit_mode) + !layer.depth_wise_layer;
    KpuProducts products{.cells = cells_.data(),
                         .offsets = p.offsets,
                         .weights = &p.weights[block * p.offsets.size() * kKpuMaxRows],
                         .packed_rows = kKpuMaxRows,
                         .rows = channels * per_channel + (layer.depth_wise_layer && needs_input_sums),
                         .start = &p.starts[block * kKpuMaxRows],
                         .pixels = 0,
                         .sums = sums_.data(),
                         .sums_stride = kSumsStride};
    for (std::size_t at = 0; at < g.pixels; at += kChunkPixels) {
        products.pixels = std::min(kChunkPixels, g.pixels - at);
        products.cells = &cells_[at];
        ops_->multiply(products);

        const std::int32_t *input_sums = nullptr, *terms = nullptr;
        if (needs_input_sums) {
            input_sums = layer.depth_wise_layer ? &sums_[per_channel * kSumsStride] : &input_sums_[at];
            terms = layer.depth_wise_layer ? terms_.data() : &terms_[at];
            if (layer.depth_wise_layer && p.folded[first_channel])
                ops_->scale(input_sums, products.pixels, layer.arg_x, layer.shr_x, terms_.data());
        }
        for (std::uint32_t c = 0; c < channels; ++c)
            activate(p, first_channel + c, &sums_[c * per_channel * kSumsStride], input_sums, terms, products.pixels,
                     &planes_[c * g.plane_cells() + at]);
    }
}

void KpuFastKernel::pool(const KpuLayer& layer, const Geometry& g, const std::uint8_t* plane, std::uint8_t* out) {
    const KpuShape in = layer.input(), to = layer.output();
    const std::uint32_t stride = kpu_pool_stride(layer.pool());
    const bool inside = to.width * stride <= in.width && to.height * stride <= in.height;
    if (inside && layer.pool() == KpuPool::bypass) {
        for (std::uint32_t y = 0; y < to.height; ++y)
            std::copy_n(plane + y * g.row_stride, to.width, out + y * to.width);
    } else if (inside && layer.pool() == KpuPool::max_2_s2) {
        for (std::uint32_t y = 0; y < to.height; ++y) {
            const std::uint8_t* top = plane + 2 * y * g.row_stride;
            ops_->max_2x2(top, top + g.row_stride, to.width, out + y * to.width);
        }
    } else {
        compact_.resize(in.plane_bytes());
        for (std::uint32_t y = 0; y < in.height; ++y)
            std::copy_n(plane + y * g.row_stride, in.width, &compact_[std::size_t{y} * in.width]);
        kpu_pool(layer.pool(), compact_, in.width, in.height, {out, to.plane_bytes()}, to.width, to.height);
    }
}

void KpuFastKernel::run(std::span<const std::uint8_t, kAiRamBytes> ai_ram, std::vector<std::uint8_t>& planar) {
    const KpuLayer& layer = layer_;
    if (!ops_ || !layer.fits_ai_ram()) {
        LoadedParameters parameters(layer, parameter_bytes_);
        planar = kpu_compute_reference(layer, eight_bit_mode_, ai_ram, parameters);
        return;
    }
    const Prepared& p = prepare();
    const Geometry g(layer);
    const KpuShape out = layer.output();
    const std::uint32_t per_block = channels_per_block(layer, eight_bit_mode_);
    planar.resize(out.bytes() + kKpuVectorSlack);
    grow(sums_, kKpuMaxRows * kSumsStride);
    grow(terms_, std::max(g.pixels, kChunkPixels) + kKpuVectorSlack);
    grow(planes_, per_block * g.plane_cells());

    if (layer.depth_wise_layer) {
        grow(cells_, g.plane_cells());
        grow(staged_, g.plane_cells() + kKpuVectorSlack);
    } else {
        pack_dense(layer, g, ai_ram);
        if (layer.arg_x != 0) {
            grow(input_sums_, g.pixels + kKpuVectorSlack);
            ops_->multiply({cells_.data(), p.offsets, p.weights.data(), kKpuMaxRows, 1, p.starts.data(), g.pixels,
                            input_sums_.data(), 0});
            ops_->scale(input_sums_.data(), g.pixels, layer.arg_x, layer.shr_x, terms_.data());
        }
    }
    for (std::uint32_t c = 0; c < out.channels; c += per_block) {
        if (layer.depth_wise_layer) {
            stage(layer, g, c, ai_ram, staged_.data());
            const std::uint8_t* row = staged_.data();
            ops_->pack({row, row + 1, row + 2, row + 3}, g.bordered_pixels, cells_.data());
        }
        const std::uint32_t channels = std::min(per_block, out.channels - c);
        run_block(p, g, c, channels);
        for (std::uint32_t i = 0; i < channels; ++i)
            pool(layer, g, &planes_[i * g.plane_cells()], &planar[std::size_t{c + i} * out.plane_bytes()]);
    }
    planar.resize(out.bytes());
}

}  // namespace k210
