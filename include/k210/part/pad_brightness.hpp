// How bright something looks that a pad switches: a LED, a backlight. The eye takes fast switching for its mean.
#pragma once
#include <cstdint>

#include "k210/bus/pins.hpp"
#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class PadBrightness {
public:
    PadBrightness(const EventQueue& events, unsigned pad, bool active_high)
        : events_(events), pad_(pad), active_high_(active_high) {}

    void hang(Pads& pads);
    std::uint8_t brightness() const;  // 0 to 255
    void visit_state(StateVisitor& visitor);

private:
    static constexpr std::uint64_t kWindowPs = ps_from_us(10'000);  // a hundredth of a second [assumed]

    // Time in windows of a fixed grid: the one of the last edge, and the one before it.
    struct Course {
        bool on = false;
        SimTime since{};  // when it was last brought up to date
        std::uint64_t on_ps = 0, edges = 0;
        std::uint64_t last_on_ps = 0, last_edges = 0;
        std::uint64_t window() const { return since.ps / kWindowPs; }
        void go_on_to(SimTime now);
    };

    const EventQueue& events_;
    unsigned pad_;
    bool active_high_;
    Course course_;
};

}  // namespace k210
