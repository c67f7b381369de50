#include <algorithm>
#include <array>

#include "k210/host/camera_sources.hpp"

namespace k210 {
namespace {

constexpr unsigned kWidth = 320, kHeight = 240;
constexpr unsigned kBarsHeight = 160, kGreysHeight = 40;  // the block moves below them
constexpr unsigned kGreys = 16;
constexpr unsigned kBlock = 24, kBlockStep = 8;

using Color = std::array<std::uint8_t, 3>;
constexpr Color kWhite = {255, 255, 255}, kBackground = {32, 32, 64};
constexpr std::array<Color, 8> kBars = {Color{255, 255, 255}, {255, 255, 0}, {0, 255, 255}, {0, 255, 0},
                                        Color{255, 0, 255},   {255, 0, 0},   {0, 0, 255},   {0, 0, 0}};

Color color_at(unsigned x, unsigned y, unsigned block_x) {
    if (x == 0 || y == 0 || x == kWidth - 1 || y == kHeight - 1) return kWhite;
    if (y < kBarsHeight) return kBars[x * kBars.size() / kWidth];
    if (y < kBarsHeight + kGreysHeight) {
        const auto grey = static_cast<std::uint8_t>(x * kGreys / kWidth * 255 / (kGreys - 1));
        return {grey, grey, grey};
    }
    constexpr unsigned kTop = kBarsHeight + kGreysHeight + (kHeight - kBarsHeight - kGreysHeight - kBlock) / 2;
    const bool in_block = y >= kTop && y < kTop + kBlock && (x + kWidth - block_x) % kWidth < kBlock;
    return in_block ? kWhite : kBackground;
}

}  // namespace

Picture test_chart(std::uint64_t n) {
    Picture chart(kWidth, kHeight);
    const auto block_x = static_cast<unsigned>(n % (kWidth / kBlockStep)) * kBlockStep;
    for (unsigned y = 0; y < kHeight; ++y)
        for (unsigned x = 0; x < kWidth; ++x) {
            const Color color = color_at(x, y, block_x);
            std::copy(color.begin(), color.end(), chart.at(x, y));
        }
    return chart;
}

}  // namespace k210
