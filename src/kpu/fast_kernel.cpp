#include "kpu/fast_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

constexpr std::size_t kKeptLayers = 128;
constexpr std::size_t kKeptBytes = std::size_t{64} << 20;

// The parameters as they were loaded, at the addresses they came from.
class LoadedParameters final : public KpuParameterSource {
public:
    explicit LoadedParameters(const KpuPreparedLayer& loaded) : layer_(loaded.layer()), bytes_(loaded.bytes()) {}

    void read(std::uint32_t address, std::span<std::uint8_t> to) override {
        const std::size_t norms = std::size_t{layer_.output().channels} * 8;
        if (copy(bytes_.first(kKpuActivationBytes), layer_.active_addr, address, to)) return;
        if (copy(bytes_.subspan(kKpuActivationBytes, norms), layer_.bwsx_base_addr, address, to)) return;
        copy(bytes_.subspan(kKpuActivationBytes + norms), layer_.para_start_addr, address, to);
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
    std::span<const std::uint8_t> bytes_;
};

template <class T>
void grow(std::vector<T>& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
}

// Whether all windows lie inside the input: those of the kinds with stride 1 may reach over its end.
bool pools_inside(const KpuLayer& layer) {
    const KpuShape in = layer.input(), out = layer.output();
    const std::uint32_t stride = kpu_pool_stride(layer.pool());
    return out.width * stride <= in.width && out.height * stride <= in.height;
}

// Whether pooling looks at nothing but the top row of each window.
bool pools_top_rows(KpuPool pool) {
    return pool == KpuPool::left_top_2_s2 || pool == KpuPool::right_top_2_s2 || pool == KpuPool::left_top_4_s4;
}

bool windows_overlap(KpuPool pool) {
    return pool == KpuPool::mean_2_s1 || pool == KpuPool::max_2_s1;
}

// Whether what is computed is the output already.
bool is_output(const KpuLayer& layer) {
    return layer.pool() == KpuPool::bypass && layer.kernel_side() == 1 && layer.input().width == layer.output().width &&
           layer.output().height <= layer.input().height;
}

// Calls run(first, count) for stretches of pixels that fit the buffers for sums.
template <class Run>
void for_chunks(std::size_t pixels, Run run) {
    for (std::size_t at = 0; at < pixels; at += kKpuChunkPixels) run(at, std::min(kKpuChunkPixels, pixels - at));
}

}  // namespace

KpuFastKernel::KpuFastKernel() : ops_(kpu_vector_ops().empty() ? nullptr : kpu_vector_ops().front()) {}

std::size_t KpuFastKernel::KeyHash::operator()(const Key& key) const {
    std::size_t hash = key.eight_bit_mode;
    for (const std::uint64_t part :
         {std::uint64_t{key.layer.para_start_addr}, std::uint64_t{key.layer.bwsx_base_addr},
          std::uint64_t{key.layer.image_src_addr}, static_cast<std::uint64_t>(key.layer.arg_add)})
        hash = (hash ^ static_cast<std::size_t>(part)) * 0x9e37'79b9'7f4a'7c15;
    return hash ^ hash >> 32;
}

void KpuFastKernel::load(const KpuLayer& layer, bool eight_bit_mode, KpuParameterSource& source) {
    loaded_ = nullptr;
    if (!layer.fits_ai_ram()) return;
    const Key key{layer, eight_bit_mode};
    auto found = prepared_.find(key);
    if (found == prepared_.end()) {
        std::size_t kept = 0;
        for (const auto& [_, p] : prepared_) kept += p.size_bytes();
        if (prepared_.size() >= kKeptLayers || kept > kKeptBytes) prepared_.clear();
        found = prepared_.try_emplace(key, layer, eight_bit_mode).first;
    }
    loaded_ = &found->second;
    preparations_ += loaded_->load(source);
}

// The rows of one channel with their border. What lies between bordered rows and beyond them is overwritten by turns.
void KpuFastKernel::stage(const KpuPreparedLayer& p, std::uint32_t channel, AiRam ai_ram, std::uint8_t* plane) const {
    const KpuLayer& layer = p.layer();
    const KpuGeometry& g = p.geometry();
    const KpuMapLayout layout = layer.input_layout();
    const std::size_t width = layer.input().width, height = layer.input().height;
    std::uint8_t* const first = plane + g.border * g.row_stride + g.border;
    const std::size_t from = layout.row_address(layer.image_src_addr, channel, 0);
    const std::size_t from_stride = std::size_t{layout.row_switch_lines} * kAiRamLineBytes;
    if (from + height * from_stride + width + kKpuVectorSlack <= kAiRamBytes) {
        ops_->copy_rows(&ai_ram[from], from_stride, first, g.row_stride, width, height, ops_->flip);
    } else {
        for (std::uint32_t y = 0; y < height; ++y) {
            const std::size_t row = layout.row_address(layer.image_src_addr, channel, y);
            for (std::size_t x = 0; x < width; ++x)
                first[y * g.row_stride + x] = ai_ram[(row + x) % kAiRamBytes] ^ ops_->flip;
        }
    }
    if (!g.border) return;
    const std::uint8_t pad = layer.pad_value ^ ops_->flip;
    std::fill(plane, first, pad);
    for (std::size_t y = 0; y < height; ++y) first[y * g.row_stride + width] = pad;
    std::fill(first + height * g.row_stride, plane + g.bordered_pixels, pad);
}

void KpuFastKernel::pack_input(const KpuPreparedLayer& p, AiRam ai_ram) {
    const std::uint32_t channels = p.layer().input().channels, values = static_cast<std::uint32_t>(ops_->cell_values);
    const std::size_t plane = p.geometry().plane_cells();
    grow(cells_, (channels + values - 1) / values * plane);
    grow(staged_, values * plane);
    for (std::uint32_t first = 0; first < channels; first += values) {
        std::array<const std::uint8_t*, 4> planes;
        planes.fill(staged_.data());  // where there are no channels left: their weights are 0
        for (std::uint32_t i = 0; i < std::min(values, channels - first); ++i) {
            stage(p, first + i, ai_ram, &staged_[i * plane]);
            planes[i] = &staged_[i * plane];
        }
        ops_->pack(planes, p.geometry().bordered_pixels, &cells_[first / values * plane]);
    }
}

// S(x) of every pixel, and arg_x * S(x) >> shr_x.
void KpuFastKernel::sum_input(const KpuPreparedLayer& p) {
    const std::size_t pixels = p.geometry().pixels;
    grow(input_sums_, pixels + kKpuVectorSlack);
    grow(terms_, pixels + kKpuVectorSlack);
    KpuProducts products = p.dense_products(-1);
    products.cells = cells_.data();
    products.pixels = pixels;
    products.sums = input_sums_.data();
    ops_->multiply(products);
    ops_->scale(input_sums_.data(), pixels, p.layer().arg_x, p.layer().shr_x, terms_.data());
}

void KpuFastKernel::activate(const KpuPreparedLayer& p, std::uint32_t channel, const std::int32_t* sums,
                             const std::int32_t* input_sums, std::size_t pixels, std::uint8_t* out) {
    const std::int32_t* high = p.eight_bit_mode() ? nullptr : sums + kKpuSumsStride;
    if (const auto& folded = p.folded(channel)) {
        const double input_scale = std::ldexp(static_cast<double>(p.layer().arg_x), -p.layer().shr_x);
        ops_->normalise(sums, high, input_sums, input_scale, pixels, *folded, p.activation(), values_.data());
        ops_->activate(values_.data(), pixels, p.activation(), out);
        return;
    }
    for (std::size_t i = 0; i < pixels; ++i) {
        const std::int64_t sum = sums[i] + (high ? std::int64_t{256} * high[i] : 0);
        out[i] = p.activate(channel, sum, input_sums ? input_sums[i] : 0);
    }
}

void KpuFastKernel::plan_bands(const KpuPreparedLayer& p) {
    constexpr std::size_t kBandPixels = 2 * kKpuChunkPixels;
    const KpuLayer& layer = p.layer();
    const KpuShape in = layer.input(), out = layer.output();
    const std::size_t row_stride = p.geometry().row_stride, stride = kpu_pool_stride(layer.pool());
    bands_.clear();
    if (!pools_inside(layer) || windows_overlap(layer.pool())) {
        bands_.push_back({0, out.height, 0, p.geometry().pixels});
        return;
    }
    const bool top_rows = pools_top_rows(layer.pool());
    const std::size_t rows_each = top_rows ? 1 : std::max<std::size_t>(1, kBandPixels / (row_stride * stride));
    for (std::uint32_t y = 0; y < out.height; y += static_cast<std::uint32_t>(rows_each)) {
        const std::size_t rows = std::min<std::size_t>(rows_each, out.height - y);
        const std::size_t last_row = top_rows ? 0 : rows * stride - 1;
        bands_.push_back(
            {y, static_cast<std::uint32_t>(rows), y * stride * row_stride, last_row * row_stride + in.width});
    }
}

void KpuFastKernel::run_dense(const KpuPreparedLayer& p, std::uint32_t block, const Band& band, std::uint8_t* planes,
                              std::size_t plane_stride) {
    const bool needs_input_sums = p.layer().arg_x != 0;
    KpuProducts products = p.dense_products(block);
    products.sums = sums_.data();
    products.values = values_.data();
    const std::uint32_t rows_each = p.rows_per_channel(), first_channel = block * p.channels_per_block();
    for_chunks(band.pixels, [&](std::size_t at, std::size_t pixels) {
        const std::size_t first_pixel = band.first_pixel + at;
        products.cells = &cells_[first_pixel];
        products.pixels = pixels;
        if (needs_input_sums && products.norms) products.terms = &terms_[first_pixel];
        ops_->multiply(products);
        for (std::uint32_t c = 0; c < products.rows / rows_each; ++c) {
            std::uint8_t* out = planes + c * plane_stride + at;
            if (products.norms)
                ops_->activate(&values_[c * kKpuSumsStride], pixels, p.activation(), out);
            else
                activate(p, first_channel + c, &sums_[c * rows_each * kKpuSumsStride],
                         needs_input_sums ? &input_sums_[first_pixel] : nullptr, pixels, out);
        }
    });
}

void KpuFastKernel::run_depthwise(const KpuPreparedLayer& p, std::uint32_t channel, const Band& band,
                                  std::uint8_t* plane) {
    KpuDepthwiseProducts products = p.depthwise_products(channel);
    products.sums = sums_.data();
    products.values = values_.data();
    for_chunks(band.pixels, [&](std::size_t at, std::size_t pixels) {
        products.plane = &staged_[band.first_pixel + at];
        products.pixels = pixels;
        ops_->multiply_depthwise(products);
        if (products.norm)
            ops_->activate(values_.data(), pixels, p.activation(), plane + at);
        else
            activate(p, channel, sums_.data(), &sums_[p.rows_per_channel() * kKpuSumsStride], pixels, plane + at);
    });
}

void KpuFastKernel::pool(const KpuPreparedLayer& p, const Band& band, const std::uint8_t* plane, std::uint8_t* out) {
    const KpuShape in = p.layer().input(), to = p.layer().output();
    const KpuPool kind = p.layer().pool();
    std::size_t row_stride = p.geometry().row_stride;
    if (!pools_inside(p.layer())) {
        grow(compact_, in.plane_bytes() + kKpuVectorSlack);
        ops_->copy_rows(plane, row_stride, compact_.data(), in.width, in.width, in.height, 0);
        kpu_pool(kind, std::span(compact_).first(in.plane_bytes()), in.width, in.height, {out, to.plane_bytes()},
                 to.width, to.height);
        return;
    }
    if (windows_overlap(kind)) {  // one more row and column, like the last ones
        const std::size_t wider = in.width + 1u;
        grow(compact_, wider * (in.height + 1u) + kKpuVectorSlack);
        ops_->copy_rows(plane, row_stride, compact_.data(), wider, in.width, in.height, 0);
        ops_->copy_rows(plane + (in.height - 1) * row_stride, 0, &compact_[in.height * wider], 0, in.width, 1, 0);
        for (std::size_t end = in.width; end < wider * (in.height + 1u); end += wider)
            compact_[end] = compact_[end - 1];
        plane = compact_.data();
        row_stride = wider;
    }
    ops_->pool(kind, plane, row_stride, out + std::size_t{band.first_row} * to.width, to.width, band.rows);
}

void KpuFastKernel::run(AiRam ai_ram, std::vector<std::uint8_t>& planar) {
    if (!loaded_) return planar.clear();
    KpuPreparedLayer& p = *loaded_;
    const KpuLayer& layer = p.layer();
    if (!ops_) {
        LoadedParameters parameters(p);
        planar = kpu_compute_reference(layer, p.eight_bit_mode(), ai_ram, parameters);
        return;
    }
    p.prepare(*ops_);
    plan_bands(p);
    const KpuShape out = layer.output();
    const bool depthwise = layer.depth_wise_layer, straight = is_output(layer);
    const std::uint32_t per_block = depthwise ? 1 : p.channels_per_block();
    planar.resize(out.bytes() + kKpuVectorSlack);
    grow(sums_, kKpuMaxRows * kKpuSumsStride);
    grow(values_, kKpuMaxRows * kKpuSumsStride);
    if (depthwise) {
        grow(staged_, p.geometry().plane_cells() + kKpuVectorSlack);
    } else {
        pack_input(p, ai_ram);
        if (layer.arg_x != 0) sum_input(p);
    }
    for (std::uint32_t c = 0; c < out.channels; c += per_block) {
        std::uint8_t* const to = &planar[std::size_t{c} * out.plane_bytes()];
        if (depthwise) stage(p, c, ai_ram, staged_.data());
        for (const Band& band : bands_) {
            const std::size_t plane = straight ? out.plane_bytes() : band.pixels + kKpuVectorSlack;
            grow(planes_, per_block * plane);
            std::uint8_t* const planes = straight ? to + band.first_pixel : planes_.data();
            if (depthwise)
                run_depthwise(p, c, band, planes);
            else
                run_dense(p, c / per_block, band, planes, plane);
            if (straight) continue;
            for (std::uint32_t i = 0; i < std::min(per_block, out.channels - c); ++i)
                pool(p, band, planes + i * plane, to + i * out.plane_bytes());
        }
    }
    planar.resize(out.bytes());
}

}  // namespace k210
