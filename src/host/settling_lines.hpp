// Changes of a serial line's settings, given a moment to settle.
//
// A tool that holds a board's boot pin low while it lets go of reset sets DTR and RTS one after the other; the
// capacitor at a board's RESET covers the time between. Here the two changes are passed on together: after a while of
// the host's time, during which neither has changed twice.
#pragma once
#include <chrono>
#include <optional>
#include <utility>

#include "k210/host/console.hpp"

namespace k210 {

class SettlingLines {
public:
    using Time = std::chrono::steady_clock::time_point;
    // Flashing tools wait for 100 ms after each step: [sdk] sipeed/kflash.py@7307f75 kflash.py:722-826.
    static constexpr std::chrono::milliseconds kSettleTime{50};

    // False: that line has changed already, and this has to be said again once the change has been taken.
    bool set_dtr(bool on, Time now) { return set(pending_.dtr, on, now); }
    bool set_rts(bool on, Time now) { return set(pending_.rts, on, now); }
    // Both off, whatever was about to change.
    void drop(Time now) {
        pending_.dtr = pending_.rts = false;
        settled_at_ = now;
    }
    void set_baud(std::uint64_t baud) { pending_.baud = baud; }

    bool any() const { return pending_.dtr || pending_.rts || pending_.baud; }
    // `at_once`: something waits for it.
    std::optional<LineChange> take(Time now, bool at_once) {
        if (!any() || (!at_once && now < settled_at_)) return {};
        return std::exchange(pending_, {});
    }

private:
    bool set(std::optional<bool>& line, bool on, Time now) {
        if (line) return false;
        line = on;
        settled_at_ = now + kSettleTime;
        return true;
    }

    LineChange pending_;
    Time settled_at_{};
};

}  // namespace k210
