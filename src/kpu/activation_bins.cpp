#include "kpu/activation_bins.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMostSteps = 16;  // in a bin, worth looking for a line of their own
constexpr std::int64_t kFloatWhole = std::int64_t{1} << 24;

std::uint8_t value_of(const KpuActivation& activation, std::int64_t v) {
    return kpu_activate(activation, {1, 0, 0}, v);
}

// The last of from..to for which `holds` still is what it is for `from`; it changes once at most.
template <class Holds>
std::int64_t last_alike(std::int64_t from, std::int64_t to, Holds holds) {
    while (from < to) {
        const std::int64_t middle = from + (to - from + 1) / 2;
        if (holds(middle))
            from = middle;
        else
            to = middle - 1;
    }
    return from;
}

struct Run {  // of values with the same output
    std::int64_t first, last;
    std::uint8_t y;
};

std::vector<Run> runs_of(const KpuActivation& activation, std::int64_t low, std::int64_t high) {
    std::vector<Run> runs;
    for (std::int64_t v = low; v <= high;) {
        // Within a segment the output only rises or only falls.
        std::int64_t segment_end = high;
        for (const KpuActivationSegment& s : activation)
            if (s.x_start >= v) segment_end = std::min(segment_end, s.x_start);
        const std::uint8_t y = value_of(activation, v);
        const std::int64_t last =
            last_alike(v, segment_end, [&](std::int64_t x) { return value_of(activation, x) == y; });
        if (!runs.empty() && runs.back().y == y)
            runs.back().last = last;
        else
            runs.push_back({v, last, y});
        v = last + 1;
    }
    return runs;
}

struct Line {
    float slope, intercept;
};

// As the vectors compute it.
float round_by(float v, float origin) {
    return v + origin - origin;
}

class Fitter {
public:
    Fitter(const KpuActivation& activation, const std::vector<Run>& runs) : activation_(activation), runs_(runs) {}

    std::optional<KpuActivationBins> fit(std::int64_t centre, std::int64_t width, bool ties_to_odd) {
        bins_ = {centre, 1.0f / static_cast<float>(width), ties_to_odd, {}, {}};
        const std::int64_t high = runs_.back().last;
        const std::int64_t first_bin = bin_of(runs_.front().first), last_bin = bin_of(high);
        if (last_bin - first_bin >= static_cast<std::int64_t>(kKpuActivationBins)) return {};
        auto run = runs_.begin();
        for (std::int64_t v = runs_.front().first; v <= high;) {
            const std::int64_t bin = bin_of(v);
            const std::int64_t last = last_alike(v, high, [&](std::int64_t x) { return bin_of(x) == bin; });
            inside_.clear();
            for (; run->first <= last; ++run) {
                inside_.push_back({std::max(run->first, v), std::min(run->last, last), run->y});
                if (run->last > last || run + 1 == runs_.end()) break;
            }
            const std::optional<Line> line = line_through();
            if (!line) return {};
            const std::size_t slot = static_cast<std::size_t>(bin) % kKpuActivationBins;
            bins_.slope[slot] = line->slope;
            bins_.intercept[slot] = line->intercept;
            v = last + 1;
        }
        return bins_;
    }

private:
    float u_of(std::int64_t v) const { return static_cast<float>(v - bins_.centre); }
    std::int64_t bin_of(std::int64_t v) const {
        return static_cast<std::int64_t>(std::fma(u_of(v), bins_.bins_per_unit, kKpuOrigin));
    }
    bool gives(const Line& line, std::int64_t v, std::uint8_t y) const {
        const float origin = kKpuOrigin + (bins_.ties_to_odd ? 1.0f : 0.0f);
        return round_by(std::fma(u_of(v), line.slope, line.intercept), origin) == static_cast<float>(y);
    }
    // A line only rises or only falls, so its ends speak for all of a run.
    bool fits(const Line& line) const {
        return std::ranges::all_of(inside_,
                                   [&](const Run& r) { return gives(line, r.first, r.y) && gives(line, r.last, r.y); });
    }

    // One that gives the bytes of the runs in inside_.
    std::optional<Line> line_through() const {
        const auto through = [&](double v, double y, double slope) {
            return Line{static_cast<float>(slope),
                        static_cast<float>(y - (v - static_cast<double>(bins_.centre)) * slope)};
        };
        for (const KpuActivationSegment& s : activation_) {
            const Line line = through(static_cast<double>(s.x_start), s.result_bias,
                                      std::ldexp(static_cast<double>(s.y_mul), -s.shift_number));
            if (fits(line)) return line;
        }
        const Run& first = inside_.front();
        if (inside_.size() == 1) {
            const Line line = through(0, first.y, 0);
            return fits(line) ? std::optional(line) : std::nullopt;
        }
        const auto step_at = [&](std::size_t i) { return static_cast<double>(inside_[i].last) + 0.5; };
        const auto step_y = [&](std::size_t i) { return (inside_[i].y + inside_[i + 1].y) / 2.0; };
        if (inside_.size() == 2) {  // as steep as both runs allow
            const auto length =
                static_cast<double>(std::max(first.last - first.first, inside_[1].last - inside_[1].first) + 1);
            const Line line = through(step_at(0), step_y(0), 0.95 / length * (inside_[1].y - first.y));
            return fits(line) ? std::optional(line) : std::nullopt;
        }
        if (inside_.size() > kMostSteps) return {};
        for (std::size_t i = 0; i + 2 < inside_.size(); ++i)
            for (std::size_t j = inside_.size() - 2; j > i; --j) {
                const Line line = through(step_at(i), step_y(i), (step_y(j) - step_y(i)) / (step_at(j) - step_at(i)));
                if (fits(line)) return line;
            }
        return {};
    }

    const KpuActivation& activation_;
    const std::vector<Run>& runs_;
    std::vector<Run> inside_;
    KpuActivationBins bins_{};
};

}  // namespace

std::optional<KpuActivationBins> kpu_find_bins(const KpuActivation& activation, std::int64_t low, std::int64_t high) {
    if (high - low >= kFloatWhole) return {};
    const std::vector<Run> runs = runs_of(activation, low, high);
    // Bins of an odd width can be laid so that one of them ends at any value wanted: where some segment ends, because
    // lines often are too different there for one to do for both.
    const std::int64_t width = ((high - low) / static_cast<std::int64_t>(kKpuActivationBins - 1) + 1) | 1;
    const std::int64_t middle = low + (high - low) / 2;
    Fitter fitter(activation, runs);
    for (const bool ties_to_odd : {false, true})
        for (const KpuActivationSegment& s : activation) {
            if (s.x_start < low || s.x_start > high) continue;
            // A bin reaches from centre + (j - 1/2) * width to centre + (j + 1/2) * width.
            const std::int64_t from_middle = s.x_start - middle + (width + 1) / 2;
            const std::int64_t bins = from_middle >= 0 ? from_middle / width : -((width - 1 - from_middle) / width);
            const std::int64_t centre = s.x_start + (width + 1) / 2 - bins * width;
            if (const auto found = fitter.fit(centre, width, ties_to_odd)) return found;
        }
    return {};
}

}  // namespace k210
