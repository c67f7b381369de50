// The one scheduler: every device's deadlines on one timeline.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "k210/base/units.hpp"

namespace k210 {

class StateVisitor;

// One pending deadline, owned by the device it belongs to. The callback is fixed for life, so a
// snapshot needs name, time and place among equals only.
class Event {
public:
    Event(std::string name, std::function<void(SimTime when)> fire) : name_(std::move(name)), fire_(std::move(fire)) {}
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    const std::string& name() const { return name_; }
    bool armed() const { return when_ != SimTime::never(); }
    SimTime when() const { return when_; }
    std::uint64_t sequence() const { return sequence_; }

private:
    friend class EventQueue;
    std::string name_;
    std::function<void(SimTime)> fire_;
    SimTime when_ = SimTime::never();
    std::uint64_t sequence_ = 0;
};

// Whoever is executing guest code right now; device code asks it for "now".
class Initiator {
public:
    virtual ~Initiator() = default;
    virtual SimTime local_now() const = 0;
    virtual void stop_by(SimTime deadline) = 0;  // shorten the slice being executed
};

// Fires events in order of (time, arming). Single-threaded, as all device code is.
class EventQueue {
public:
    EventQueue() = default;
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    // The accessing hart's local time, or the time of the event being fired.
    SimTime now() const { return initiator_ ? std::max(now_, initiator_->local_now()) : now_; }

    void arm(Event& event, SimTime when);  // re-arming moves it and renews its place among equals
    void disarm(Event& event);
    // Snapshot load: puts the event back exactly where it was, place among equals included; not before now.
    void restore(Event& event, SimTime when, std::uint64_t sequence);
    // Time and order. Loading disarms all events: their owners, each visiting its own, come afterwards.
    void visit_state(StateVisitor& visitor);
    void check_order() const;  // once they all have: throws InputError unless each has a place of its own

    SimTime next_deadline() const { return pending_.empty() ? SimTime::never() : pending_.back()->when_; }
    void run_until(SimTime t);

    // While in scope, device accesses come from `who` at its local time.
    class Executing {
    public:
        Executing(EventQueue& queue, Initiator& who) : queue_(queue) { queue_.initiator_ = &who; }
        ~Executing() { queue_.initiator_ = nullptr; }
        Executing(const Executing&) = delete;
        Executing& operator=(const Executing&) = delete;

    private:
        EventQueue& queue_;
    };

private:
    void insert(Event& event);

    // Latest first, so the next one is popped from the back. A machine has a few dozen events: a flat
    // vector beats a tree.
    std::vector<Event*> pending_;
    SimTime now_{};
    std::uint64_t next_sequence_ = 0;
    Initiator* initiator_ = nullptr;
};

}  // namespace k210
