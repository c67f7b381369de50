// A RISC-V hart as the machine sees it.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "k210/base/log.hpp"
#include "k210/bus/bus.hpp"
#include "k210/cpu/hart_observer.hpp"
#include "k210/cpu/stop_points.hpp"
#include "k210/cpu/strictness.hpp"
#include "k210/sim/clock_domain.hpp"
#include "k210/sim/cost_model.hpp"
#include "k210/sim/event_queue.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

// Machine-mode interrupts by their mip bit. [doc] RISC-V privileged spec, mip
enum class Interrupt : unsigned { software = 3, timer = 7, external = 11 };

// What is looked at when something went wrong.
struct HartRegisters {
    unsigned hart_id = 0;
    std::uint64_t pc = 0;
    bool in_wfi = false;
    unsigned privilege = 3;  // 0 user, 1 supervisor, 3 machine
    std::array<std::uint64_t, 32> x = {};
    std::array<std::uint64_t, 8> csrs = {};  // mstatus, mie, mtvec, mscratch, mepc, mcause, mtval, fcsr
};
std::string describe(const HartRegisters& registers);  // several lines
// By its name there: "pc", "a0", "mepc".
std::optional<std::uint64_t> find_register(const HartRegisters& registers, std::string_view name);

// A fault that the guest has trapped into and not returned from.
struct GuestFault {
    std::uint64_t cause = 0, pc = 0, value = 0;
    SimTime when = {};
    bool handler_unreachable = false;  // nothing can be fetched at mtvec, or it faults at once: the hart is lost
    HartRegisters registers = {};
    BusAccess last_device_access = {};
};
std::string describe_circumstances(const GuestFault& fault);  // as they were; several lines

class Hart : public Initiator {
public:
    virtual void reset(std::uint64_t pc, std::uint64_t sp = 0) = 0;
    // Runs until local_now() >= deadline; may overshoot by one translation block. A hart that waits for an
    // interrupt jumps to the deadline.
    virtual void run(SimTime deadline) = 0;
    virtual void set_interrupt(Interrupt interrupt, bool level) = 0;
    virtual bool idle() const = 0;  // has done nothing but wait lately
    // Up to when it will go on so, unless an event or another hart does something; local_now() when it may not.
    virtual SimTime idle_until() = 0;
    virtual bool in_wfi() const = 0;    // in WFI, nothing enabled pending
    virtual bool wakeable() const = 0;  // some interrupt enabled in mie could end the wait
    virtual std::uint64_t instructions() const = 0;
    virtual std::uint64_t interrupts_taken() const = 0;
    virtual const std::optional<GuestFault>& fault() const = 0;
    virtual HartRegisters registers() const = 0;
    virtual void visit_state(StateVisitor& visitor) = 0;

    // For debuggers, while it does not run. None of it changes what the guest does or when.
    virtual void stop_at(const StopPoints& points) = 0;
    // From the next run() on it stops once an instruction has run or a trap has been entered, if the pc is not in
    // [begin, end) then.
    virtual void step_within(std::uint64_t begin, std::uint64_t end) = 0;
    virtual void step_no_more() = 0;  // though it has not ended
    // Why the last run() ended before its deadline. It goes on where it has stopped.
    virtual const std::optional<HartStop>& stopped() const = 0;
    virtual std::optional<HartStop> take_stop() = 0;
    // It has stopped inside a block that has been counted whole: it is to run on though its time is up.
    virtual bool inside_block() const = 0;
    // How many have run: instructions(), but for what is left of that block.
    virtual std::uint64_t executed() const = 0;
    // Between an LR and its SC, perhaps. That is no part of its state: restored there, it goes round once more.
    virtual bool may_hold_reservation() const = 0;
    // By their numbers in stop_points.hpp. Nothing when there is none of that number, or it cannot be written.
    virtual std::optional<std::uint64_t> read_register(unsigned number) = 0;
    virtual bool write_register(unsigned number, std::uint64_t value) = 0;
    // Where the bus has what the hart's loads and stores see at `address`; nothing where they would fault.
    virtual std::optional<std::uint32_t> physical(std::uint64_t address) const = 0;
};
std::span<const NamedCsr> debugged_csrs();  // that read_register() knows
bool can_watch();                           // stop at watchpoints: the engine is new enough

// When this moves on, every hart checks each translated block against memory before running it again.
// Harts of one machine share it: FENCE.I on one, or a DMA write over code, makes all of them look.
struct CodeEpoch {
    std::uint64_t value = 1;
    void advance() { ++value; }
};

struct HartContext {
    unsigned id;
    Bus& bus;  // fully mapped before the hart is made
    ClockDomain& clock;
    CodeEpoch& code_epoch;
    Log& log;
    TimingModel timing;
    HartObserver* observer = nullptr;  // must outlive the hart
    bool skip_idle_loops = true;       // jump over loops that only wait; the guest cannot tell
    Strictness strictness = Strictness::trap;
    std::optional<std::uint32_t> msip_address = {};  // of the register that raises its own software interrupt
    AccessObserver* access_observer = nullptr;       // must outlive the hart, too
};

std::unique_ptr<Hart> make_hart(const HartContext& context);
std::string_view cpu_engine_version();  // "Unicorn 2.1.4"

}  // namespace k210
