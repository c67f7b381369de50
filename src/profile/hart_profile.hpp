// Where one hart's time went: every cycle of its clock belongs to one block of code, or to one place where it waited,
// for the program itself or for a trap.
//
// Cycles are counted while one frequency lasts and then become time, shared out so that their sum is exactly the time
// that has passed.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "k210/bus/bus.hpp"
#include "k210/cpu/hart_observer.hpp"
#include "k210/sim/clock_domain.hpp"
#include "k210/sim/trace.hpp"

namespace k210::profile {

class Naming;
class ScriptProfile;

enum class TrapKind : std::uint8_t { none, external, software, timer, exception };

// On whose behalf a hart runs: the program itself, or a trap.
struct Context {
    TrapKind kind = TrapKind::none;
    unsigned number = 0;  // PLIC source, 0 when none was claimed; or the exception's cause
    auto operator<=>(const Context&) const = default;
};

struct ContextTime {
    Context context;
    std::uint64_t times = 0;
    std::string name;
};

struct Spent {
    std::uint64_t cycles = 0, time_ps = 0;
    std::uint64_t new_cycles = 0;  // not yet time, and not yet in `cycles`
};

struct CodeTime : Spent {
    std::uint64_t pc = 0, physical_pc = 0;  // of a translated block
    std::uint32_t size_bytes = 0;
    unsigned context = 0;  // index into contexts()
    bool calls = false;    // ends with a call
    bool entry = false;    // was called
    CodePlace place() const { return {pc, physical_pc}; }
};

struct WaitTime : Spent {
    std::uint64_t pc = 0;  // where the loop begins, or the block with the WFI
    unsigned context = 0;
    bool wfi = false;
    IdleLoopReads reads;
    bool memory_varies = false;  // the address read there is not always the same
    std::uint64_t times = 0;
    std::string name;
};

class HartProfile final : public HartObserver {
public:
    // `sink`, which may be nullptr, is told on a track `name` what the hart does, and its traps on another.
    // `scripts`, which may be nullptr, is told when the hart's turns begin and end.
    HartProfile(std::string name, TraceSink* sink, const Naming& naming, ScriptProfile* scripts = nullptr);

    void claimed(unsigned source, SimTime when);  // this hart has claimed that interrupt
    // Whether time from then on counts; it does at first.
    void set_counted(bool counted, SimTime when);
    void finish(SimTime when);  // call once, at the end

    const std::vector<CodeTime>& code() const { return code_; }
    const std::vector<WaitTime>& waits() const { return waits_; }
    const std::vector<ContextTime>& contexts() const { return contexts_; }  // the program itself is the first

    void attached(const ClockDomain& clock, const Bus& bus) override;
    void reset() override;
    void resume(std::uint64_t cycle) override;
    void pause(std::uint64_t cycle) override;
    void clock_changed(SimTime reached) override { share_out(reached); }
    void block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) override;
    void waited_in_loop(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycle) override;
    void repeats(CodePlace, std::uint32_t) override {}
    void slept(std::uint64_t cycle) override;
    void trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) override;
    void returned(std::uint64_t cycle) override;

private:
    static constexpr std::size_t kNone = ~std::size_t{0};
    static constexpr std::size_t kMaxLoopBlocks = 16;  // of a loop that only waits, as the hart knows them
    static constexpr std::size_t kMaxDepth = 16;       // of traps in traps; more have lost their way back

    // Cycles whose owner shows later: an interrupt's until it is claimed, a loop's until it is round again.
    enum class Holding : std::uint8_t { nothing, claim, loop };
    struct Held {
        std::size_t code;
        std::uint64_t cycles;
    };
    struct Slot {
        std::uint64_t key;
        std::size_t code;
    };
    struct Trap {
        unsigned context;
        SimTime since;
    };

    void look_at_scripts(std::uint64_t cycle);
    bool charge(std::uint64_t cycle);      // false when no time has passed
    std::size_t code_at(CodePlace place);  // on behalf of whom the hart runs now
    Slot& slot_of(std::uint64_t key);
    void enlarge_slots();
    void release();
    void enter_wait(std::uint64_t pc, bool wfi, const IdleLoopReads& reads);
    void end_wait();
    void begin_trap(SimTime when);
    unsigned context_number(const Context& context);
    unsigned context() const { return traps_.empty() ? 0 : traps_.back().context; }
    std::string trap_track() const;
    void keep();
    void take_back();
    void share_out(SimTime until);
    void show(SimTime when, std::string_view what) {
        if (sink_) sink_->begin(when, track_, what, {});
    }

    std::string track_;
    TraceSink* sink_;
    const Naming& naming_;
    ScriptProfile* const scripts_;
    const ClockDomain* clock_ = nullptr;
    const Bus* bus_ = nullptr;

    std::vector<CodeTime> code_;
    std::vector<Slot> slots_;  // of code_, open-addressed by pc and context
    unsigned slot_bits_ = 0;
    std::vector<WaitTime> waits_;
    std::map<std::tuple<std::uint64_t, unsigned, std::uint64_t>, std::size_t> waits_at_;
    std::vector<ContextTime> contexts_;
    std::map<Context, unsigned> context_numbers_;

    // While time does not count: what had been counted before, in the order of the lists.
    struct Kept {
        std::vector<Spent> code, waits;
        std::vector<std::uint64_t> wait_times, context_times;
    };
    Kept kept_;

    std::uint64_t last_cycle_ = 0;
    SimTime reached_{};        // up to which cycles have become time
    std::size_t current_ = 0;  // index into code_
    std::vector<Trap> traps_;  // not yet returned from
    Holding holding_ = Holding::nothing;
    std::vector<Held> held_;
    std::size_t wait_ = kNone;    // going on, or the loop that was last skipped and may still be running
    std::uint64_t wait_end_ = 0;  // cycle
};

}  // namespace k210::profile
