// Trace points: what a machine's blocks do and when, told to an observer.
//
//     if (TraceSink* watcher = trace()) watcher->begin(now(), name(), "frame", {{"width", width}, {"height", height}});
//
// Nobody watches by default, and a trace point then costs that one test. Times are guest times, so a trace repeats
// exactly. Watching must not change what the guest sees.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "k210/base/units.hpp"

namespace k210 {

struct TraceArgument {
    std::string_view key;
    std::variant<std::uint64_t, std::string_view> value;
};
using TraceArguments = std::initializer_list<TraceArgument>;

// A track is whatever does one thing at a time: a block, a DMA channel. Names and arguments are valid during the call
// only. Times on one track may go back a little: harts take turns.
class TraceSink {
public:
    virtual ~TraceSink() = default;

    // Work of some length. It ends with end() or with the track's next begin(); end() without a begin() means nothing.
    virtual void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) = 0;
    virtual void end(SimTime when, std::string_view track) = 0;
    // One of many short pieces of work, such as a byte on a line: neighbours may be shown as one.
    virtual void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name,
                       std::uint64_t bytes) = 0;
    virtual void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) = 0;
    // A frequency, in Hz, that holds until the next one.
    virtual void level(SimTime when, std::string_view track, std::uint64_t value) = 0;
};

// One per machine.
struct Trace {
    TraceSink* sink = nullptr;
};

}  // namespace k210
