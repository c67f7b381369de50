// What every part of a board speaks: a chip, button or connector around the K210, one folder each in devices/board.
//
// A part comes in two steps. Its kind's design() reads what a board file says of it, and says which pads it wants; the
// design then makes the part, as often as boards are built. A part knows its pads, time and ports, but no other part,
// no board and no chip.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/bus/chip_pins.hpp"
#include "k210/part/options.hpp"
#include "k210/part/ports.hpp"
#include "k210/part/supply.hpp"
#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"
#include "k210/sim/trace.hpp"

namespace k210 {

struct PartContext {
    std::string name;  // as the board file calls this one
    EventQueue& events;
    Log& log;
    const Trace& trace;
    Supply& supply;
};

class Part {
public:
    virtual ~Part() = default;

    virtual void hang(ChipPins& chip) = 0;  // once, before anything runs
    virtual void power_on() {}              // whatever was before is lost, but for what lasts without power
    virtual void reset() {}                 // the board's RESET line was low; few parts hear it
    virtual void visit_state(StateVisitor& visitor) = 0;
    virtual std::vector<Port*> ports() { return {}; }  // as its kind says; at most one of each
};

// What a part will be, read from a board file.
struct PartDesign {
    std::function<std::unique_ptr<Part>(const PartContext&)> make;
    std::uint64_t storage_bytes = 0;  // of one that offers storage
};

struct PartKind {
    std::string_view name;
    std::span<const PortKind> ports;
    PartDesign (*design)(PartOptions& options);    // throws InputError that names file and line
    std::span<const std::string_view> rails = {};  // outputs of a power chip
};

}  // namespace k210
