// Passes the console's bytes on and tells the trace its lines.
#pragma once
#include <string>

#include "k210/bus/wires.hpp"
#include "k210/sim/event_queue.hpp"
#include "k210/sim/trace.hpp"

namespace k210 {

class ConsoleTrace final : public SerialSink {
public:
    ConsoleTrace(SerialSink& console, const EventQueue& events, const Trace& trace)
        : console_(console), events_(events), trace_(trace) {}

    void receive(std::uint8_t byte) override {
        console_.receive(byte);
        if (!trace_.sink || byte == '\r') return;
        if (byte == '\n' || line_.size() == kMaxLineBytes) {
            if (!line_.empty()) trace_.sink->instant(events_.now(), "console", line_, {});
            line_.clear();
        }
        if (byte != '\n') line_ += static_cast<char>(byte);
    }

private:
    static constexpr std::size_t kMaxLineBytes = 200;

    SerialSink& console_;
    const EventQueue& events_;
    const Trace& trace_;
    std::string line_;
};

}  // namespace k210
