#include "kpu/reference_kernel.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace k210 {
namespace {

using Int128 = __int128;  // the widest product of parameter fields takes 92 bits

template <class Int>
Int shift_rounding_half_to_even(Int value, unsigned shift) {
    if (shift == 0) return value;
    if (shift >= sizeof(Int) * 8 - 1) return 0;  // less than half of one
    const Int integral = value >> shift;
    const Int fraction = value - (integral << shift);
    const Int half = Int{1} << (shift - 1);
    if (fraction != half) return integral + (fraction > half);
    return integral + (integral & 1);
}

template <class Int>
std::uint8_t apply_segments(const KpuActivation& activation, Int v) {
    std::size_t i = kKpuActivationSegments - 1;
    while (i > 0 && v <= activation[i].x_start) --i;
    const KpuActivationSegment& segment = activation[i];
    const Int y = shift_rounding_half_to_even<Int>((v - segment.x_start) * segment.y_mul, segment.shift_number) +
                  segment.result_bias;
    return static_cast<std::uint8_t>(std::clamp<Int>(y, 0, 255));
}

// A map with a border of pad_value, so that taps need no bounds checks.
class PaddedMap {
public:
    PaddedMap(const KpuShape& shape, std::uint32_t border, std::uint8_t pad_value)
        : stride_(shape.width + 2 * border), plane_(stride_ * (shape.height + 2 * border)), border_(border),
          pixels_(std::size_t{plane_} * shape.channels, pad_value) {}

    // Row y - border of the map, from x = -border on.
    const std::uint8_t* tap_row(std::uint32_t channel, std::uint32_t y) const { return &pixels_[index(channel, y)]; }
    std::uint8_t* row(std::uint32_t channel, std::uint32_t y) {
        return &pixels_[index(channel, y + border_) + border_];
    }

private:
    std::size_t index(std::uint32_t channel, std::uint32_t y) const {
        return std::size_t{channel} * plane_ + std::size_t{y} * stride_;
    }
    std::uint32_t stride_, plane_, border_;
    std::vector<std::uint8_t> pixels_;
};

// sums[x] += the taps of one input channel times its weights. Nine products of 24 bits fit 32.
void accumulate_1x1(const PaddedMap& in, std::uint32_t channel, std::uint32_t y, const std::uint16_t* w,
                    std::span<std::int64_t> sums) {
    const std::uint8_t* r = in.tap_row(channel, y);
    const std::uint32_t w0 = w[0];
    for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += r[x] * w0;
}

void accumulate_3x3(const PaddedMap& in, std::uint32_t channel, std::uint32_t y, const std::uint16_t* w,
                    std::span<std::int64_t> sums) {
    const std::uint8_t* const r0 = in.tap_row(channel, y);
    const std::uint8_t* const r1 = in.tap_row(channel, y + 1);
    const std::uint8_t* const r2 = in.tap_row(channel, y + 2);
    std::array<std::uint32_t, 9> k{};
    std::copy_n(w, k.size(), k.begin());
    for (std::size_t x = 0; x < sums.size(); ++x) {
        const std::uint32_t top = r0[x] * k[0] + r0[x + 1] * k[1] + r0[x + 2] * k[2];
        const std::uint32_t middle = r1[x] * k[3] + r1[x + 1] * k[4] + r1[x + 2] * k[5];
        const std::uint32_t bottom = r2[x] * k[6] + r2[x + 1] * k[7] + r2[x + 2] * k[8];
        sums[x] += top + middle + bottom;
    }
}

class Convolution {
public:
    Convolution(const KpuLayer& layer, std::span<const std::uint8_t, kAiRamBytes> ai_ram)
        : layer_(layer), shape_(input_of(layer)), in_(shape_, layer.kernel_side() / 2, layer.pad_value) {
        const KpuMapLayout layout = layer.input_layout();
        const std::vector<std::uint8_t> planar = kpu_read_map(layer.image_src_addr, layout, shape_, ai_ram);
        const std::uint8_t* from = planar.data();
        for (std::uint32_t c = 0; c < shape_.channels; ++c)
            for (std::uint32_t y = 0; y < shape_.height; ++y, from += shape_.width)
                std::copy_n(from, shape_.width, in_.row(c, y));
        if (!layer.depth_wise_layer) input_terms_ = input_terms(0, shape_.channels);
    }

    // The sums of one output channel, before batch normalisation.
    std::vector<std::int64_t> sums(std::uint32_t output_channel, const std::vector<std::uint16_t>& weights) const {
        const std::uint32_t first = layer_.depth_wise_layer ? output_channel : 0;
        const std::uint32_t count = layer_.channels_per_output();
        std::vector<std::int64_t> sums = layer_.depth_wise_layer ? input_terms(first, count) : input_terms_;
        std::int64_t weight_sum = 0;
        for (const std::uint16_t w : weights) weight_sum += w;
        const std::int64_t constant = (layer_.arg_w * weight_sum >> layer_.shr_w) + layer_.arg_add * count;
        for (std::int64_t& sum : sums) sum += constant;
        add_products(first, count, weights, sums);
        return sums;
    }

private:
    static KpuShape input_of(const KpuLayer& layer) {
        KpuShape shape = layer.input();
        if (layer.depth_wise_layer) shape.channels = layer.output().channels;
        return shape;
    }

    void add_products(std::uint32_t first, std::uint32_t count, const std::vector<std::uint16_t>& weights,
                      std::vector<std::int64_t>& sums) const {
        const std::uint32_t taps = layer_.taps();
        const auto accumulate = taps == 1 ? accumulate_1x1 : accumulate_3x3;
        for (std::uint32_t y = 0; y < shape_.height; ++y) {
            const std::span<std::int64_t> row{&sums[std::size_t{y} * shape_.width], shape_.width};
            for (std::uint32_t c = 0; c < count; ++c)
                accumulate(in_, first + c, y, &weights[std::size_t{c} * taps], row);
        }
    }

    // arg_x * S(x) >> shr_x for every pixel, S over `count` input channels: the same for all outputs of a dense layer.
    std::vector<std::int64_t> input_terms(std::uint32_t first, std::uint32_t count) const {
        std::vector<std::int64_t> terms(shape_.plane_bytes(), 0);
        if (layer_.arg_x == 0) return terms;
        add_products(first, count, std::vector<std::uint16_t>(std::size_t{count} * layer_.taps(), 1), terms);
        for (std::int64_t& term : terms) term = term * layer_.arg_x >> layer_.shr_x;
        return terms;
    }

    const KpuLayer& layer_;
    KpuShape shape_;
    PaddedMap in_;
    std::vector<std::int64_t> input_terms_;
};

// Calls `copy(address, x, count)` for the stretches of a row that are contiguous in AI RAM.
template <class Copy>
void for_row(std::uint32_t address, std::uint32_t width, Copy copy) {
    for (std::uint32_t x = 0; x < width;) {
        const std::uint32_t at = (address + x) % kAiRamBytes;
        const std::uint32_t count = std::min<std::uint32_t>(width - x, kAiRamBytes - at);
        copy(at, x, count);
        x += count;
    }
}

// One 64-bit word a channel.
std::vector<std::uint8_t> channel_sums(std::span<const std::uint8_t> planar, const KpuShape& shape) {
    std::vector<std::uint8_t> words(std::size_t{shape.channels} * 8);
    for (std::size_t i = 0; i < planar.size(); i += shape.plane_bytes()) {
        const auto plane = planar.subspan(i, shape.plane_bytes());
        std::uint32_t sum = std::accumulate(plane.begin(), plane.end(), 0u);
        for (std::size_t at = i / shape.plane_bytes() * 8; sum != 0; sum >>= 8)
            words[at++] = static_cast<std::uint8_t>(sum);
    }
    return words;
}

}  // namespace

std::uint8_t kpu_activate(const KpuActivation& activation, const KpuBatchNorm& norm, std::int64_t sum) {
    const Int128 v = (Int128{sum} * norm.norm_mul >> norm.norm_shift) + norm.norm_add;
    constexpr std::int64_t kNarrow = std::int64_t{1} << 46;  // then (v - x_start) * y_mul fits 64 bits
    if (v > -kNarrow && v < kNarrow) return apply_segments<std::int64_t>(activation, static_cast<std::int64_t>(v));
    return apply_segments<Int128>(activation, v);
}

void kpu_pool(KpuPool pool, std::span<const std::uint8_t> plane, std::uint32_t width, std::uint32_t height,
              std::span<std::uint8_t> pooled, std::uint32_t pooled_width, std::uint32_t pooled_height) {
    const auto at = [&](std::uint32_t y, std::uint32_t x) { return plane[std::size_t{y} * width + x]; };
    const auto at_or_zero = [&](std::uint32_t y, std::uint32_t x) {
        return y < height && x < width ? at(y, x) : std::uint8_t{0};
    };
    const auto at_clamped = [&](std::uint32_t y, std::uint32_t x) {
        return at(std::min(y, height - 1), std::min(x, width - 1));
    };

    const auto max = [&](std::uint32_t y, std::uint32_t x, std::uint32_t side) {
        std::uint8_t v = 0;
        for (std::uint32_t dy = 0; dy < side; ++dy)
            for (std::uint32_t dx = 0; dx < side; ++dx) v = std::max(v, at_or_zero(y + dy, x + dx));
        return v;
    };
    const auto mean = [&](std::uint32_t y, std::uint32_t x, std::uint32_t side) {
        std::uint32_t sum = 0;
        for (std::uint32_t dy = 0; dy < side; ++dy)
            for (std::uint32_t dx = 0; dx < side; ++dx) sum += at_clamped(y + dy, x + dx);
        return static_cast<std::uint8_t>(sum / (side * side));
    };
    const auto pick = [&](std::uint32_t y, std::uint32_t x) -> std::uint8_t {
        switch (pool) {
            case KpuPool::max_2_s2:
            case KpuPool::max_2_s1: return max(y, x, 2);
            case KpuPool::max_4_s4: return max(y, x, 4);
            case KpuPool::mean_2_s2:
            case KpuPool::mean_2_s1: return mean(y, x, 2);
            case KpuPool::mean_4_s4: return mean(y, x, 4);
            case KpuPool::right_top_2_s2: return at_or_zero(y, x + 1);
            case KpuPool::bypass:
            case KpuPool::left_top_2_s2:
            case KpuPool::left_top_4_s4: break;
        }
        return at_or_zero(y, x);
    };

    const std::uint32_t stride = kpu_pool_stride(pool);
    auto to = pooled.begin();
    for (std::uint32_t y = 0; y < pooled_height; ++y)
        for (std::uint32_t x = 0; x < pooled_width; ++x) *to++ = pick(y * stride, x * stride);
}

std::vector<std::uint8_t> kpu_read_map(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape,
                                       std::span<const std::uint8_t, kAiRamBytes> ai_ram) {
    std::vector<std::uint8_t> planar(shape.bytes());
    std::uint8_t* to = planar.data();
    for (std::uint32_t c = 0; c < shape.channels; ++c)
        for (std::uint32_t y = 0; y < shape.height; ++y, to += shape.width)
            for_row(layout.row_address(first_line, c, y), shape.width,
                    [&](std::uint32_t at, std::uint32_t x, std::uint32_t count) {
                        std::copy_n(&ai_ram[at], count, to + x);
                    });
    return planar;
}

void kpu_write_map(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape,
                   std::span<const std::uint8_t> planar, std::span<std::uint8_t, kAiRamBytes> ai_ram) {
    const std::uint8_t* from = planar.data();
    for (std::uint32_t c = 0; c < shape.channels; ++c)
        for (std::uint32_t y = 0; y < shape.height; ++y, from += shape.width)
            for_row(layout.row_address(first_line, c, y), shape.width,
                    [&](std::uint32_t at, std::uint32_t x, std::uint32_t count) {
                        std::copy_n(from + x, count, &ai_ram[at]);
                    });
}

void kpu_write_back(const KpuLayer& layer, std::span<const std::uint8_t> planar,
                    std::span<std::uint8_t, kAiRamBytes> ai_ram) {
    if (planar.size() != layer.output().bytes()) return;  // a layer that could not be computed
    kpu_write_map(layer.image_dst_addr, layer.output_layout(), layer.output(), planar, ai_ram);
}

std::vector<std::uint8_t> kpu_data_out(const KpuLayer& layer, std::span<const std::uint8_t> planar) {
    if (layer.full_add) return channel_sums(planar, layer.output());
    const std::size_t bytes = static_cast<std::size_t>(std::min<std::uint64_t>(layer.data_out_bytes(), kAiRamBytes));
    std::vector<std::uint8_t> out((bytes + 7) / 8 * 8, 0);
    std::copy_n(planar.begin(), std::min(bytes, planar.size()), out.begin());
    return out;
}

std::vector<std::uint8_t> kpu_compute_reference(const KpuLayer& layer, bool eight_bit_mode,
                                                std::span<const std::uint8_t, kAiRamBytes> ai_ram,
                                                KpuParameterSource& source) {
    if (!layer.fits_ai_ram()) return {};
    const KpuShape in = layer.input(), out = layer.output();
    const Convolution convolution(layer, ai_ram);
    const KpuActivation activation = kpu_read_activation(layer, source);
    const std::vector<KpuBatchNorm> norms = kpu_read_batch_norm(layer, source);

    std::vector<std::uint8_t> planar(out.bytes());
    std::vector<std::uint8_t> plane(in.plane_bytes()), scratch;
    std::vector<std::uint16_t> weights;
    for (std::uint32_t c = 0; c < out.channels; ++c) {
        kpu_read_kernel(layer, eight_bit_mode, c, source, scratch, weights);
        const std::vector<std::int64_t> sums = convolution.sums(c, weights);
        for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = kpu_activate(activation, norms[c], sums[i]);
        kpu_pool(layer.pool(), plane, in.width, in.height,
                 std::span(planar).subspan(std::size_t{c} * out.plane_bytes(), out.plane_bytes()), out.width,
                 out.height);
    }
    return planar;
}

}  // namespace k210
