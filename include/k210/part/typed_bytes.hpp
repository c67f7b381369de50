// Bytes from the host, arriving at a pin one line frame apart.
#pragma once
#include <algorithm>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class TypedBytes {
public:
    // `deliver` hands a byte to whatever receiver the guest has routed to the pin; false: not ready, try again a frame
    // later. A real line would lose the byte; a typist should not have to know how fast the guest is.
    TypedBytes(EventQueue& events, std::uint64_t baud, std::function<bool(std::uint8_t)> deliver)
        : events_(events), deliver_(std::move(deliver)) {
        set_baud(baud);
    }

    void set_baud(std::uint64_t baud) { frame_ps_ = std::max(kFrameBits * kPsPerSecond / baud, kShortestFramePs); }

    void add(std::string_view bytes) {
        queue_.insert(queue_.end(), bytes.begin(), bytes.end());
        if (!queue_.empty() && !next_.armed()) events_.arm(next_, after(events_.now(), frame_ps_));
    }
    void clear() {
        queue_.clear();
        events_.disarm(next_);
    }
    std::size_t size() const { return queue_.size(); }
    bool empty() const { return queue_.empty(); }

    void visit_state(StateVisitor& visitor) {
        std::vector<std::uint8_t> bytes(queue_.begin(), queue_.end());
        visitor.buffer("typed", bytes);
        if (visitor.loading()) queue_.assign(bytes.begin(), bytes.end());
        visitor.value("frame_ps", frame_ps_);
        visitor.require(frame_ps_ >= kShortestFramePs, "frame_ps", "is no time");
        visitor.event(events_, next_);
        visitor.require(next_.armed() != queue_.empty(), "next", "is armed while nothing waits, or not armed");
    }

private:
    static constexpr std::uint64_t kFrameBits = 10, kShortestFramePs = 1000;  // no line is anywhere near that

    void send(SimTime when) {
        if (deliver_(queue_.front())) queue_.pop_front();
        if (!queue_.empty()) events_.arm(next_, after(when, frame_ps_));
    }

    EventQueue& events_;
    std::uint64_t frame_ps_ = 0;
    std::function<bool(std::uint8_t)> deliver_;
    std::deque<std::uint8_t> queue_;
    Event next_{"next", [this](SimTime when) { send(when); }};
};

}  // namespace k210
