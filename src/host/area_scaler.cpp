#include "k210/host/area_scaler.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr unsigned kOneBits = 12;  // two axes and a byte fit 32 bits
constexpr std::uint32_t kOne = 1u << kOneBits;

}  // namespace

// Positions in the scene are counted in 1 / (2 * scale_denominator * out) of its pixels, so that all are whole numbers.
void AreaScaler::build(Axis& axis, const Span& span, std::uint64_t scale_numerator, std::uint64_t scale_denominator) {
    const std::uint64_t pixel = 2 * scale_denominator * span.out;
    const std::uint64_t margin = (span.scene * scale_denominator - span.array * scale_numerator) * span.out;
    const std::uint64_t total = 2 * span.length * scale_numerator;
    const auto position = [&](std::uint64_t i) {
        return margin + 2 * (std::uint64_t{span.start} * span.out + i * span.length) * scale_numerator;
    };
    axis.taps.clear();
    axis.first.clear();
    for (unsigned i = 0; i < span.out; ++i) {
        const unsigned output = span.reversed ? span.out - 1 - i : i;
        const std::uint64_t begin = position(output), end = position(output + 1);
        const std::size_t first = axis.taps.size();
        axis.first.push_back(first);
        std::uint32_t given = 0;
        for (std::uint64_t p = begin / pixel; p * pixel < end; ++p) {
            const std::uint64_t overlap = std::min(end, (p + 1) * pixel) - std::max(begin, p * pixel);
            const auto weight = static_cast<std::uint32_t>(overlap * kOne / total);
            axis.taps.push_back({static_cast<unsigned>(p), weight});
            given += weight;
        }
        const auto heaviest = std::max_element(axis.taps.begin() + static_cast<std::ptrdiff_t>(first), axis.taps.end(),
                                               [](const Tap& a, const Tap& b) { return a.weight < b.weight; });
        heaviest->weight += kOne - given;  // what rounding lost
    }
    axis.first.push_back(axis.taps.size());
}

void AreaScaler::prepare(const Picture& scene, const SceneView& view) {
    if (scene.width == scene_width_ && scene.height == scene_height_ && view == view_) return;
    scene_width_ = scene.width;
    scene_height_ = scene.height;
    view_ = view;
    const bool wide = std::uint64_t{scene.width} * view.array_height > std::uint64_t{scene.height} * view.array_width;
    const std::uint64_t numerator = wide ? scene.height : scene.width;
    const std::uint64_t denominator = wide ? view.array_height : view.array_width;
    build(columns_, {scene.width, view.array_width, view.x, view.window_width, view.width, view.mirrored}, numerator,
          denominator);
    build(rows_, {scene.height, view.array_height, view.y, view.window_height, view.height, view.upside_down},
          numerator, denominator);
}

void AreaScaler::sum_row(const Picture& scene, unsigned y) {
    const std::uint8_t* line = scene.at(0, y);
    for (std::size_t x = 0; x + 1 < columns_.first.size(); ++x) {
        std::uint32_t r = 0, g = 0, b = 0;
        for (std::size_t t = columns_.first[x]; t < columns_.first[x + 1]; ++t) {
            const std::uint8_t* pixel = line + std::size_t{columns_.taps[t].source} * 3;
            const std::uint32_t weight = columns_.taps[t].weight;
            r += weight * pixel[0];
            g += weight * pixel[1];
            b += weight * pixel[2];
        }
        row_[3 * x] = r;
        row_[3 * x + 1] = g;
        row_[3 * x + 2] = b;
    }
}

void AreaScaler::scale(const Picture& scene, const SceneView& view, Picture& frame) {
    prepare(scene, view);
    if (frame.width != view.width || frame.height != view.height) frame = Picture(view.width, view.height);
    row_.resize(std::size_t{view.width} * 3);
    total_.resize(row_.size());
    unsigned summed = scene.height;  // the scene's row that row_ holds: none yet
    for (unsigned y = 0; y < view.height; ++y) {
        std::fill(total_.begin(), total_.end(), 0u);
        for (std::size_t t = rows_.first[y]; t < rows_.first[y + 1]; ++t) {
            const Tap tap = rows_.taps[t];
            if (tap.source != summed) sum_row(scene, summed = tap.source);
            for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += tap.weight * row_[i];
        }
        std::uint8_t* out = frame.at(0, y);
        for (std::size_t i = 0; i < total_.size(); ++i)
            out[i] = static_cast<std::uint8_t>((total_[i] + (1u << (2 * kOneBits - 1))) >> (2 * kOneBits));
    }
}

}  // namespace k210
