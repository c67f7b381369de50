// Several observers of one hart.
#pragma once
#include <array>
#include <vector>

#include "k210/cpu/hart_observer.hpp"

namespace k210::trace {

class ObserverList final : public HartObserver {
public:
    void add(HartObserver& observer) { all_.push_back(&observer); }
    void clear() { all_.clear(); }

    void attached(const ClockDomain& clock, const Bus& bus) override {
        for (HartObserver* each : all_) each->attached(clock, bus);
    }
    void reset() override {
        for (HartObserver* each : all_) each->reset();
    }
    void resume(std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->resume(cycle);
    }
    void pause(std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->pause(cycle);
    }
    void clock_changed(SimTime reached) override {
        for (HartObserver* each : all_) each->clock_changed(reached);
    }
    void block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->block(place, size_bytes, cycle);
    }
    void waited_in_loop(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->waited_in_loop(pc, reads, cycle);
    }
    void repeats(CodePlace place, std::uint32_t size_bytes) override {
        for (HartObserver* each : all_) each->repeats(place, size_bytes);
    }
    void slept(std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->slept(cycle);
    }
    void trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->trapped(cause, handler, cycle);
    }
    void returned(std::uint64_t cycle) override {
        for (HartObserver* each : all_) each->returned(cycle);
    }

private:
    std::vector<HartObserver*> all_;
};

// Adds observers to those that a machine is to have; must outlive it.
class HartWatchers {
public:
    void add(std::array<HartObserver*, 2>& observers, unsigned hart, HartObserver& observer) {
        HartObserver*& there = observers.at(hart);
        if (!there) {
            there = &observer;
            return;
        }
        ObserverList& list = lists_.at(hart);
        if (there != &list) {
            list.clear();
            list.add(*there);
            there = &list;
        }
        list.add(observer);
    }

private:
    std::array<ObserverList, 2> lists_;
};

}  // namespace k210::trace
