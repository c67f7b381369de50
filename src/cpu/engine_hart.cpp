#include "cpu/engine_hart.hpp"

#include <cstring>

#include "cpu/data_sample.hpp"

namespace k210 {
namespace {

constexpr std::uint16_t kUnresolved = BlockEnd::is_branch | BlockEnd::is_indirect;
constexpr std::uint16_t kSeldomRun = BlockEnd::by_hand | BlockEnd::user_counter;

}  // namespace

UnicornEngine::Callbacks EngineHart::callbacks(const HartContext& context) {
    UnicornEngine::Callbacks calls{};
    calls.self = this;
    const auto enter = [&]<bool kApproximate, bool kObserved> {
        calls.block = +[](uc_struct*, std::uint64_t pc, std::uint32_t size, void* self) {
            auto& hart = *static_cast<EngineHart*>(self);
            try {
                hart.enter_block<kApproximate, kObserved>(pc, size);
            } catch (...) { hart.engine_.fail(std::current_exception()); }
        };
    };
    const bool approximate = has_pipeline(context.timing);
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
    calls.page = +[](void* self, std::uint64_t address, rv::Access access) {
        auto& hart = *static_cast<EngineHart*>(self);
        if (hart.page_.mask) hart.page_.address = 1;  // it may lead elsewhere now
        return hart.mmu_.page(address, access);
    };
    if (context.timing == TimingModel::thorough)
        calls.access = +[](uc_struct*, int, std::uint64_t address, int, std::int64_t, void* self) {
            auto& hart = *static_cast<EngineHart*>(self);
            hart.cycle_ += hart.dcache_.access(static_cast<std::uint32_t>(address));
        };
    return calls;
}

EngineHart::EngineHart(const HartContext& context)
    : id_(context.id), name_(fmt::format("hart{}", id_)), bus_(context.bus), clock_(context.clock),
      code_epoch_(context.code_epoch), log_(context.log), observer_(context.observer),
      access_observer_(context.access_observer), model_(context.timing), skip_idle_loops_(context.skip_idle_loops),
      strictness_(context.strictness), engine_(bus_, has_pipeline(model_), callbacks(context)), csrs_(engine_, id_),
      mmu_(bus_, engine_), idle_loops_({bus_, clock_, code_epoch_, model_, engine_, csrs_, aligned_, dcache_, *this}),
      msip_address_(context.msip_address),
      recurrence_({bus_, code_epoch_, model_, blocks_, icache_, dcache_, branches_}) {
    clock_.on_change([this] {
        if (running_) end_cycle_ = cycles_until(deadline_);
        idle_loops_.settle();  // plans go by cycles
        leave_recurrence();
        update_limit();
        if (observer_) observer_->clock_changed(local_now());
    });
    if (observer_) observer_->attached(clock_, bus_);
    if (access_observer_) access_observer_->attached(bus_);
}

void EngineHart::reset(std::uint64_t pc, std::uint64_t sp) {
    recurrence_.forget();
    engine_.reset();
    csrs_.reset();
    mmu_.reset();
    note_mode();
    engine_.set_x(2, sp);
    pc_ = pc;
    last_ = {.pc = pc, .next = pc, .end = {}};
    idle_loops_.reset();
    aligned_.forget();
    by_hand_.reset();
    cut_.reset();
    half_ = {};
    patience_ = 0;
    rest_end_.reset();
    stops_.reset();
    icache_.clear();
    dcache_.clear();
    branches_.clear();
    in_wfi_ = false;
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
    data_due_ = dcache_.due(cycle_);
    update_limit();
    running_ = true;
    stops_.take();
    if (observer_) observer_->resume(cycle_);
    recurrence_.begin_slice();
    look_cycle_ = cycle_;
    while (cycle_ < end_cycle_ || rest_end_ || (stops_.active() && patience_ != 0)) {
        if (stops_.active() && stops_before_next()) break;
        if (rest_end_) {
            run_engine();
            continue;
        }
        if (in_wfi_) {
            if (!csrs_.wakes()) {
                dcache_.windows().leave_out(end_cycle_ - cycle_);
                cycle_ = end_cycle_;
                if (observer_) observer_->slept(cycle_);
                break;
            }
            in_wfi_ = false;
        }
        if (fault_ && fault_->handler_unreachable) {
            cycle_ = end_cycle_;
            break;
        }
        if (recurrence_.now() && keep_recurring()) continue;
        if (csrs_.pending() && take_interrupt()) continue;
        if (idle_loops_.waits() && keep_skipping()) continue;
        if (cycle_ >= look_cycle_ && look_for_recurrence()) continue;
        run_engine();
    }
    if (observer_) observer_->pause(cycle_);
    local_ = clock_.time_of(cycle_);
    running_ = false;
}

// --- blocks -----------------------------------------------------------------------------------------------------

void EngineHart::leave_at(std::uint64_t pc) {
    pc_ = pc;
    left_ = true;
    engine_.stop();
}

// Called more often than anything else. Most blocks need no more than this; it calls nothing.
template <bool kApproximate, bool kObserved>
void EngineHart::enter_block(std::uint64_t pc, std::uint32_t size) {
    if (pc == next_part_) return enter_part(pc, size);
    if constexpr (kApproximate) cycle_ += arrival_cycles(last_, pc, branches_);
    const bool idle_loop = pc <= last_.pc && idle_loops_.worth_trying(pc, cycle_) && may_skip();
    const Block* block = blocks_.first_guess(pc, Block::kUntranslated);
    bool usual = !kObserved && !idle_loop && block && cycle_ < limit_ && !last_.end.has(kUnfinished);
    usual = usual && block->epoch == code_epoch_.value && block->engine_bytes() == size && !block->end.has(kSlow);
    usual = usual && aligned_.covers(block->alignment);
    if constexpr (kApproximate) usual = usual && icache_.surely_holds(pc, block->size_bytes);
    if (usual) [[likely]]
        return count(*block, pc);
    if (!kObserved && below_ && !idle_loop)
        if (const Block* const known = usual_below_machine_mode<kApproximate>(pc, size)) return count(*known, pc);
    last_.end.flags &= static_cast<std::uint16_t>(~kUnresolved);
    last_.next = pc;  // has been charged
    enter_block_slow_path<kApproximate, kObserved>(pc, size, idle_loop);
}

// The block's entry if it needs no more than most do.
template <bool kApproximate>
[[gnu::noinline]] const Block* EngineHart::usual_below_machine_mode(std::uint64_t pc, std::uint32_t size) {
    if ((pc & page_.mask) != page_.address || cycle_ >= limit_below_ || last_.end.has(kUnfinished)) return nullptr;
    const Block* const block = blocks_.first_guess(pc, page_.key);
    if (!block || block->epoch != code_epoch_.value || block->engine_bytes() != size) return nullptr;
    if (block->end.has(kSlowBelow) || !aligned_.covers(block->alignment)) return nullptr;
    if (kApproximate && !icache_.surely_holds(pc + page_.to_physical, block->size_bytes)) return nullptr;
    return block;
}

template <bool kApproximate, bool kObserved>
[[gnu::noinline]] void EngineHart::enter_block_slow_path(std::uint64_t pc, std::uint32_t size, bool idle_loop) {
    if constexpr (kObserved) observer_->block(place_of(pc), whole_bytes(pc, size), cycle_);
    if (last_.end.has(kUnfinished)) finish_last_block();
    if (stops_.must_leave) return leave_at(pc);
    if (stops_.active() && (stops_.has_counted(instructions_, pc) || stops_.reaches(pc))) return leave_at(pc);
    if (idle_loop && skip_idle_loop(pc)) return;
    if (cycle_ >= limit_ && ends_here()) return leave_at(pc);
    const Block* block = meet(pc, size);
    if (!block) return leave_at(pc);
    if (!aligned_.covers(block->alignment)) {
        look_at_alignment(*block);
        if (by_hand_) return leave_at(pc);
    }
    if (block->end.has(kSeldomRun)) {
        look_for_by_hand(*block);
        if (by_hand_) return leave_at(pc);
    }
    if (block->end.has(kReserves)) {
        if (cycle_ >= end_cycle_ && block->end.has(BlockEnd::opens_reservation)) return leave_at(pc);  // begins anew
        patience_ = block->end.has(BlockEnd::closes_reservation) ? 0 : kReservationPatience;
        update_limit();
    }
    if constexpr (kApproximate) {
        cycle_ += icache_.fetch(pc + page_.to_physical, block->size_bytes);
        if (model_ == TimingModel::approximate && cycle_ >= data_due_) cycle_ += look_at_data(*block);
    }
    count(*block, pc);
    if (stops_.active() && stop_inside(*block)) leave_at(pc);
}

// The engine goes on with a block that has been counted whole: only what the hart does by hand in it is new.
void EngineHart::enter_part(std::uint64_t pc, std::uint32_t size) {
    const Block* block = meet(pc, size);
    if (block && !aligned_.covers(block->alignment)) look_at_alignment(*block);
    if (block && block->end.has(kSeldomRun) && !by_hand_) look_for_by_hand(*block);
    if (!block || by_hand_) {
        again_ = true;
        return leave_at(pc);
    }
    aligned_.enter(block->alignment);
    next_part_ = pc + block->next_part;
}

// Of the block that the engine enters.
std::uint32_t EngineHart::whole_bytes(std::uint64_t pc, std::uint32_t size) {
    const Block& block = block_at(pc);
    return block.pc == pc && block.engine_bytes() == size ? block.size_bytes : size;
}

void EngineHart::count(const Block& block, std::uint64_t pc) {
    aligned_.enter(block.alignment);
    idle_loops_.count(block.end.may_be_skipped());
    cycle_ += block.cycles;
    instructions_ += block.instructions;
    last_.pc = pc;
    last_.next = pc + block.size_bytes;
    next_part_ = pc + block.next_part;
    std::memcpy(&last_.end, &block.end, sizeof(BlockEnd));  // all at once
}

// Cycles that misses of the data cache have taken.
unsigned EngineHart::look_at_data(const Block& block) {
    const std::uint64_t now = cycle_;
    unsigned cycles = dcache_.windows().pay(now);
    // Where machine mode borrows another's addresses nobody looks.
    const bool sees = !mmu_.translates() || mmu_.translates_code();
    const auto x = [this](unsigned reg) { return engine_.x(reg); };
    const auto place = [this](std::uint64_t address) { return mmu_.look(address); };
    const auto code_of = [&] { return code(block.pc, block.size_bytes); };
    if (now >= dcache_.walk_due()) {
        dcache_.walk_sampled(now);
        if (sees && block.end.has(BlockEnd::walks))
            cycles += sample_walks(dcache_, bus_, block, code_of().bytes(), now, x, place);
    }
    if (sees && dcache_.windows().looks(now + cycles))
        look_at_accesses(dcache_, bus_, block, code_of().bytes(), now + cycles, x, place);
    data_due_ = dcache_.due(now + cycles);
    update_limit();
    return cycles;
}

// Whether the slice ends before the block that is about to run.
bool EngineHart::ends_here() {
    if (cycle_ >= std::min(end_cycle_, look_cycle_) && patience_ == 0) return true;
    const bool stopped = stop_;
    stop_ = false;
    if (!stopped && patience_ != 0) --patience_;
    update_limit();
    return stopped;
}

std::uint32_t EngineHart::read(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes) {
    if (!half_.is_completed_by(window, offset, size_bytes, instructions_))
        cycle_ += access_cycles(window, false, model_);
    if (window.memory) return window.memory->read(offset, size_bytes);
    const std::uint32_t value = bus_.read_device(window, offset, size_bytes);
    if (access_observer_) tell_access(window.base + offset, size_bytes, false, value);
    return value;
}

void EngineHart::write(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    if (!half_.is_completed_by(window, offset, size_bytes, instructions_))
        cycle_ += access_cycles(window, true, model_);
    if (window.memory) {
        window.memory->write(offset, size_bytes, value);
    } else {
        if (access_observer_) tell_access(window.base + offset, size_bytes, true, value);
        bus_.write_device(window, offset, size_bytes, value);
    }
}

// What could not be done before the block had run: CSR reads into rd, and noticing what it enabled.
void EngineHart::finish_last_block() {
    BlockEnd& end = last_.end;
    if (end.has(BlockEnd::reads_csr)) engine_.set_x(end.rd, csrs_.read(end.csr, engine_.x(end.rd), counted()));
    if (end.has(BlockEnd::writes_csr)) {
        note_csr_written(end.csr);
        if (csrs_.pending()) {
            stop_ = true;
            update_limit();
        }
    }
    if (end.has(BlockEnd::is_fence_i)) {
        code_epoch_.advance();
        icache_.clear();
    }
    if (end.has(BlockEnd::is_return)) {
        fault_.reset();
        if (observer_) observer_->returned(cycle_);
    }
    end.flags &= static_cast<std::uint16_t>(~kUnfinished);
}

// Or that a trap has been returned from.
void EngineHart::note_csr_written(unsigned csr) {
    engine_.note_privilege();
    csrs_.legalize(csr);
    if (csr == csr_number(Csr::mstatus)) mmu_.note_mstatus(engine_.csr(Csr::mstatus));
    note_mode();
    if (in_machine_mode() || engine_.has_modes()) return;
    log_.unsupported(name_,
                     "code leaves machine mode, which this Unicorn does not do as the chip does: addresses are not "
                     "translated or protected there, and no trap is delegated");
}

void EngineHart::note_mode() {
    page_ = {};
    if (mmu_.translates_code()) page_ = {.mask = ~(kPageBytes - 1), .address = 1};
    below_ = !in_machine_mode() || mmu_.translates();
    update_limit();
}

void EngineHart::note_code_page(std::uint64_t pc) {
    if (page_.mask == 0 || (pc & page_.mask) == page_.address) return;
    const std::uint64_t physical = mmu_.physical_code(pc);
    page_.address = pc & page_.mask;
    page_.to_physical = physical - pc;
    page_.key = Block::page_key(physical);
}

// The block's entry, when it is not the one that comes to mind first. None when what the engine is about to run is not
// what memory holds, or is to be run in parts: the engine must start over.
Block* EngineHart::meet(std::uint64_t pc, std::uint32_t size) {
    Block* block = &block_at(pc);
    const bool fresh = block->pc != pc, known = !fresh && block->engine_bytes() == size;
    if (known && is_current(*block, bus_, code_epoch_.value)) return block;
    if (blocks_.crowded()) return nullptr;
    if (known) {
        engine_.forget_block(pc, block->seen_bytes);
        const std::uint32_t page = block->page;
        *block = {};
        block->pc = pc;
        block->page = page;
        return nullptr;
    }
    const CodeBytes code = this->code(pc, size + kLookaheadBytes);
    if (code.bytes().size() < size) throw EngineError(fmt::format("it runs code at {:#x}, where no memory is", pc));
    block->pc = pc;
    block->page = page_.key;
    block->epoch = code_epoch_.value;
    analyse(*block, code.bytes(), size, model_);
    if (stops_.any_in(pc, pc + size)) block->end.flags |= BlockEnd::stops;
    mark_code(bus_, pc, block->seen_bytes, code_mmu());
    if (strictness_ == Strictness::off) {
        block->alignment = {};
        block->next_part = Block::kWhole;
    }
    if (block->in_parts()) cut_ = Cut{pc, pc + block->next_part};
    const bool whole = !block->in_parts();
    if (fresh) blocks_.added();
    return whole ? &block_at(pc) : nullptr;
}

std::unique_ptr<Hart> make_hart(const HartContext& context) {
    return std::make_unique<EngineHart>(context);
}

std::string_view cpu_engine_version() {
    return UnicornEngine::version();
}

}  // namespace k210
