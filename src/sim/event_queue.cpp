#include "k210/sim/event_queue.hpp"

#include <unordered_set>

#include "k210/base/error.hpp"
#include "k210/sim/state.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kLatestPs = SimTime::never().ps / 2;  // that a snapshot may be of: sums of times fit

}  // namespace

void EventQueue::insert(Event& event) {
    const auto later = [](const Event* a, const Event* b) {
        return a->when_ != b->when_ ? a->when_ > b->when_ : a->sequence_ > b->sequence_;
    };
    pending_.insert(std::upper_bound(pending_.begin(), pending_.end(), &event, later), &event);
}

void EventQueue::arm(Event& event, SimTime when) {
    disarm(event);
    if (when == SimTime::never()) return;
    event.when_ = std::max(when, now_);
    event.sequence_ = next_sequence_++;
    insert(event);
    if (initiator_) initiator_->stop_by(event.when_);
}

void EventQueue::disarm(Event& event) {
    if (!event.armed()) return;
    pending_.erase(std::find(pending_.begin(), pending_.end(), &event));
    event.when_ = SimTime::never();
}

void EventQueue::restore(Event& event, SimTime when, std::uint64_t sequence) {
    disarm(event);
    event.when_ = when;
    event.sequence_ = sequence;
    if (event.armed()) insert(event);
}

void EventQueue::run_until(SimTime t) {
    while (!pending_.empty() && next_deadline() <= t) {
        Event& event = *pending_.back();
        pending_.pop_back();
        now_ = event.when_;
        event.when_ = SimTime::never();
        event.fire_(now_);
    }
    now_ = std::max(now_, t);
}

void EventQueue::visit_state(StateVisitor& visitor) {
    visitor.value("now_ps", now_.ps, kLatestPs);
    visitor.value("next_sequence", next_sequence_);
    if (!visitor.loading()) return;
    while (!pending_.empty()) disarm(*pending_.back());
}

void EventQueue::check_order() const {
    std::unordered_set<std::uint64_t> taken;
    for (const Event* event : pending_)
        if (event->sequence_ >= next_sequence_ || !taken.insert(event->sequence_).second)
            throw InputError("snapshot: the event " + event->name_ + " has a place in the order that it cannot have");
}

}  // namespace k210
