// A hart on Unicorn Engine: the only file that knows it.
//
// One engine per hart, all of them over the same host memory. One hook at the start of every translated block counts
// instructions, ends the slice at its deadline, and answers CSR reads that Unicorn would answer from the host
// (mcycle) or wrongly (mip, mhartid). Machine traps are entered by hand between blocks, because Unicorn accepts no
// machine interrupt and reports a faulting pc only by block. Machine mode only; docs/fidelity.md lists the rest.
#include <array>
#include <cassert>
#include <cstring>
#include <list>

#include <unicorn/unicorn.h>

#include "cpu/block_table.hpp"
#include "cpu/poll_loop.hpp"
#include "cpu/rv_decode.hpp"
#include "k210/cpu/hart.hpp"

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

constexpr std::uint64_t kCyclesPerInstruction = 1;  // [assumed] an ideal in-order pipeline; docs/fidelity.md
constexpr unsigned kTrapCycles = 4;                 // [assumed] pipeline flush on trap entry
constexpr unsigned kReservationPatience = 16;       // blocks a slice may run on to let an LR meet its SC
constexpr unsigned kMaxLoopBlocks = 16;
constexpr int kRoundsBeforePoll = 8;      // of the same pure loop, before looking whether it only waits
constexpr int kRoundsAfterNoPoll = 1024;  // and before looking again when it does not

// Flags of a block that ask for something once it has run.
constexpr std::uint16_t kUnfinished = Block::reads_csr | Block::writes_csr | Block::is_mret | Block::is_fence_i;

constexpr int kCsrs[] = {
    UC_RISCV_REG_MSTATUS, UC_RISCV_REG_MIE,    UC_RISCV_REG_MTVEC, UC_RISCV_REG_MSCRATCH,
    UC_RISCV_REG_MEPC,    UC_RISCV_REG_MCAUSE, UC_RISCV_REG_MTVAL, UC_RISCV_REG_FCSR,
};
constexpr const char* kCsrNames[] = {"mstatus", "mie", "mtvec", "mscratch", "mepc", "mcause", "mtval", "fcsr"};

constexpr const char* kGprNames[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                     "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                     "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

class UnicornHart final : public Hart, private PollWorld {
public:
    explicit UnicornHart(const HartContext& context);
    ~UnicornHart() override { uc_close(engine_); }

    void reset(std::uint64_t pc, std::uint64_t sp) override;
    void run(SimTime deadline) override;
    void set_interrupt(Interrupt interrupt, bool level) override;
    bool waiting() const override { return waiting_ && !(pending_ & gpr_or_csr(UC_RISCV_REG_MIE)); }
    bool wakeable() const override { return gpr_or_csr(UC_RISCV_REG_MIE) != 0; }
    std::uint64_t instructions() const override { return instructions_; }
    std::uint64_t interrupts_taken() const override { return interrupts_taken_; }
    const std::optional<GuestFault>& fault() const override { return fault_; }
    std::string describe() const override;
    void visit_state(StateVisitor& visitor) override;
    SimTime local_now() const override { return running_ ? clock_.time_of(cycle_) : local_; }
    void stop_by(SimTime deadline) override;

private:
    struct MmioWindow {
        UnicornHart* hart;
        const Bus::Window* window;
    };
    struct Refused {  // the access that the engine could not make
        std::uint64_t address;
        uc_mem_type type;
    };

    void map_memory();
    void on_block(std::uint64_t pc, std::uint32_t size);
    void leave_at(std::uint64_t pc);
    bool learn(Block& block, std::uint64_t pc, std::uint32_t size);
    void drop_stale(std::uint64_t pc, std::uint32_t size);
    void finish_previous_block();
    void watch_for_poll(std::uint64_t pc);
    bool skip_poll(std::uint64_t head);
    std::span<const std::uint8_t> memory(std::uint64_t address, std::uint32_t size) override {
        return code(address, size);
    }
    std::optional<SteadyRead> device(std::uint64_t address, std::uint32_t size) override;
    std::uint64_t machine_csr(unsigned csr) const;

    void run_engine();
    void take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    bool take_interrupt();
    std::string describe_last_access() const;
    void enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);
    std::uint64_t faulting_pc(const Refused& access) const;
    void uncount_after(std::uint64_t pc);
    std::uint64_t cycles_until(SimTime t) const;
    std::span<const std::uint8_t> code(std::uint64_t pc, std::uint32_t size) const;

    std::uint64_t gpr_or_csr(int reg) const {
        std::uint64_t v = 0;
        uc_reg_read(engine_, reg, &v);
        return v;
    }
    void set_reg(int reg, std::uint64_t v) { uc_reg_write(engine_, reg, &v); }

    const unsigned id_;
    Bus& bus_;
    ClockDomain& clock_;
    CodeEpoch& code_epoch_;
    Log& log_;
    HartObserver* const observer_;
    uc_engine* engine_ = nullptr;
    std::list<MmioWindow> mmio_;

    BlockTable blocks_;
    Block last_;            // the block entered last, by value: the table may move
    std::uint64_t pc_ = 0;  // where to go on
    bool stop_ = false;     // leave at the next block: something outside changed
    bool left_ = false;     // the block hook ended the engine's run, pc_ is right
    unsigned patience_ = 0;
    std::uint64_t loop_head_ = Block::kNoPc;     // target of a backward jump
    unsigned loop_blocks_ = kMaxLoopBlocks + 1;  // since it, as long as they are pure; then more than the maximum
    int loop_rounds_ = 0;
    std::optional<std::uint64_t> exception_;  // as the engine numbers them
    std::optional<Refused> refused_;

    bool running_ = false;
    SimTime local_{}, deadline_{};
    std::uint64_t cycle_ = 0, end_cycle_ = 0;  // while running
    std::uint64_t instructions_ = 0, interrupts_taken_ = 0;
    std::uint32_t pending_ = 0;  // mip
    bool waiting_ = false;
    std::optional<GuestFault> fault_;
};

UnicornHart::UnicornHart(const HartContext& context)
    : id_(context.id), bus_(context.bus), clock_(context.clock), code_epoch_(context.code_epoch), log_(context.log),
      observer_(context.observer) {
    if (uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_) != UC_ERR_OK) throw std::bad_alloc();
    map_memory();
    uc_hook hook;
    const auto on_block = +[](uc_engine*, std::uint64_t pc, std::uint32_t size, void* self) {
        static_cast<UnicornHart*>(self)->on_block(pc, size);
    };
    const auto on_observed_block = +[](uc_engine*, std::uint64_t pc, std::uint32_t size, void* self) {
        auto* hart = static_cast<UnicornHart*>(self);
        hart->observer_->block(pc, size, hart->cycle_);
        hart->on_block(pc, size);
    };
    uc_hook_add(engine_, &hook, UC_HOOK_BLOCK, reinterpret_cast<void*>(observer_ ? on_observed_block : on_block), this,
                1, 0);
    uc_hook_add(engine_, &hook, UC_HOOK_INTR,
                reinterpret_cast<void*>(+[](uc_engine* engine, std::uint32_t number, void* self) {
                    static_cast<UnicornHart*>(self)->exception_ = number;
                    uc_emu_stop(engine);
                }),
                this, 1, 0);
    uc_hook_add(engine_, &hook, UC_HOOK_MEM_INVALID,
                reinterpret_cast<void*>(
                    +[](uc_engine*, uc_mem_type type, std::uint64_t address, int, std::int64_t, void* self) {
                        static_cast<UnicornHart*>(self)->refused_ = Refused{address, type};
                        return false;
                    }),
                this, 1, 0);
    clock_.on_change([this] {
        if (running_) end_cycle_ = cycles_until(deadline_);
        if (observer_) observer_->clock_changed(local_now());
    });
    if (observer_) observer_->attached(clock_, bus_);
}

void UnicornHart::map_memory() {
    for (const Bus::Window& window : bus_.windows()) {
        uc_err error = UC_ERR_OK;
        if (window.memory) {
            const std::uint32_t rights = window.writable ? UC_PROT_ALL : UC_PROT_READ | UC_PROT_EXEC;
            error = uc_mem_map_ptr(engine_, window.base, window.size_bytes, rights, window.memory->bytes().data());
        } else {
            mmio_.push_back({this, &window});
            error = uc_mmio_map(
                engine_, window.base, window.size_bytes,
                [](uc_engine*, std::uint64_t offset, unsigned size, void* user) -> std::uint64_t {
                    const auto& mmio = *static_cast<MmioWindow*>(user);
                    return mmio.hart->bus_.read_device(*mmio.window, static_cast<std::uint32_t>(offset), size);
                },
                &mmio_.back(),
                [](uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* user) {
                    const auto& mmio = *static_cast<MmioWindow*>(user);
                    mmio.hart->bus_.write_device(*mmio.window, static_cast<std::uint32_t>(offset), size,
                                                 static_cast<std::uint32_t>(value));
                },
                &mmio_.back());
        }
        assert(error == UC_ERR_OK && "bus windows must be page-aligned");
        static_cast<void>(error);
    }
}

void UnicornHart::reset(std::uint64_t pc, std::uint64_t sp) {
    for (int reg = UC_RISCV_REG_X1; reg <= UC_RISCV_REG_X31; ++reg) set_reg(reg, 0);
    for (const int csr : kCsrs) set_reg(csr, 0);
    set_reg(UC_RISCV_REG_SP, sp);
    pc_ = pc;
    last_ = Block{};
    patience_ = 0;
    loop_head_ = Block::kNoPc;
    loop_blocks_ = kMaxLoopBlocks + 1;
    loop_rounds_ = 0;
    pending_ = 0;
    waiting_ = false;
    fault_.reset();
    code_epoch_.advance();
    if (observer_) observer_->reset();
}

// --- time -------------------------------------------------------------------------------------------------------

std::uint64_t UnicornHart::cycles_until(SimTime t) const {  // the first cycle that does not end before t
    const std::uint64_t cycle = clock_.cycle_at(t);
    return clock_.time_of(cycle) < t ? cycle + 1 : cycle;
}

void UnicornHart::stop_by(SimTime deadline) {
    if (deadline >= deadline_) return;
    deadline_ = deadline;
    end_cycle_ = cycles_until(deadline);
}

void UnicornHart::run(SimTime deadline) {
    if (clock_.hz() == 0) {
        local_ = deadline;
        return;
    }
    deadline_ = deadline;
    cycle_ = cycles_until(local_);
    end_cycle_ = cycles_until(deadline);
    running_ = true;
    if (observer_) observer_->resume(cycle_);
    while (cycle_ < end_cycle_) {
        if (waiting_) {
            if (!(pending_ & gpr_or_csr(UC_RISCV_REG_MIE))) {
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
        run_engine();
    }
    if (observer_) observer_->pause(cycle_);
    local_ = clock_.time_of(cycle_);
    running_ = false;
}

// --- blocks -----------------------------------------------------------------------------------------------------

std::span<const std::uint8_t> UnicornHart::code(std::uint64_t pc, std::uint32_t size) const {
    return pc >> 32 ? std::span<const std::uint8_t>{} : bus_.memory(static_cast<std::uint32_t>(pc), size);
}

void UnicornHart::leave_at(std::uint64_t pc) {
    pc_ = pc;
    left_ = true;
    uc_emu_stop(engine_);
}

void UnicornHart::on_block(std::uint64_t pc, std::uint32_t size) {
    if (last_.flags & kUnfinished) finish_previous_block();
    if (pc == loop_head_ || (loop_blocks_ > kMaxLoopBlocks && pc <= last_.pc)) watch_for_poll(pc);
    if (cycle_ >= end_cycle_ && patience_ == 0) return leave_at(pc);
    if (stop_) {
        stop_ = false;
        return leave_at(pc);
    }
    Block* block = &blocks_.at(pc);
    if (block->pc != pc || block->epoch != code_epoch_.value || block->size_bytes != size) [[unlikely]] {
        if (!learn(*block, pc, size)) return leave_at(pc);
        block = &blocks_.at(pc);
    }
    if (patience_) --patience_;
    if (block->flags & (Block::opens_reservation | Block::closes_reservation)) {
        if (cycle_ >= end_cycle_ && block->has(Block::opens_reservation)) return leave_at(pc);  // it begins anew
        patience_ = block->has(Block::closes_reservation) ? 0 : kReservationPatience;
    }
    loop_blocks_ = block->has(Block::pure) ? loop_blocks_ + 1 : kMaxLoopBlocks + 1;
    cycle_ += block->instructions * kCyclesPerInstruction;
    instructions_ += block->instructions;
    last_ = *block;
}

void UnicornHart::watch_for_poll(std::uint64_t pc) {
    if (pc != loop_head_ || loop_blocks_ > kMaxLoopBlocks) {
        loop_head_ = pc;
        loop_rounds_ = 0;
    } else if (++loop_rounds_ >= kRoundsBeforePoll && !stop_) {
        loop_rounds_ = skip_poll(pc) ? 0 : -kRoundsAfterNoPoll;
    }
    loop_blocks_ = 0;
}

bool UnicornHart::skip_poll(std::uint64_t head) {
    if (cycle_ >= end_cycle_) return true;
    Gprs gprs{};
    for (unsigned i = 1; i < gprs.size(); ++i) gprs[i] = gpr_or_csr(UC_RISCV_REG_X0 + static_cast<int>(i));
    const auto skip = evaluate_poll(head, gprs, cycle_, end_cycle_ - cycle_, *this);
    if (!skip) return false;
    for (unsigned i = 1; i < gprs.size(); ++i)
        if (skip->changed >> i & 1) set_reg(UC_RISCV_REG_X0 + static_cast<int>(i), skip->gprs[i]);
    cycle_ += skip->iterations * skip->instructions * kCyclesPerInstruction;
    instructions_ += skip->iterations * skip->instructions;
    if (observer_) observer_->polled(head, skip->reads, cycle_);
    return true;
}

std::optional<PollWorld::SteadyRead> UnicornHart::device(std::uint64_t address, std::uint32_t size) {
    const Bus::Window* window = address >> 32 ? nullptr : bus_.find(static_cast<std::uint32_t>(address));
    if (!window || !window->target || address % size != 0) return {};
    std::uint64_t value = 0;
    SimTime until = SimTime::never();
    for (std::uint32_t part = 0; part < size; part += 4) {  // as the engine splits it
        const auto offset = static_cast<std::uint32_t>(address) + part - window->base;
        until = std::min(until, window->target->steady_until(offset));
        if (until <= local_now()) return {};
        value |= std::uint64_t{bus_.read_device(*window, offset, std::min(size, 4u))} << (8 * part);
    }
    return SteadyRead{value, clock_.cycle_at(until)};
}

// What could not be done before the block had run: CSR reads into rd, and noticing what it enabled.
void UnicornHart::finish_previous_block() {
    if (last_.has(Block::reads_csr)) set_reg(UC_RISCV_REG_X0 + last_.rd, machine_csr(last_.csr));
    if (last_.has(Block::writes_csr) && pending_) stop_ = true;
    if (last_.has(Block::is_fence_i)) code_epoch_.advance();
    if (last_.has(Block::is_mret)) {
        fault_.reset();
        if (observer_) observer_->returned(cycle_);
    }
    last_.flags &= static_cast<std::uint16_t>(~kUnfinished);
}

std::uint64_t UnicornHart::machine_csr(unsigned csr) const {
    switch (csr) {
        case 0x344: return pending_;
        case 0xf14: return id_;
        case 0xb02:
        case 0xc02: return instructions_;
        default: return cycle_;
    }
}

// Meets a block for the first time, or after code may have changed. False when what the engine is about to run is not
// what memory holds: the translation has been dropped and the engine must start over.
bool UnicornHart::learn(Block& block, std::uint64_t pc, std::uint32_t size) {
    const auto bytes = code(pc, size);
    if (bytes.empty()) return true;  // cannot happen: the engine fetched it from there
    if (block.pc == pc && block.size_bytes == size) {
        block.epoch = code_epoch_.value;
        if (fingerprint(bytes) == block.fingerprint) return true;
        analyse(block, bytes);
        drop_stale(pc, size);
        return false;
    }
    const bool fresh = block.pc != pc;
    if (fresh && blocks_.crowded()) {
        blocks_.clear();
        return learn(blocks_.at(pc), pc, size);
    }
    analyse(block, bytes);
    block.pc = pc;
    block.epoch = code_epoch_.value;
    const Bus::Window& window = *bus_.find(static_cast<std::uint32_t>(pc));
    window.memory->mark_code(pc - window.base, size);
    if (fresh) blocks_.added();
    return true;
}

void UnicornHart::drop_stale(std::uint64_t pc, std::uint32_t size) {
    uc_ctl_remove_cache(engine_, pc, pc + size);
}

void UnicornHart::run_engine() {
    left_ = false;
    exception_.reset();
    refused_.reset();
    // The engine stops at `until` before running it, so that must be no place where code can be. 0 is the cheapest.
    const std::uint64_t until = pc_ == 0 ? 1 : 0;
    const uc_err error = uc_emu_start(engine_, pc_, until, 0, 0);
    if (left_) return;
    const std::uint64_t engine_pc = gpr_or_csr(UC_RISCV_REG_PC);
    if (exception_) {
        const std::uint64_t pc = engine_pc - 4;  // the engine moves on by four whatever the length
        last_.flags &= static_cast<std::uint16_t>(~Block::reads_csr);
        const std::uint64_t cause = *exception_ == kEcallFromU ? std::uint64_t{kEcallFromM} : *exception_;
        return take_exception(cause, pc, cause == kIllegal ? rv::fetch(code(pc, 4), 0) : 0);
    }
    if (refused_) {
        const Refused access = *refused_;
        switch (access.type) {
            case UC_MEM_FETCH_UNMAPPED:
            case UC_MEM_FETCH_PROT:
                finish_previous_block();
                return take_exception(kFetchFault, access.address, access.address);
            case UC_MEM_WRITE_UNMAPPED:
            case UC_MEM_WRITE_PROT: return take_exception(kStoreFault, faulting_pc(access), access.address);
            default: return take_exception(kLoadFault, faulting_pc(access), access.address);
        }
    }
    const std::uint32_t insn = rv::fetch(code(engine_pc, 4), 0);
    if (insn == rv::kEbreak || (insn & 0xffff) == rv::kCompressedEbreak)
        return take_exception(kBreakpoint, engine_pc, engine_pc);
    if (last_.has(Block::has_wfi)) {
        uncount_after(engine_pc - 4);
        last_.flags = 0;
        pc_ = engine_pc;
        waiting_ = true;
        return;
    }
    if (error != UC_ERR_OK) return take_exception(kIllegal, engine_pc, insn);
    finish_previous_block();
    pc_ = engine_pc;
}

// --- traps ------------------------------------------------------------------------------------------------------

// The engine knows the faulting block only. The registers are exact, so the culprit is the load or store in it whose
// operand has the refused address.
std::uint64_t UnicornHart::faulting_pc(const Refused& access) const {
    const bool store = access.type == UC_MEM_WRITE_UNMAPPED || access.type == UC_MEM_WRITE_PROT;
    const auto bytes = code(last_.pc, last_.size_bytes);
    std::uint32_t insn = 0;
    for (std::size_t at = 0; at < bytes.size(); at += rv::length_bytes(insn)) {
        insn = rv::fetch(bytes, at);
        const auto operand = rv::memory_operand(insn);
        if (!operand || !(store ? operand->store : operand->load)) continue;
        const std::uint64_t address = gpr_or_csr(UC_RISCV_REG_X0 + static_cast<int>(operand->base)) + operand->offset;
        if (access.address - address < operand->size_bytes)
            return last_.pc + at;  // a wide access may fail in its second half
    }
    return last_.pc;
}

// The block was counted whole on entry; what comes after the instruction at pc did not run.
void UnicornHart::uncount_after(std::uint64_t pc) {
    if (pc < last_.pc || pc - last_.pc >= last_.size_bytes) return;
    const auto bytes = code(last_.pc, last_.size_bytes);
    std::uint64_t executed = 0;
    for (std::size_t at = 0; at <= pc - last_.pc; at += rv::length_bytes(rv::fetch(bytes, at))) ++executed;
    const std::uint64_t skipped = last_.instructions - executed;
    instructions_ -= skipped;
    cycle_ -= skipped * kCyclesPerInstruction;
}

void UnicornHart::take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    uncount_after(pc);
    last_.flags = 0;
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

bool UnicornHart::take_interrupt() {
    if (!(gpr_or_csr(UC_RISCV_REG_MSTATUS) & kMie)) return false;
    const std::uint64_t ready = pending_ & gpr_or_csr(UC_RISCV_REG_MIE);
    for (const Interrupt interrupt : {Interrupt::external, Interrupt::software, Interrupt::timer}) {
        const auto bit = static_cast<unsigned>(interrupt);
        if (!(ready >> bit & 1)) continue;
        ++interrupts_taken_;
        enter_trap(kInterruptCause | bit, pc_, 0);
        return true;
    }
    return false;
}

void UnicornHart::enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    const std::uint64_t status = gpr_or_csr(UC_RISCV_REG_MSTATUS);
    const std::uint64_t saved = (status & kMie) ? kMpie : 0;
    set_reg(UC_RISCV_REG_MSTATUS, (status & ~(kMie | kMpie)) | saved | kMppMachine);
    set_reg(UC_RISCV_REG_MEPC, pc);
    set_reg(UC_RISCV_REG_MCAUSE, cause);
    set_reg(UC_RISCV_REG_MTVAL, value);
    pc_ = gpr_or_csr(UC_RISCV_REG_MTVEC) & ~3ull;
    if (observer_) observer_->trapped(cause, pc_, cycle_);
    cycle_ += kTrapCycles;
}

void UnicornHart::set_interrupt(Interrupt interrupt, bool level) {
    const std::uint32_t bit = 1u << static_cast<unsigned>(interrupt);
    if (level == ((pending_ & bit) != 0)) return;
    pending_ ^= bit;
    if (interrupt == Interrupt::software && level) code_epoch_.advance();  // often announces freshly loaded code
    if (running_) stop_ = true;
}

// --- the outside's view -----------------------------------------------------------------------------------------

std::string UnicornHart::describe_last_access() const {
    const BusAccess& last = bus_.last_device_access();
    if (last.device.empty()) return "no device was accessed before\n";
    return fmt::format("last device access: {} of {} bytes at {:#010x} ({}), value {:#x}\n",
                       last.is_write ? "write" : "read", last.size_bytes, last.address, last.device, last.value);
}

std::string UnicornHart::describe() const {
    std::string text = fmt::format("hart {} pc={:#018x} {}\n", id_, pc_, waiting_ ? "waiting" : "");
    for (unsigned i = 1; i < 32; ++i)
        text += fmt::format("{:>8}={:#018x}{}", kGprNames[i], gpr_or_csr(UC_RISCV_REG_X0 + static_cast<int>(i)),
                            i % 4 == 3 ? "\n" : " ");
    for (std::size_t i = 0; i < std::size(kCsrs); ++i)
        text += fmt::format("{:>8}={:#018x}{}", kCsrNames[i], gpr_or_csr(kCsrs[i]), i % 4 == 3 ? "\n" : " ");
    return text;
}

void UnicornHart::visit_state(StateVisitor& visitor) {
    assert(!running_ && !(last_.flags & kUnfinished));
    const auto scope = visitor.enter(fmt::format("hart{}", id_));
    const auto visit_reg = [&](const std::string& name, int reg) {
        std::uint64_t v = gpr_or_csr(reg);
        visitor.value(name, v);
        if (visitor.loading()) set_reg(reg, v);
    };
    // Floating-point state is out of reach while mstatus.FS is off, and writing it moves FS: so FS is on meanwhile.
    std::uint64_t status = gpr_or_csr(UC_RISCV_REG_MSTATUS);
    visitor.value("mstatus", status);
    set_reg(UC_RISCV_REG_MSTATUS, status | kFs);
    for (std::size_t i = 1; i < std::size(kCsrs); ++i) visit_reg(kCsrNames[i], kCsrs[i]);
    for (unsigned i = 1; i < 32; ++i) {
        visit_reg(kGprNames[i], UC_RISCV_REG_X0 + static_cast<int>(i));
        visit_reg(fmt::format("f{}", i), UC_RISCV_REG_F0 + static_cast<int>(i));
    }
    visit_reg("f0", UC_RISCV_REG_F0);
    set_reg(UC_RISCV_REG_MSTATUS, status);
    visitor.value("pc", pc_);
    visitor.value("local_ps", local_.ps);
    visitor.value("instructions", instructions_);
    visitor.value("interrupts_taken", interrupts_taken_);
    visitor.value("pending", pending_);
    visitor.value("waiting", waiting_);
    // Whether a poll is skipped or run makes no difference to the guest, but devices that are looked at more often may
    // fire harmless events earlier: only with these is the continuation the same event by event.
    if (visitor.loading()) {
        last_ = Block{};
        stop_ = false;
    }
    visitor.value("last_pc", last_.pc);
    visitor.value("patience", patience_);
    visitor.value("loop.head", loop_head_);
    visitor.value("loop.blocks", loop_blocks_);
    visitor.value("loop.rounds", loop_rounds_);
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
    return std::make_unique<UnicornHart>(context);
}

std::string_view cpu_engine_version() {
    static const std::string version = [] {
        unsigned major = 0, minor = 0;
        const unsigned packed = uc_version(&major, &minor);
        return fmt::format("Unicorn {}.{}.{}", major, minor, packed >> 8 & 0xff);
    }();
    return version;
}

}  // namespace k210
