// One device on a bench: its clock, the event queue, a silent log.
#pragma once
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include "k210/bus/device.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

struct FakeSerial : SerialSink {
    std::string sent;
    void receive(std::uint8_t byte) override { sent += static_cast<char>(byte); }
};

struct DeviceBench {
    EventQueue events;
    ClockDomain clock{"clock", 400'000'000};
    Log log{std::make_shared<spdlog::logger>("null", std::make_shared<spdlog::sinks::null_sink_mt>())};
    Trace trace;

    DeviceContext context() { return {events, clock, log, trace}; }
    void run_to_cycle(std::uint64_t cycle) { events.run_until(clock.time_of(cycle)); }
    void run_for_cycles(std::uint64_t cycles) { run_to_cycle(clock.cycle_at(events.now()) + cycles); }

    // Saves `from` and loads it into `to`, a device or board chip of the same kind on another bench.
    template <class T>
    static void transfer_state(T& from, T& to) {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        from.visit_state(saver);
        StateLoader loader(snapshot);
        to.visit_state(loader);
    }
};

}  // namespace k210
