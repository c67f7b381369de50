// A hart: what happens between the translated blocks that the engine runs.
//
// At the start of every block the engine calls here. Instructions and cycles are counted, the slice is ended at its
// deadline, and CSR reads are answered that the engine would answer from the host (mcycle) or wrongly (mip, mhartid).
// Traps are entered by hand between blocks, because Unicorn accepts no machine interrupt and reports a faulting pc only
// by block.
#pragma once
#include <array>

#include "cpu/access_cost.hpp"
#include "cpu/block_arrival.hpp"
#include "cpu/block_table.hpp"
#include "cpu/branch_predictor.hpp"
#include "cpu/bus_window.hpp"
#include "cpu/code_bytes.hpp"
#include "cpu/data_cache.hpp"
#include "cpu/hart_csrs.hpp"
#include "cpu/hart_idle_loops.hpp"
#include "cpu/hart_mmu.hpp"
#include "cpu/hart_recurrence.hpp"
#include "cpu/hart_stops.hpp"
#include "cpu/instruction_cache.hpp"
#include "cpu/unicorn_engine.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

inline constexpr unsigned kReservationPatience = 16;  // blocks a slice may run on to let an LR meet its SC

class EngineHart final : public Hart {
public:
    explicit EngineHart(const HartContext& context);

    void reset(std::uint64_t pc, std::uint64_t sp) override;
    void run(SimTime deadline) override;
    void set_interrupt(Interrupt interrupt, bool level) override;
    bool in_wfi() const override { return in_wfi_ && !csrs_.wakes(); }
    bool wakeable() const override { return engine_.csr(Csr::mie) != 0; }
    std::uint64_t instructions() const override { return instructions_; }
    std::uint64_t interrupts_taken() const override { return interrupts_taken_; }
    const std::optional<GuestFault>& fault() const override { return fault_; }
    HartRegisters registers() const override;
    void visit_state(StateVisitor& visitor) override;
    bool idle() const override { return idle_loops_.waits() || in_wfi(); }
    SimTime idle_until() override;
    SimTime local_now() const override { return running_ ? clock_.time_of(cycle_) : local_; }
    void stop_by(SimTime deadline) override;
    void stop_at(const StopPoints& points) override;
    void step_within(std::uint64_t begin, std::uint64_t end) override;
    void step_no_more() override { stops_.step_no_more(); }
    const std::optional<HartStop>& stopped() const override { return stops_.stopped(); }
    std::optional<HartStop> take_stop() override { return stops_.take(); }
    bool inside_block() const override { return rest_end_.has_value(); }
    std::uint64_t executed() const override;
    bool may_hold_reservation() const override;
    std::optional<std::uint64_t> read_register(unsigned number) override;
    bool write_register(unsigned number, std::uint64_t value) override;
    std::optional<std::uint32_t> physical(std::uint64_t address) const override;

private:
    // Flags of a block that takes the slow path in machine mode, and below it,
    static constexpr std::uint16_t kReserves = BlockEnd::opens_reservation | BlockEnd::closes_reservation;
    static constexpr std::uint16_t kSlow = kReserves | BlockEnd::by_hand | BlockEnd::stops,
                                   kSlowBelow = kSlow | BlockEnd::user_counter;
    // and that ask for something once it has run.
    static constexpr std::uint16_t kUnfinished =
        BlockEnd::reads_csr | BlockEnd::writes_csr | BlockEnd::is_return | BlockEnd::is_fence_i;

    // An instruction that the engine would get wrong when the block, or the part of one, is run: a load or store that
    // is misaligned, or one of is_run_by_hand().
    struct ByHand {
        std::uint64_t block_pc, pc;
        std::uint32_t block_bytes;
        bool in_part;  // of a block that has been counted
    };
    // A block that the engine is to run in parts.
    struct Cut {
        std::uint64_t block_pc, next_part_pc;
    };

    UnicornEngine::Callbacks callbacks(const HartContext& context);
    template <bool kApproximate, bool kObserved>
    void enter_block(std::uint64_t pc, std::uint32_t size);
    template <bool kApproximate, bool kObserved>
    void enter_block_slow_path(std::uint64_t pc, std::uint32_t size, bool idle_loop);
    template <bool kApproximate>
    const Block* usual_below_machine_mode(std::uint64_t pc, std::uint32_t size);
    void enter_part(std::uint64_t pc, std::uint32_t size);
    std::uint32_t whole_bytes(std::uint64_t pc, std::uint32_t size);
    void count(const Block& block, std::uint64_t pc);
    Block* meet(std::uint64_t pc, std::uint32_t size);
    bool ends_here();
    void look_at_alignment(const Block& block);
    std::span<const AlignedOperand> told_operands(const Block& block);
    void look_for_by_hand(const Block& block);
    UnicornEngine::Exit run_up_to(const ByHand& by_hand);
    void execute_by_hand(const ByHand& by_hand);
    void count(const ByHand& by_hand);
    void trap_misaligned(const ByHand& by_hand, const rv::Instruction& insn);
    UnicornEngine::Exit start_engine(const std::optional<ByHand>& by_hand);
    void cut_block(const Cut& cut);
    void tell_fault(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    void tell_misaligned(std::uint64_t pc, bool store);
    void leave_at(std::uint64_t pc);
    void update_limit() {
        const bool look_always = stop_ || patience_ || stops_.looks_at_every_block();
        std::uint64_t limit = look_always ? 0 : std::min(end_cycle_, look_cycle_);
        if (model_ == TimingModel::approximate) limit = std::min(limit, data_due_);
        limit_ = below_ ? 0 : limit;
        limit_below_ = limit;
    }
    unsigned look_at_data(const Block& block);
    void finish_last_block();
    bool may_skip() const {
        return skip_idle_loops_ && !stop_ && !mmu_.translates() && stops_.allows_waiting() && dcache_.windows().quiet();
    }
    // The cycle at which something is paid for, or the slice ends: skipped loops go no further.
    std::uint64_t skip_end() const { return std::min(end_cycle_, dcache_.windows().payment_due()); }
    bool skip_idle_loop(std::uint64_t pc);
    bool keep_skipping();
    void follow(const HartIdleLoops::Skipped& to);
    bool look_for_recurrence();
    bool join_recurrence();
    bool keep_recurring();
    void leave_recurrence();
    HartControl control() const;
    Gprs gprs() const;
    HartCsrs::Counted counted() const { return {cycle_, instructions_}; }
    bool in_machine_mode() const { return engine_.privilege() == rv::Privilege::machine; }
    void access_csr(const ByHand& by_hand, const rv::Instruction& insn);
    bool carries_out(const rv::Instruction& insn) const;
    bool accessed_trigger(std::uint64_t pc);
    void note_csr_written(unsigned csr);
    void note_mode();
    void note_code_page(std::uint64_t pc);
    void visit_rest(StateVisitor& visitor);
    void visit_fault(StateVisitor& visitor, GuestFault& fault) const;
    GuestFault fault_of(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) const;

    // For debuggers.
    void settle();
    bool stops_before_next();
    bool stop_inside(const Block& block);
    std::uint64_t next_stop() const;
    UnicornEngine::Exit run_rest();
    void take_watched(std::uint64_t pc);
    bool accesses_by_hand(const rv::Instruction& insn, std::uint64_t address);
    void watch();
    bool may_stop_in(const RecurrenceRound& round) const;

    std::uint32_t read(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes);
    void write(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value);
    void tell_access(std::uint32_t address, unsigned size_bytes, bool store, std::uint32_t value);
    void tell_waiting(std::uint64_t head_pc, const IdleLoopReads& reads);
    void tell_rounds(const RecurrenceRound& round);

    void run_engine();
    void take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    void take_refused(const UnicornEngine::Exit& exit);
    void take_misaligned_atomic(std::uint64_t pc);
    bool take_interrupt();
    void enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    bool is_lost(std::uint64_t cause, std::uint64_t pc) const;
    std::uint64_t faulting_pc(std::uint64_t address, bool store) const;
    std::uint64_t accessing_pc(std::uint64_t address, bool store);
    // Where it goes with the registers as they are.
    std::uint64_t address_of(const rv::MemoryOperand& operand) const {
        return engine_.x(operand.base) + static_cast<std::uint64_t>(std::int64_t{operand.offset});
    }
    std::uint64_t first_refused(const rv::MemoryOperand& operand, std::uint64_t refused, bool store) const;
    void uncount_after(std::uint64_t pc);
    std::uint64_t cycles_until(SimTime t) const;
    const HartMmu* code_mmu() const { return mmu_.translates_code() ? &mmu_ : nullptr; }
    CodeBytes code(std::uint64_t pc, std::size_t most_bytes) const { return {bus_, pc, most_bytes, code_mmu()}; }
    CodePlace place_of(std::uint64_t pc) const { return {pc, mmu_.physical_code(pc)}; }
    Block& block_at(std::uint64_t pc) {
        note_code_page(pc);
        return blocks_.at(pc, page_.key);
    }
    rv::Instruction instruction(std::uint64_t pc) const;

    const unsigned id_;
    const std::string name_;
    Bus& bus_;
    ClockDomain& clock_;
    CodeEpoch& code_epoch_;
    Log& log_;
    HartObserver* const observer_;
    AccessObserver* const access_observer_;
    const TimingModel model_;
    const bool skip_idle_loops_;
    const Strictness strictness_;
    UnicornEngine engine_;
    HartCsrs csrs_;
    HartMmu mmu_;

    BlockTable blocks_;
    // The page that code has run in last, and what its blocks go by; any page where addresses are not translated.
    struct CodePage {
        std::uint64_t mask = 0, address = 0;  // no address is odd under the mask
        std::uint64_t to_physical = 0;        // what leads from its addresses to where it lies
        std::uint32_t key = Block::kUntranslated;
    } page_;
    LastBlock last_;
    std::uint64_t pc_ = 0;  // where to go on
    bool stop_ = false;     // leave at the next block: something outside changed
    KnownAlignment aligned_;
    std::optional<ByHand> by_hand_;
    std::optional<Cut> cut_;                  // to be done before the engine goes on
    std::uint64_t next_part_ = Block::kNoPc;  // where the block that runs goes on
    bool again_ = false;                      // the engine goes on at pc_, within a block
    struct Told {
        std::uint64_t pc = Block::kNoPc, fingerprint = 0;
        std::vector<AlignedOperand> operands = {};
    };
    std::array<Told, 256> told_operands_;  // of blocks that are looked at often
    struct ToldFault {
        std::uint64_t cause = ~0ull, pc = 0, value = 0;
        std::string text = {};
    };
    std::array<ToldFault, 64> told_faults_;  // of code that traps again and again
    HartStops stops_;
    // Behind the block that has been counted whole and of which what is at pc_ is still to be run.
    std::optional<std::uint64_t> rest_end_;
    bool left_ = false;  // enter_block() ended the engine's run, pc_ is right
    unsigned patience_ = 0;
    LastAccess half_;
    struct Accessed {
        std::uint64_t instructions = ~0ull, pc = 0;  // that had been counted with its block
    } accessed_;                                     // what the observer has been told of last

    bool running_ = false;
    SimTime local_{}, deadline_{};
    std::uint64_t cycle_ = 0, end_cycle_ = 0;  // while running
    std::uint64_t limit_ = 0;                  // look round at the next block from that cycle on,
    std::uint64_t limit_below_ = 0;            // and where limit_ is 0 for the mode alone
    bool below_ = false;                       // in a mode below the machine's, or with addresses of one
    std::uint64_t data_due_ = 0;               // when to look at what goes to the data cache
    std::uint64_t instructions_ = 0, interrupts_taken_ = 0;
    InstructionCache icache_;
    DataCache dcache_;
    BranchPredictor branches_;
    bool in_wfi_ = false;
    std::optional<GuestFault> fault_;

    HartIdleLoops idle_loops_;
    const std::optional<std::uint32_t> msip_address_;
    HartRecurrence recurrence_;
    // As they were when it joined the recurrence that it is in.
    std::uint64_t joined_instructions_ = 0, joined_interrupts_ = 0, joined_cycle_ = 0;
    std::uint64_t look_cycle_ = 0;  // when to look for one again
};

}  // namespace k210
