// What every memory-mapped block shares: registers, a clock, events, output lines, reset and state.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/bus/reg.hpp"
#include "k210/sim/clock_domain.hpp"
#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"
#include "k210/sim/trace.hpp"

namespace k210 {

// Anything that answers accesses of 1, 2 or 4 bytes, naturally aligned, at an offset in its window.
class BusTarget {
public:
    virtual ~BusTarget() = default;
    virtual std::uint32_t read(std::uint32_t offset, unsigned size_bytes) = 0;
    virtual void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) = 0;
    // Until when, unless an event fires or something is written, reads of `offset` change nothing and keep giving the
    // same value. Later than now() only where firmware spins on it: the hart may then skip the spinning.
    virtual SimTime steady_until(std::uint32_t) const { return {}; }
};

// Where an access of `size_bytes` at `offset` lies in its 32-bit word.
constexpr unsigned lane_shift(std::uint32_t offset) {
    return (offset & 3u) * 8;
}
constexpr std::uint32_t width_mask(unsigned size_bytes) {
    return size_bytes >= 4 ? ~0u : (1u << (size_bytes * 8)) - 1;
}

// A level signal owned by the block that drives it: an interrupt, a DMA request. Wired by the chip.
class Device;
class OutputLine {
public:
    OutputLine(Device& owner, std::string name);
    OutputLine(const OutputLine&) = delete;
    OutputLine& operator=(const OutputLine&) = delete;

    void set(bool level) {  // sinks hear changes only
        if (level == level_) return;
        level_ = level;
        for (auto& sink : sinks_) sink(level);
    }
    bool level() const { return level_; }
    const std::string& name() const { return name_; }
    void connect(std::function<void(bool)> sink) { sinks_.push_back(std::move(sink)); }

private:
    friend class Device;
    std::string name_;
    std::vector<std::function<void(bool)>> sinks_;
    bool level_ = false;
};

// A deadline counted in cycles of the device's clock; it follows the clock through frequency changes.
// After the callback the device settles.
class DeviceEvent {
public:
    DeviceEvent(Device& owner, std::string_view name, std::function<void()> fire);

    void arm_in(std::uint64_t cycles);       // from now; re-arming moves it
    void arm_at_cycle(std::uint64_t cycle);  // absolute cycle of the device's clock
    void cancel();
    // In a callback: the cycle it was armed for, so periodic events do not drift.
    std::uint64_t cycle() const { return cycle_; }
    bool armed() const { return armed_; }

private:
    friend class Device;
    void schedule();
    bool fits_clock() const;
    Device& owner_;
    Event event_;
    std::uint64_t cycle_ = 0;
    bool armed_ = false;  // stays true while a gated clock keeps the deadline at never
};

struct DeviceContext {
    EventQueue& events;
    ClockDomain& clock;
    Log& log;
    const Trace& trace;
};

class Device : public BusTarget {
public:
    Device(std::string name, DeviceContext context);
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const std::string& name() const { return name_; }

    // Guest accesses. Offsets without a register read as zero and are logged as unimplemented.
    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override;
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    SimTime steady_until(std::uint32_t offset) const override;

    virtual void reset();     // phase 1: own state only; derived classes call it first
    virtual void settle() {}  // phase 2, and after every access and event: drive output lines
    // Registers, lines and events are found unaided; derived classes add the rest.
    virtual void visit_state(StateVisitor& v);

    OutputLine* find_line(std::string_view line_name) const;  // nullptr when there is none of that name

    RegisterBank regs;

protected:
    EventQueue& events() { return context_.events; }
    ClockDomain& clock() { return context_.clock; }
    const ClockDomain& clock() const { return context_.clock; }
    Log& log() { return context_.log; }
    TraceSink* trace() const { return context_.trace.sink; }  // nullptr while nobody watches
    SimTime now() const { return context_.events.now(); }
    std::uint64_t now_cycle() const { return context_.clock.cycle_at(now()); }

private:
    friend class OutputLine;
    friend class DeviceEvent;
    std::string name_;
    DeviceContext context_;
    std::vector<OutputLine*> lines_;
    std::vector<DeviceEvent*> device_events_;
};

}  // namespace k210
