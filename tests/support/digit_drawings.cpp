#include "support/digit_drawings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace k210 {
namespace {

constexpr unsigned kWidth = 320, kHeight = 240;

struct Point {
    double x, y;
};
using Stroke = std::vector<Point>;
using Colour = std::array<double, 3>;

// The same numbers with every standard library.
class Chance {
public:
    explicit Chance(std::uint32_t seed) : generator_(seed) {}
    double between(double low, double high) {
        return low + (high - low) * static_cast<double>(generator_()) / 4294967296.0;
    }
    bool one_in(unsigned n) { return generator_() % n == 0; }

private:
    std::mt19937 generator_;
};

// Angles in degrees, clockwise from the right, as y points down.
Stroke arc(Point centre, double rx, double ry, double from, double to) {
    Stroke stroke;
    constexpr int kPieces = 24;
    for (int i = 0; i <= kPieces; ++i) {
        const double angle = (from + (to - from) * i / kPieces) * std::numbers::pi / 180;
        stroke.push_back({centre.x + rx * std::cos(angle), centre.y + ry * std::sin(angle)});
    }
    return stroke;
}

Stroke then(Stroke first, const Stroke& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// In a box from (0, 0) to (1, 1).
std::vector<Stroke> strokes_of(unsigned digit, Chance& chance) {
    switch (digit) {
        case 0: return {arc({0.5, 0.5}, 0.45, 0.5, -90, 270)};
        case 1:
            if (chance.one_in(3)) return {{{0.5, 0}, {0.5, 1}}};
            return {{{0.25, 0.25}, {0.55, 0}, {0.55, 1}}};
        case 2: return {then(arc({0.5, 0.29}, 0.42, 0.29, 190, 385), {{0.06, 1}, {0.96, 1}})};
        case 3: return {then(arc({0.48, 0.25}, 0.4, 0.25, 200, 440), arc({0.48, 0.74}, 0.46, 0.26, 275, 515))};
        case 4:
            if (chance.one_in(2)) return {{{0.7, 1}, {0.7, 0}, {0.02, 0.65}, {0.98, 0.65}}};
            return {{{0.3, 0}, {0.05, 0.58}, {0.95, 0.58}}, {{0.72, 0.3}, {0.72, 1}}};
        case 5: return {then({{0.9, 0}, {0.2, 0}, {0.15, 0.45}}, arc({0.46, 0.68}, 0.46, 0.32, 222, 505))};
        case 6: return {then(arc({0.85, 0.68}, 0.8, 0.68, 265, 180), arc({0.48, 0.7}, 0.43, 0.3, 180, 540))};
        case 7:
            if (chance.one_in(2)) return {{{0.04, 0}, {0.95, 0}, {0.4, 1}}};
            return {{{0.04, 0}, {0.95, 0}, {0.4, 1}}, {{0.35, 0.5}, {0.88, 0.5}}};
        case 8: return {arc({0.5, 0.24}, 0.36, 0.24, 90, 450), arc({0.5, 0.74}, 0.45, 0.26, -90, 270)};
        default:
            if (chance.one_in(2)) return {then(arc({0.48, 0.28}, 0.4, 0.28, 0, -360), {{0.85, 1}})};
            return {then(arc({0.5, 0.29}, 0.42, 0.29, 0, -360), arc({0.45, 0.6}, 0.47, 0.4, 0, 130))};
    }
}

// The digit, so high, somewhere about the middle of the picture.
std::vector<Stroke> written(unsigned digit, Chance& chance, double height) {
    const double turn = chance.between(-0.22, 0.22), lean = chance.between(-0.25, 0.2);
    const double width = height * chance.between(0.5, 0.75);
    const Point centre{kWidth / 2.0 + chance.between(-35, 35), kHeight / 2.0 + chance.between(-15, 15)};
    std::vector<Stroke> strokes = strokes_of(digit, chance);
    for (Stroke& stroke : strokes)
        for (Point& p : stroke) {
            const double y = (p.y - 0.5) * height, x = (p.x - 0.5) * width - lean * y;
            p = {centre.x + x * std::cos(turn) - y * std::sin(turn),
                 centre.y + x * std::sin(turn) + y * std::cos(turn)};
        }
    return strokes;
}

double distance(Point p, Point a, Point b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double along =
        std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / std::max(dx * dx + dy * dy, 1e-9), 0.0, 1.0);
    return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

double distance(Point p, const std::vector<Stroke>& strokes) {
    double nearest = 1e9;
    for (const Stroke& stroke : strokes)
        for (std::size_t i = 1; i < stroke.size(); ++i)
            nearest = std::min(nearest, distance(p, stroke[i - 1], stroke[i]));
    return nearest;
}

Colour colour(Chance& chance, double low, double high) {
    return {chance.between(low, high), chance.between(low, high), chance.between(low, high)};
}

}  // namespace

Picture draw_digit(unsigned digit, std::uint32_t seed) {
    Chance chance(seed * 10 + digit);
    const bool board = chance.one_in(4);
    const Colour paper = board ? colour(chance, 30, 80) : colour(chance, 180, 240);
    const Colour ink = board ? colour(chance, 170, 250) : colour(chance, 10, 90);
    const double height = chance.between(110, 190);
    const auto strokes = written(digit, chance, height);
    const double pen = height * chance.between(0.03, 0.07), blur = chance.between(1, 2.5);
    const double light_x = chance.between(-0.25, 0.25), light_y = chance.between(-0.25, 0.25);
    const double noise = chance.between(0, 6);

    Picture picture(kWidth, kHeight);
    for (unsigned y = 0; y < kHeight; ++y)
        for (unsigned x = 0; x < kWidth; ++x) {
            const double cover = std::clamp(0.5 + (pen - distance({x + 0.5, y + 0.5}, strokes)) / blur, 0.0, 1.0);
            const double light = 0.9 + light_x * (x / double{kWidth} - 0.5) + light_y * (y / double{kHeight} - 0.5);
            for (unsigned c = 0; c < 3; ++c) {
                const double value = (paper[c] + (ink[c] - paper[c]) * cover) * light + chance.between(-noise, noise);
                picture.at(x, y)[c] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
            }
        }
    return picture;
}

}  // namespace k210
