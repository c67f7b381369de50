// A hart: what happens between the translated blocks that the engine runs.
//
// At the start of every block the engine calls here. Instructions and cycles are counted, the slice is ended at its
// deadline, and CSR reads are answered that the engine would answer from the host (mcycle) or wrongly (mip, mhartid).
// Machine traps are entered by hand between blocks, because Unicorn accepts no machine interrupt and reports a
// faulting pc only by block. Machine mode only; docs/fidelity.md lists the rest.
#include "k210/cpu/hart.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/block_table.hpp"
#include "cpu/branch_predictor.hpp"
#include "cpu/instruction_cache.hpp"
#include "cpu/poll_loop.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/unicorn_engine.hpp"

namespace k210 {
namespace {

// mcause of synchronous exceptions and mstatus fields. [doc] RISC-V privileged spec, mcause and mstatus
enum Cause : std::uint64_t {
    kFetchFault = 1,
    kIllegal = 2,
    kBreakpoint = 3,
    kLoadFault = 5,
    kStoreFault = 7,
    kEcallFromU = 8,
    kEcallFromM = 11,
};
constexpr std::uint64_t kInterruptCause = 1ull << 63;
constexpr std::uint64_t kMie = 1u << 3, kMpie = 1u << 7, kMppMachine = 3u << 11, kFs = 3u << 13;

constexpr unsigned kReservationPatience = 16;  // blocks a slice may run on to let an LR meet its SC
constexpr unsigned kMaxLoopBlocks = 16;
constexpr int kRoundsBeforePoll = 8;      // of the same pure loop, before looking whether it only waits
constexpr int kRoundsAfterNoPoll = 1024;  // and before looking again when it does not
constexpr std::uint64_t kLongestRest = std::uint64_t{1} << 40;  // cycles that are as good as for ever

// Flags of a block that ask for something once it has run.
constexpr std::uint16_t kUnfinished =
    BlockEnd::reads_csr | BlockEnd::writes_csr | BlockEnd::is_mret | BlockEnd::is_fence_i;
constexpr std::uint16_t kUnresolved = BlockEnd::is_branch | BlockEnd::is_indirect;
constexpr std::uint16_t kReserves = BlockEnd::opens_reservation | BlockEnd::closes_reservation;

using Csr = UnicornEngine::Csr;
constexpr Csr kCsrs[] = {Csr::mstatus, Csr::mie,    Csr::mtvec, Csr::mscratch,
                         Csr::mepc,    Csr::mcause, Csr::mtval, Csr::fcsr};
constexpr const char* kCsrNames[] = {"mstatus", "mie", "mtvec", "mscratch", "mepc", "mcause", "mtval", "fcsr"};

constexpr const char* kGprNames[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                     "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                     "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

class EngineHart final : public Hart, private PollWorld {
public:
    explicit EngineHart(const HartContext& context);

    void reset(std::uint64_t pc, std::uint64_t sp) override;
    void run(SimTime deadline) override;
    void set_interrupt(Interrupt interrupt, bool level) override;
    bool waiting() const override { return waiting_ && !(pending_ & engine_.csr(Csr::mie)); }
    bool wakeable() const override { return engine_.csr(Csr::mie) != 0; }
    std::uint64_t instructions() const override { return instructions_; }
    std::uint64_t interrupts_taken() const override { return interrupts_taken_; }
    const std::optional<GuestFault>& fault() const override { return fault_; }
    std::string describe() const override;
    void visit_state(StateVisitor& visitor) override;
    bool resting() const override { return rests_ || waiting(); }
    SimTime rests_until() override;
    SimTime local_now() const override { return running_ ? clock_.time_of(cycle_) : local_; }
    void stop_by(SimTime deadline) override;

private:
    // The block entered last. What it leaves to do is taken from its flags once done.
    struct LastBlock {
        std::uint64_t pc = 0, next = 0;  // next: behind it
        BlockEnd end;
    };

    UnicornEngine::Callbacks callbacks(const HartContext& context);
    template <bool kApproximate, bool kObserved>
    void enter_block(std::uint64_t pc, std::uint32_t size);
    template <bool kApproximate, bool kObserved>
    void enter_unusual_block(std::uint64_t pc, std::uint32_t size, bool poll);
    void count(const Block& block, std::uint64_t pc, std::uint32_t size);
    Block* meet(std::uint64_t pc, std::uint32_t size);
    bool ends_here();
    void leave_at(std::uint64_t pc);
    void update_limit() { limit_ = stop_ || patience_ ? 0 : end_cycle_; }
    unsigned branch_cycles(std::uint64_t pc);
    void finish_last_block();
    bool may_be_poll(std::uint64_t pc);
    bool skip_poll(std::uint64_t pc);
    bool rest();
    void follow(const PollSkip& skip);
    Gprs gprs() const { return rest_gprs_ ? *rest_gprs_ : engine_.gprs(); }
    void tell_engine();
    std::uint64_t machine_csr(unsigned csr) const;

    std::uint32_t read(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes);
    void write(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value);
    bool is_second_half(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes);
    unsigned beyond_caches(const Bus::Window& window, unsigned uncached, unsigned device) const {
        if (model_ == TimingModel::instructions || (window.memory && window.cached)) return 0;
        return window.memory ? uncached : device;
    }

    std::span<const std::uint8_t> memory(std::uint64_t address, std::uint32_t size) override {
        return code(address, size);
    }
    std::optional<SteadyRead> device(std::uint64_t address, std::uint32_t size) override;
    BlockCode block(std::uint64_t pc) override;
    unsigned load_cycles(std::uint64_t address, std::uint32_t size) override;
    unsigned jump_cycles() override { return model_ == TimingModel::approximate ? cost::kJump : 0; }

    void run_engine();
    void take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    bool take_interrupt();
    std::string describe_last_access() const;
    void enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    std::uint64_t faulting_pc(std::uint64_t address, bool store) const;
    void uncount_after(std::uint64_t pc);
    std::uint64_t cycles_until(SimTime t) const;
    std::span<const std::uint8_t> code(std::uint64_t pc, std::uint64_t size) const;
    const Bus::Window* window_at(std::uint64_t address) const {
        return address >> 32 ? nullptr : bus_.find(static_cast<std::uint32_t>(address));
    }

    const unsigned id_;
    Bus& bus_;
    ClockDomain& clock_;
    CodeEpoch& code_epoch_;
    Log& log_;
    HartObserver* const observer_;
    const TimingModel model_;
    const bool skip_polls_;
    UnicornEngine engine_;

    BlockTable blocks_;
    LastBlock last_;
    std::uint64_t pc_ = 0;  // where to go on
    bool stop_ = false;     // leave at the next block: something outside changed
    bool left_ = false;     // enter_block() ended the engine's run, pc_ is right
    unsigned patience_ = 0;
    std::uint64_t loop_head_ = Block::kNoPc;  // target of a backward jump
    std::uint64_t loop_cycle_ = 0;            // when it was last there
    unsigned loop_blocks_ = 0;                // pure blocks up to then
    int loop_rounds_ = 0;
    std::uint64_t round_cycles_ = 0;  // that the last round took
    unsigned pure_blocks_ = 0;        // since one that was not
    bool rests_ = false;              // pc_ is in a loop that has only waited so far
    std::optional<Gprs> rest_gprs_;   // meanwhile, until the engine has to know

    struct DecodedBlock {  // of loops that may only wait
        std::uint64_t pc = Block::kNoPc, epoch = 0, fingerprint = 0;
        unsigned cycles = 0;
        std::vector<PollInsn> code = {};
    };
    std::array<DecodedBlock, 64> decoded_;

    struct Half {
        std::uint32_t offset = 0;
        std::uint64_t instructions = 0;
    } half_;  // the last access that came here

    bool running_ = false;
    SimTime local_{}, deadline_{};
    std::uint64_t cycle_ = 0, end_cycle_ = 0;  // while running
    std::uint64_t limit_ = 0;                  // look round at the next block from that cycle on
    std::uint64_t instructions_ = 0, interrupts_taken_ = 0;
    InstructionCache icache_;
    BranchPredictor branches_;
    std::uint32_t pending_ = 0;  // mip
    bool waiting_ = false;
    std::optional<GuestFault> fault_;
};

UnicornEngine::Callbacks EngineHart::callbacks(const HartContext& context) {
    UnicornEngine::Callbacks calls{};
    calls.self = this;
    const auto enter = [&]<bool kApproximate, bool kObserved> {
        calls.block = +[](uc_struct*, std::uint64_t pc, std::uint32_t size, void* self) {
            static_cast<EngineHart*>(self)->enter_block<kApproximate, kObserved>(pc, size);
        };
    };
    const bool approximate = context.timing == TimingModel::approximate;
    if (approximate && context.observer) enter.operator()<true, true>();
    if (approximate && !context.observer) enter.operator()<true, false>();
    if (!approximate && context.observer) enter.operator()<false, true>();
    if (!approximate && !context.observer) enter.operator()<false, false>();
    calls.read = +[](void* self, const Bus::Window& window, std::uint32_t offset, unsigned size) {
        return static_cast<EngineHart*>(self)->read(window, offset, size);
    };
    calls.write = +[](void* self, const Bus::Window& window, std::uint32_t offset, unsigned size, std::uint32_t value) {
        static_cast<EngineHart*>(self)->write(window, offset, size, value);
    };
    return calls;
}

EngineHart::EngineHart(const HartContext& context)
    : id_(context.id), bus_(context.bus), clock_(context.clock), code_epoch_(context.code_epoch), log_(context.log),
      observer_(context.observer), model_(context.timing), skip_polls_(context.skip_polls),
      engine_(bus_, model_ == TimingModel::approximate, callbacks(context)) {
    clock_.on_change([this] {
        if (running_) end_cycle_ = cycles_until(deadline_);
        update_limit();
        if (observer_) observer_->clock_changed(local_now());
    });
    if (observer_) observer_->attached(clock_, bus_);
}

void EngineHart::reset(std::uint64_t pc, std::uint64_t sp) {
    for (unsigned i = 1; i < 32; ++i) engine_.set_x(i, 0);
    for (const Csr csr : kCsrs) engine_.set_csr(csr, 0);
    engine_.set_x(2, sp);
    pc_ = pc;
    last_ = {.pc = 0, .next = pc, .end = {}};
    rest_gprs_.reset();
    half_ = {};
    patience_ = 0;
    loop_head_ = Block::kNoPc;
    loop_rounds_ = 0;
    pure_blocks_ = 0;
    rests_ = false;
    icache_.clear();
    branches_.clear();
    pending_ = 0;
    waiting_ = false;
    fault_.reset();
    code_epoch_.advance();
    if (observer_) observer_->reset();
}

// --- time -------------------------------------------------------------------------------------------------------

std::uint64_t EngineHart::cycles_until(SimTime t) const {  // the first cycle that does not end before t
    const std::uint64_t cycle = clock_.cycle_at(t);
    return clock_.time_of(cycle) < t ? cycle + 1 : cycle;
}

void EngineHart::stop_by(SimTime deadline) {
    if (deadline >= deadline_) return;
    deadline_ = deadline;
    end_cycle_ = cycles_until(deadline);
    update_limit();
}

void EngineHart::run(SimTime deadline) {
    if (clock_.hz() == 0) {
        local_ = deadline;
        return;
    }
    deadline_ = deadline;
    cycle_ = cycles_until(local_);
    end_cycle_ = cycles_until(deadline);
    update_limit();
    running_ = true;
    if (observer_) observer_->resume(cycle_);
    while (cycle_ < end_cycle_) {
        if (waiting_) {
            if (!(pending_ & engine_.csr(Csr::mie))) {
                cycle_ = end_cycle_;
                if (observer_) observer_->slept(cycle_);
                break;
            }
            waiting_ = false;
        }
        if (fault_ && fault_->handler_unreachable) {
            cycle_ = end_cycle_;
            break;
        }
        if (pending_ && take_interrupt()) continue;
        if (rests_ && rest()) continue;
        run_engine();
    }
    if (observer_) observer_->pause(cycle_);
    local_ = clock_.time_of(cycle_);
    running_ = false;
}

// --- blocks -----------------------------------------------------------------------------------------------------

std::span<const std::uint8_t> EngineHart::code(std::uint64_t pc, std::uint64_t size) const {
    return pc >> 32 ? std::span<const std::uint8_t>{}
                    : bus_.memory(static_cast<std::uint32_t>(pc), static_cast<std::uint32_t>(size));
}

void EngineHart::leave_at(std::uint64_t pc) {
    pc_ = pc;
    left_ = true;
    engine_.stop();
}

// Called more often than anything else. Most blocks need no more than this; it calls nothing.
template <bool kApproximate, bool kObserved>
void EngineHart::enter_block(std::uint64_t pc, std::uint32_t size) {
    if constexpr (kApproximate) cycle_ += branch_cycles(pc);
    const bool poll = pc <= last_.pc && pure_blocks_ != 0 && may_be_poll(pc);
    const Block* block = blocks_.first_guess(pc);
    bool usual = !kObserved && !poll && block && cycle_ < limit_ && !last_.end.has(kUnfinished);
    usual = usual && block->epoch == code_epoch_.value && block->size_bytes == size && !block->end.has(kReserves);
    if constexpr (kApproximate) usual = usual && icache_.surely_holds(pc, size);
    if (usual) [[likely]]
        return count(*block, pc, size);
    last_.end.flags &= static_cast<std::uint16_t>(~kUnresolved);
    last_.next = pc;  // has been charged
    enter_unusual_block<kApproximate, kObserved>(pc, size, poll);
}

template <bool kApproximate, bool kObserved>
[[gnu::noinline]] void EngineHart::enter_unusual_block(std::uint64_t pc, std::uint32_t size, bool poll) {
    if constexpr (kObserved) observer_->block(pc, size, cycle_);
    if (last_.end.has(kUnfinished)) finish_last_block();
    if (poll && skip_poll(pc)) return;
    if (cycle_ >= limit_ && ends_here()) return leave_at(pc);
    const Block* block = meet(pc, size);
    if (!block) return leave_at(pc);
    if (block->end.has(kReserves)) {
        if (cycle_ >= end_cycle_ && block->end.has(BlockEnd::opens_reservation)) return leave_at(pc);  // begins anew
        patience_ = block->end.has(BlockEnd::closes_reservation) ? 0 : kReservationPatience;
        update_limit();
    }
    if constexpr (kApproximate) cycle_ += icache_.fetch(pc, size);
    count(*block, pc, size);
}

void EngineHart::count(const Block& block, std::uint64_t pc, std::uint32_t size) {
    pure_blocks_ = block.end.has(BlockEnd::pure) ? pure_blocks_ + 1 : 0;
    cycle_ += block.cycles;
    instructions_ += block.instructions;
    last_.pc = pc;
    last_.next = pc + size;
    std::memcpy(&last_.end, &block.end, sizeof(BlockEnd));  // all at once
}

// What it takes to come from the last block to `pc`.
unsigned EngineHart::branch_cycles(std::uint64_t pc) {
    const BlockEnd& end = last_.end;
    const bool jumped = pc != last_.next;
    unsigned cycles = jumped ? cost::kJump : 0;
    if (end.has(BlockEnd::is_branch)) {
        if (!branches_.foresaw_branch(end.branch_slot, jumped)) cycles += cost::kMispredict;
    } else if (end.has(BlockEnd::is_indirect)) {
        if (!branches_.foresaw_target(end.branch_slot, pc)) cycles += cost::kMispredict;
    }
    return cycles;
}

// After a jump back and pure blocks only: notes the loop, and tells when it is worth looking at closely.
bool EngineHart::may_be_poll(std::uint64_t pc) {
    const bool still = pure_blocks_ - loop_blocks_ <= kMaxLoopBlocks;
    if (still && pc != loop_head_) return false;  // a jump back within the loop
    round_cycles_ = cycle_ - loop_cycle_;
    loop_cycle_ = cycle_;
    loop_blocks_ = pure_blocks_;
    if (!still) {
        loop_head_ = pc;
        loop_rounds_ = 0;
        return false;
    }
    return ++loop_rounds_ >= kRoundsBeforePoll && skip_polls_ && !stop_;
}

// Whether the slice ends before the block that is about to run.
bool EngineHart::ends_here() {
    if (cycle_ >= end_cycle_ && patience_ == 0) return true;
    const bool stopped = stop_;
    stop_ = false;
    if (!stopped && patience_ != 0) --patience_;
    update_limit();
    return stopped;
}

// True when the loop has been skipped and the hart is elsewhere in it.
bool EngineHart::skip_poll(std::uint64_t pc) {
    loop_rounds_ = 0;
    if (cycle_ >= end_cycle_) return false;
    const auto skip = evaluate_poll({.head = pc, .pc = pc}, gprs(), cycle_, end_cycle_ - cycle_, *this);
    if (!skip) {
        loop_rounds_ = -kRoundsAfterNoPoll;
        return false;
    }
    if (skip->round_cycles != round_cycles_) return false;  // not as regular as it will be
    follow(*skip);
    if (skip->pc == pc) return false;
    leave_at(skip->pc);
    return true;
}

// The loop that the hart was left in goes on. False when it does more than that.
bool EngineHart::rest() {
    const auto skip = evaluate_poll({.head = loop_head_, .pc = pc_}, gprs(), cycle_, end_cycle_ - cycle_, *this);
    rests_ = false;
    if (!skip) return false;
    follow(*skip);
    pc_ = skip->pc;
    return true;
}

void EngineHart::tell_engine() {
    if (!rest_gprs_) return;
    for (unsigned i = 1; i < rest_gprs_->size(); ++i) engine_.set_x(i, (*rest_gprs_)[i]);
    rest_gprs_.reset();
}

void EngineHart::follow(const PollSkip& skip) {
    rest_gprs_ = skip.gprs;
    if (!skip.goes_on) tell_engine();
    cycle_ += skip.cycles;
    instructions_ += skip.instructions;
    last_ = {.pc = skip.last_pc, .next = skip.pc, .end = {}};
    loop_cycle_ = cycle_;
    rests_ = skip.goes_on;
    if (observer_) observer_->polled(loop_head_, skip.reads, cycle_);
}

SimTime EngineHart::rests_until() {
    if (waiting()) return SimTime::never();
    if (!resting() || clock_.hz() == 0 || (pending_ & engine_.csr(Csr::mie))) return local_;
    const std::uint64_t cycle = cycles_until(local_);
    const std::uint64_t lasts = poll_lasts({.head = loop_head_, .pc = pc_}, gprs(), cycle, *this);
    return lasts > kLongestRest ? SimTime::never() : clock_.time_of(cycle + lasts);
}

std::optional<PollWorld::SteadyRead> EngineHart::device(std::uint64_t address, std::uint32_t size) {
    const Bus::Window* window = window_at(address);
    if (!window || !window->target || address % size != 0) return {};
    std::uint64_t value = 0;
    SimTime until = SimTime::never();
    for (std::uint32_t part = 0; part < size; part += 4) {
        const auto offset = static_cast<std::uint32_t>(address) + part - window->base;
        until = std::min(until, window->target->steady_until(offset));
        if (until <= local_now()) return {};
        value |= std::uint64_t{bus_.read_device(*window, offset, std::min(size, 4u))} << (8 * part);
    }
    return SteadyRead{value, clock_.cycle_at(until)};
}

PollWorld::BlockCode EngineHart::block(std::uint64_t pc) {
    DecodedBlock& decoded = decoded_[(pc >> 1) % decoded_.size()];
    if (decoded.pc == pc && decoded.epoch == code_epoch_.value) return {decoded.code, decoded.cycles};
    const auto to_page_end = code(pc, kPageBytes - pc % kPageBytes);
    const auto bytes = to_page_end.first(block_bytes(to_page_end));
    if (decoded.pc != pc || decoded.fingerprint != fingerprint(bytes))
        decoded = {pc, 0, fingerprint(bytes), straight_cycles(bytes, model_), decode(bytes)};
    decoded.epoch = code_epoch_.value;
    return {decoded.code, decoded.cycles};
}

unsigned EngineHart::load_cycles(std::uint64_t address, std::uint32_t size) {
    const Bus::Window* window = window_at(address);
    if (!window) return 0;
    const unsigned transfers = window->memory ? 1 : (size + 3) / 4;
    return transfers * beyond_caches(*window, cost::kUncachedLoad, cost::kDeviceLoad);
}

// The engine makes two accesses of a 64-bit one; to memory it is one transfer.
bool EngineHart::is_second_half(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes) {
    const bool second = window.memory && size_bytes == 4 && offset % 8 == 4 && half_.offset == offset - 4 &&
                        half_.instructions == instructions_;
    half_ = {offset, instructions_};
    return second;
}

std::uint32_t EngineHart::read(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes) {
    if (!is_second_half(window, offset, size_bytes))
        cycle_ += beyond_caches(window, cost::kUncachedLoad, cost::kDeviceLoad);
    return window.memory ? window.memory->read(offset, size_bytes) : bus_.read_device(window, offset, size_bytes);
}

void EngineHart::write(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    if (!is_second_half(window, offset, size_bytes))
        cycle_ += beyond_caches(window, cost::kUncachedStore, cost::kDeviceStore);
    if (window.memory) {
        window.memory->write(offset, size_bytes, value);
    } else {
        bus_.write_device(window, offset, size_bytes, value);
    }
}

// What could not be done before the block had run: CSR reads into rd, and noticing what it enabled.
void EngineHart::finish_last_block() {
    BlockEnd& end = last_.end;
    if (end.has(BlockEnd::reads_csr)) engine_.set_x(end.rd, machine_csr(end.csr));
    if (end.has(BlockEnd::writes_csr) && pending_) {
        stop_ = true;
        update_limit();
    }
    if (end.has(BlockEnd::is_fence_i)) {
        code_epoch_.advance();
        icache_.clear();
    }
    if (end.has(BlockEnd::is_mret)) {
        fault_.reset();
        if (observer_) observer_->returned(cycle_);
    }
    end.flags &= static_cast<std::uint16_t>(~kUnfinished);
}

std::uint64_t EngineHart::machine_csr(unsigned csr) const {
    switch (csr) {
        case 0x344: return pending_;
        case 0xf14: return id_;
        case 0xb02:
        case 0xc02: return instructions_;
        default: return cycle_;
    }
}

// The block's entry, when it is not the one that comes to mind first. None when what the engine is about to run is not
// what memory holds: the translation has been dropped and the engine must start over.
Block* EngineHart::meet(std::uint64_t pc, std::uint32_t size) {
    if (blocks_.crowded()) blocks_.clear();
    Block* block = &blocks_.at(pc);
    if (block->pc == pc && block->epoch == code_epoch_.value && block->size_bytes == size) return block;
    const auto bytes = code(pc, size);
    assert(!bytes.empty() && "the engine fetched it from there");
    const bool fresh = block->pc != pc;
    const bool stale = !fresh && block->size_bytes == size && fingerprint(bytes) != block->fingerprint;
    if (fresh || stale || block->size_bytes != size) {
        block->pc = pc;
        analyse(*block, bytes, model_);
    }
    block->epoch = code_epoch_.value;
    if (stale) {
        engine_.forget_block(pc, size);
        return nullptr;
    }
    if (!fresh) return block;
    const Bus::Window& window = *window_at(pc);
    window.memory->mark_code(pc - window.base, size);
    blocks_.added();
    return &blocks_.at(pc);
}

void EngineHart::run_engine() {
    tell_engine();
    left_ = false;
    const UnicornEngine::Exit exit = engine_.run(pc_);
    if (left_) return;
    using Reason = UnicornEngine::Exit::Reason;
    switch (exit.reason) {
        case Reason::exception: {
            last_.end.flags &= static_cast<std::uint16_t>(~BlockEnd::reads_csr);
            const std::uint64_t cause = exit.value == kEcallFromU ? std::uint64_t{kEcallFromM} : exit.value;
            return take_exception(cause, exit.pc, cause == kIllegal ? rv::fetch(code(exit.pc, 4), 0) : 0);
        }
        case Reason::refused: {
            if (exit.access == UnicornEngine::Access::fetch) {
                finish_last_block();
                return take_exception(kFetchFault, exit.value, exit.value);
            }
            const bool store = exit.access == UnicornEngine::Access::store;
            return take_exception(store ? kStoreFault : kLoadFault, faulting_pc(exit.value, store), exit.value);
        }
        case Reason::stopped:
        case Reason::failed: break;
    }
    const std::uint32_t insn = rv::fetch(code(exit.pc, 4), 0);
    if (insn == rv::kEbreak || (insn & 0xffff) == rv::kCompressedEbreak)
        return take_exception(kBreakpoint, exit.pc, exit.pc);
    if (last_.end.has(BlockEnd::has_wfi)) {
        uncount_after(exit.pc - 4);
        last_.end.flags = 0;
        last_.next = exit.pc;
        pc_ = exit.pc;
        waiting_ = true;
        return;
    }
    if (exit.reason == Reason::failed) return take_exception(kIllegal, exit.pc, insn);
    finish_last_block();
    pc_ = exit.pc;
}

// --- traps ------------------------------------------------------------------------------------------------------

// The engine knows the faulting block only. The registers are exact, so the culprit is the load or store in it whose
// operand has the refused address.
std::uint64_t EngineHart::faulting_pc(std::uint64_t address, bool store) const {
    const auto bytes = code(last_.pc, last_.next - last_.pc);
    std::uint32_t insn = 0;
    for (std::size_t at = 0; at < bytes.size(); at += rv::length_bytes(insn)) {
        insn = rv::fetch(bytes, at);
        const auto operand = rv::memory_operand(insn);
        if (!operand || !(store ? operand->store : operand->load)) continue;
        // A wide access may fail in its second half.
        if (address - (engine_.x(operand->base) + operand->offset) < operand->size_bytes) return last_.pc + at;
    }
    return last_.pc;
}

// The block was counted whole on entry; what comes after the instruction at pc did not run.
void EngineHart::uncount_after(std::uint64_t pc) {
    if (pc < last_.pc || pc >= last_.next) return;
    const auto bytes = code(last_.pc, last_.next - last_.pc);
    const std::size_t begin = pc - last_.pc, end = begin + rv::length_bytes(rv::fetch(bytes, begin));
    for (std::size_t at = end; at < bytes.size(); at += rv::length_bytes(rv::fetch(bytes, at))) --instructions_;
    cycle_ -= straight_cycles(bytes, model_) - straight_cycles(bytes.first(end), model_);
}

void EngineHart::take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    uncount_after(pc);
    last_.end.flags = 0;
    patience_ = 0;
    pc_ = pc;
    if (cause != kEcallFromM)
        log_.guest_error(fmt::format("hart{}", id_), "exception {} at pc {:#x}, address or instruction {:#x}", cause,
                         pc, value);
    if (cause != kEcallFromM && !fault_)
        fault_ = GuestFault{cause, pc, value, clock_.time_of(cycle_), describe() + describe_last_access(), false};
    enter_trap(cause, pc, value);
    if (code(pc_, 2).empty() || pc == pc_) {  // no handler, or one that faults at once
        if (!fault_) fault_ = GuestFault{cause, pc, value, clock_.time_of(cycle_), describe(), true};
        fault_->handler_unreachable = true;
    }
}

bool EngineHart::take_interrupt() {
    if (!(engine_.csr(Csr::mstatus) & kMie)) return false;
    const std::uint64_t ready = pending_ & engine_.csr(Csr::mie);
    for (const Interrupt interrupt : {Interrupt::external, Interrupt::software, Interrupt::timer}) {
        const auto bit = static_cast<unsigned>(interrupt);
        if (!(ready >> bit & 1)) continue;
        ++interrupts_taken_;
        enter_trap(kInterruptCause | bit, pc_, 0);
        return true;
    }
    return false;
}

void EngineHart::enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    rests_ = false;
    const std::uint64_t status = engine_.csr(Csr::mstatus);
    const std::uint64_t saved = (status & kMie) ? kMpie : 0;
    engine_.set_csr(Csr::mstatus, (status & ~(kMie | kMpie)) | saved | kMppMachine);
    engine_.set_csr(Csr::mepc, pc);
    engine_.set_csr(Csr::mcause, cause);
    engine_.set_csr(Csr::mtval, value);
    pc_ = engine_.csr(Csr::mtvec) & ~3ull;
    if (observer_) observer_->trapped(cause, pc_, cycle_);
    cycle_ += cost::kTrapEntry;
}

void EngineHart::set_interrupt(Interrupt interrupt, bool level) {
    const std::uint32_t bit = 1u << static_cast<unsigned>(interrupt);
    if (level == ((pending_ & bit) != 0)) return;
    pending_ ^= bit;
    if (interrupt == Interrupt::software && level) code_epoch_.advance();  // often announces freshly loaded code
    if (!running_) return;
    stop_ = true;
    update_limit();
}

// --- the outside's view -----------------------------------------------------------------------------------------

std::string EngineHart::describe_last_access() const {
    const BusAccess& last = bus_.last_device_access();
    if (last.device.empty()) return "no device was accessed before\n";
    return fmt::format("last device access: {} of {} bytes at {:#010x} ({}), value {:#x}\n",
                       last.is_write ? "write" : "read", last.size_bytes, last.address, last.device, last.value);
}

std::string EngineHart::describe() const {
    std::string text = fmt::format("hart {} pc={:#018x} {}\n", id_, pc_, waiting_ ? "waiting" : "");
    const Gprs x = gprs();
    for (unsigned i = 1; i < 32; ++i)
        text += fmt::format("{:>8}={:#018x}{}", kGprNames[i], x[i], i % 4 == 3 ? "\n" : " ");
    for (std::size_t i = 0; i < std::size(kCsrs); ++i)
        text += fmt::format("{:>8}={:#018x}{}", kCsrNames[i], engine_.csr(kCsrs[i]), i % 4 == 3 ? "\n" : " ");
    return text;
}

void EngineHart::visit_state(StateVisitor& visitor) {
    assert(!running_ && !last_.end.has(kUnfinished));
    tell_engine();
    const auto scope = visitor.enter(fmt::format("hart{}", id_));
    const auto visit = [&](std::string_view name, std::uint64_t v, auto set) {
        visitor.value(name, v);
        if (visitor.loading()) set(v);
    };
    // Floating-point state is out of reach while mstatus.FS is off, and writing it moves FS: so FS is on meanwhile.
    std::uint64_t status = engine_.csr(Csr::mstatus);
    visitor.value("mstatus", status);
    engine_.set_csr(Csr::mstatus, status | kFs);
    for (std::size_t i = 1; i < std::size(kCsrs); ++i)
        visit(kCsrNames[i], engine_.csr(kCsrs[i]), [&](std::uint64_t v) { engine_.set_csr(kCsrs[i], v); });
    for (unsigned i = 1; i < 32; ++i) visit(kGprNames[i], engine_.x(i), [&](std::uint64_t v) { engine_.set_x(i, v); });
    for (unsigned i = 0; i < 32; ++i)
        visit(fmt::format("f{}", i), engine_.f(i), [&](std::uint64_t v) { engine_.set_f(i, v); });
    engine_.set_csr(Csr::mstatus, status);
    visitor.value("pc", pc_);
    visitor.value("local_ps", local_.ps);
    visitor.value("instructions", instructions_);
    visitor.value("interrupts_taken", interrupts_taken_);
    visitor.value("pending", pending_);
    visitor.value("waiting", waiting_);
    // Whether a poll is skipped or run makes no difference to the guest, but devices that are looked at more often may
    // fire harmless events earlier: only with these is the continuation the same event by event.
    if (visitor.loading()) last_ = {};
    visitor.value("stop", stop_);
    visitor.value("last_pc", last_.pc);
    visitor.value("last_next", last_.next);
    visitor.value("patience", patience_);
    visitor.value("loop.head", loop_head_);
    visitor.value("loop.cycle", loop_cycle_);
    visitor.value("loop.blocks", loop_blocks_);
    visitor.value("loop.rounds", loop_rounds_);
    visitor.value("pure_blocks", pure_blocks_);
    visitor.value("rests", rests_);
    visitor.value("half.offset", half_.offset);
    visitor.value("half.instructions", half_.instructions);
    icache_.visit_state(visitor);
    branches_.visit_state(visitor);
    bool faulted = fault_.has_value();
    visitor.value("faulted", faulted);
    if (visitor.loading()) fault_ = faulted ? std::optional<GuestFault>(GuestFault{}) : std::nullopt;
    if (fault_) {
        visitor.value("fault.cause", fault_->cause);
        visitor.value("fault.pc", fault_->pc);
        visitor.value("fault.value", fault_->value);
        visitor.value("fault.when_ps", fault_->when.ps);
        visitor.value("fault.handler_unreachable", fault_->handler_unreachable);
        std::vector<std::uint8_t> text(fault_->circumstances.begin(), fault_->circumstances.end());
        visitor.buffer("fault.circumstances", text);
        fault_->circumstances.assign(text.begin(), text.end());
    }
    if (visitor.loading()) code_epoch_.advance();
}

}  // namespace

std::unique_ptr<Hart> make_hart(const HartContext& context) {
    return std::make_unique<EngineHart>(context);
}

std::string_view cpu_engine_version() {
    return UnicornEngine::version();
}

}  // namespace k210
