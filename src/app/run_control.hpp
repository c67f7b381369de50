// What the window's keys do to the run itself, not to the board: hold it, let it go on picture by picture, change its
// pace. When things happen on the host depends on it, never what the guest computes.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>

#include "session/pace.hpp"

namespace k210::app {

class RunControl {
public:
    explicit RunControl(double speed) : speed_(speed) {}

    void pause_or_go() {
        paused_ = !paused_;
        frames_before_.reset();
    }
    // On until the guest has drawn another whole picture than these.
    void go_on_for_a_frame(std::uint64_t frames) {
        paused_ = false;
        frames_before_ = frames;
    }
    // To be told after every step.
    void look(std::uint64_t frames) {
        if (!frames_before_ || frames == *frames_before_) return;
        paused_ = true;
        frames_before_.reset();
    }
    void next_speed() {
        const auto* const now = std::ranges::find(kSpeeds, speed_);
        speed_ = now == kSpeeds.end() || std::next(now) == kSpeeds.end() ? kSpeeds.front() : *std::next(now);
    }

    bool paused() const { return paused_; }
    double speed() const { return speed_; }

private:
    static constexpr std::array kSpeeds = {kBoardSpeed, kFullSpeed, 0.5, 0.1};

    double speed_;
    bool paused_ = false;
    std::optional<std::uint64_t> frames_before_;
};

}  // namespace k210::app
