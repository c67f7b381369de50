#include "k210/sim/event_queue.hpp"

#include "k210/sim/state.hpp"

namespace k210 {

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
    if (!event.armed()) return;
    next_sequence_ = std::max(next_sequence_, sequence + 1);
    insert(event);
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
    visitor.value("now_ps", now_.ps);
    visitor.value("next_sequence", next_sequence_);
}

}  // namespace k210
