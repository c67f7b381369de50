// What the window says about the run.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "k210/base/units.hpp"
#include "k210/board/board.hpp"
#include "k210/host/picture.hpp"
#include "session/pace.hpp"

namespace k210::app {

// How fast the guest's clock goes, over the last second or so.
class Speedometer {
public:
    static constexpr Pace::Seconds kInterval{0.5};  // between two figures

    // Times the board's speed; nothing before it is known. Guest time that goes back begins anew.
    std::optional<double> look(SimTime guest, Pace::Seconds host);

private:
    std::optional<Pace::Seconds> since_;
    SimTime guest_at_since_;
    std::optional<double> speed_;
};

inline constexpr unsigned kStatusLines = 5;

struct WindowFacts {
    const std::string& firmware;
    const Board& board;
    SimTime now;
    std::optional<double> speed;  // times the board's, as measured
    double speed_asked_for;
    bool paused;
    bool several_cameras;
    bool recording;
};

// "maixpy.bin on maix_bit, 98 % - k210emu"
std::string window_title(const WindowFacts& facts);
// Firmware and board; the guest's time and speed; what keys and the mouse do to the board, and to the run.
std::vector<std::string> window_status(const WindowFacts& facts);

// What explains a black picture; nothing once something has been drawn.
std::vector<std::string> window_notice(const Picture& screen, bool lcd_routed);

}  // namespace k210::app
