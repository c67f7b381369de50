// Writes down what a trace tells, one line each, times in cycles of a bench's clock.
#pragma once
#include <string>
#include <vector>

#include "support/device_bench.hpp"

namespace k210 {

class RecordingTrace final : public TraceSink {
public:
    explicit RecordingTrace(DeviceBench& bench) : clock_(bench.clock) { bench.trace.sink = this; }

    std::vector<std::string> seen;

    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override {
        note("{} begin {}: {}{}", at(when), track, name, text(arguments));
    }
    void end(SimTime when, std::string_view track) override { note("{} end {}", at(when), track); }
    void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name,
               std::uint64_t bytes) override {
        note("{} to {} {}: {} {} bytes", at(begin), at(end), track, name, bytes);
    }
    void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override {
        note("{} {}: {}{}", at(when), track, name, text(arguments));
    }
    void level(SimTime when, std::string_view track, std::uint64_t value) override {
        note("{} {} is {}", at(when), track, value);
    }

private:
    template <class... Args>
    void note(fmt::format_string<Args...> format, Args&&... args) {
        seen.push_back(fmt::format(format, std::forward<Args>(args)...));
    }
    std::uint64_t at(SimTime when) const { return clock_.cycle_at(when); }
    static std::string text(TraceArguments arguments) {
        std::string all;
        for (const TraceArgument& argument : arguments)
            std::visit([&](const auto& value) { all += fmt::format(" {}={}", argument.key, value); }, argument.value);
        return all;
    }

    const ClockDomain& clock_;
};

}  // namespace k210
