// A RISC-V hart as the machine sees it.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

// Machine-mode interrupts by their mip bit. [doc] RISC-V privileged spec
enum class Interrupt : unsigned { software = 3, timer = 7, external = 11 };

// A fault that the guest has trapped into and not returned from.
struct GuestFault {
    std::uint64_t cause, pc, value;
    SimTime when;
    bool handler_unreachable;  // mtvec points where nothing can be fetched: the hart is lost
};

class Hart : public Initiator {
public:
    virtual void reset(std::uint64_t pc) = 0;
    // Runs until local_now() >= deadline; may overshoot by one translation block. A hart that waits for an
    // interrupt jumps to the deadline.
    virtual void run(SimTime deadline) = 0;
    virtual void set_interrupt(Interrupt interrupt, bool level) = 0;
    virtual bool waiting() const = 0;  // in WFI with nothing pending
    virtual bool interruptible() const = 0;  // some enabled interrupt could still wake or divert it
    virtual std::uint64_t instructions() const = 0;
    virtual std::uint64_t interrupts_taken() const = 0;
    virtual const std::optional<GuestFault>& fault() const = 0;
    virtual std::string describe() const = 0;  // registers, several lines
    virtual void visit_state(StateVisitor& visitor) = 0;
};

}  // namespace k210
