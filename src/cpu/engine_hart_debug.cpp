// The hart under a debugger. A place to stop inside a block is come to without cutting the block: it is counted whole,
// and the engine runs it in parts. So what the guest does, and when, is the same with and without stops.
#include <algorithm>
#include <cstring>

#include "cpu/engine_hart.hpp"
#include "cpu/rv_arithmetic.hpp"

namespace k210 {
namespace {

// A block that is shorter has ended where the engine would end it from any of its instructions on. [measured] Unicorn
// takes at most 512 instructions for one block
constexpr std::uint64_t kSurelyWholeBytes = 1024;
constexpr unsigned kFloatRegisters = 32;

const CsrRow* kept_csr(unsigned number) {
    const auto found = std::ranges::find(kKeptCsrs, number, &CsrRow::number);
    return found == kKeptCsrs.end() ? nullptr : &*found;
}

}  // namespace

std::span<const NamedCsr> debugged_csrs() {
    static const std::vector<NamedCsr> all = [] {
        std::vector<NamedCsr> csrs;
        for (const CsrRow& row : kKeptCsrs)
            if (row.csr != Csr::fcsr) csrs.push_back({row.number, row.name});
        for (const Csr csr : {Csr::mhartid, Csr::mcycle, Csr::minstret})
            csrs.push_back({static_cast<std::uint16_t>(csr_number(csr)), kCsrs[static_cast<std::size_t>(csr)].name});
        return csrs;
    }();
    return all;
}

bool can_watch() {
    return UnicornEngine::can_watch();
}

// --- where to stop -----------------------------------------------------------------------------------------------

// The engine's registers are right, and no loop is gone round without it.
void EngineHart::settle() {
    idle_loops_.settle();
    idle_loops_.interrupt();
    leave_recurrence();
}

void EngineHart::stop_at(const StopPoints& points) {
    if (points == stops_.points()) return;
    settle();
    if (points.pcs != stops_.points().pcs) {  // blocks know whether there is one in them
        blocks_.clear();
        engine_.forget_blocks();
    }
    idle_loops_.count_none();
    stops_.set(points);
    watch();
}

void EngineHart::step_within(std::uint64_t begin, std::uint64_t end) {
    settle();
    stops_.step_within(begin, end);
}

// Between blocks, or in front of the rest of one.
bool EngineHart::stops_before_next() {
    if (stops_.stopped()) return true;
    if (stops_.open) return false;
    if (!rest_end_ && stops_.has_counted(instructions_, pc_)) return true;
    if (in_wfi_ && !csrs_.wakes()) return stops_.stepping() && stops_.reaches(pc_);
    return stops_.reaches(pc_);
}

// The block that has just been counted and is about to run: whether it is to be run in parts.
bool EngineHart::stop_inside(const Block& block) {
    pc_ = block.pc;
    rest_end_ = block.pc + block.size_bytes;
    if (next_stop() < *rest_end_) return true;
    rest_end_.reset();
    stops_.runs_one();
    return false;
}

// Behind pc_, in what is left of its block.
std::uint64_t EngineHart::next_stop() const {
    if (stops_.stepping() || stops_.open) return std::min(pc_ + instruction(pc_).length_bytes, *rest_end_);
    return stops_.next(pc_, *rest_end_);
}

// Up to the next place to stop in it, or to its end and beyond.
UnicornEngine::Exit EngineHart::run_rest() {
    const std::uint64_t begin = pc_, end = *rest_end_, stop = next_stop();
    stops_.runs_one();
    if (!stops_.open && stop == end && end - last_.pc < kSurelyWholeBytes) {
        rest_end_.reset();
        return engine_.run(begin);
    }
    // What is translated now ends at `stop`, and must be whole again afterwards.
    const auto bytes = static_cast<std::uint32_t>(stop + 2 - begin);
    engine_.forget_block(begin, bytes);
    stops_.must_leave = true;
    update_limit();
    if (stops_.open) engine_.watch({});
    const UnicornEngine::Exit exit = engine_.run_to(stop, begin);
    stops_.must_leave = false;
    update_limit();
    engine_.forget_block(begin, bytes);
    if (again_) {
        watch();
        return exit;
    }
    const bool arrived = !left_ && exit.reason == UnicornEngine::Exit::Reason::stopped && exit.pc == stop;
    const bool waits = arrived && stop - begin >= 4 && instruction(stop - 4).op == rv::Op::wfi;
    if (!arrived || waits || stop == end) rest_end_.reset();
    if (std::exchange(stops_.open, false)) watch();
    return exit;
}

// --- watchpoints -------------------------------------------------------------------------------------------------

// The engine ends a run at every access to a page with something watched in it.
void EngineHart::watch() {
    UnicornEngine::WatchedPages pages;
    for (const Watchpoint& watched : stops_.points().watchpoints) {
        const std::uint64_t last = watched.address + std::max<std::uint64_t>(watched.size_bytes, 1) - 1;
        for (std::uint64_t page = watched.address / kPageBytes; page <= last / kPageBytes; ++page) {
            if (watched.on_read) pages.loads.insert(page);
            if (watched.on_write) pages.stores.insert(page);
        }
    }
    engine_.watch(pages);
}

// The instruction at `pc` is about to access such a page, and will be run by itself. The hart stops in front of it if
// what it accesses is watched: debuggers expect that of RISC-V. [doc] gdb's riscv-tdep.c
void EngineHart::take_watched(std::uint64_t pc) {
    pc_ = pc;
    rest_end_ = last_.next;
    stops_.open = true;
    const rv::Instruction insn = instruction(pc);
    const auto operand = insn.memory_operand();
    if (!operand) return;
    const std::uint64_t begin = address_of(*operand);
    for (const Watchpoint& watched : stops_.points().watchpoints) {
        const bool concerned = (watched.on_read && operand->load) || (watched.on_write && operand->store);
        const std::uint64_t first = std::max(begin, watched.address);
        if (!concerned || first - begin >= operand->size_bytes || first - watched.address >= watched.size_bytes)
            continue;
        const bool writes = watched.on_write && operand->store;
        stops_.stop({writes ? HartStopReason::write : HartStopReason::read, pc, first}, pc);
        return;
    }
    if (accesses_by_hand(insn, begin)) {
        stops_.open = false;
        stops_.runs_one();
        pc_ += insn.length_bytes;
        if (pc_ == *rest_end_) rest_end_.reset();
    }
}

// Most of what only lies near what is watched needs no engine, which takes ten times as long for it.
bool EngineHart::accesses_by_hand(const rv::Instruction& insn, std::uint64_t address) {
    const bool load = insn.kind == rv::Class::load, store = insn.kind == rv::Class::store;
    const unsigned size_bytes = insn.access_bytes;
    if ((!load && !store) || insn.touches_floats() || mmu_.translates() || address % size_bytes != 0) return false;
    const Bus::Window* const window = window_at(bus_, address);
    if (!window || !window->memory || !window->cached) return false;
    const std::size_t offset = address - window->base;
    std::uint8_t* const host = window->memory->bytes().data() + offset;
    if (store) {
        if (!window->writable || window->memory->holds_code_near(offset)) return false;
        const std::uint64_t value = engine_.x(insn.rs2);
        std::memcpy(host, &value, size_bytes);
    } else {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, host, size_bytes);
        if (insn.rd != 0) engine_.set_x(insn.rd, rv::loaded_value(insn.op, bytes));
    }
    return true;
}

// Whether going round there without the engine would miss a place to stop.
bool EngineHart::may_stop_in(const RecurrenceRound& round) const {
    for (const RecurrenceRound::Position& at : round.positions)  // behind each block
        if (stops_.any_in(at.last_pc, at.last_next)) return true;
    const auto meets = [&](const Watchpoint& watched) {
        const auto holds = [&](std::uint64_t begin, std::uint64_t size_bytes) {
            return begin < watched.address + watched.size_bytes && watched.address < begin + size_bytes;
        };
        if (msip_address_ && holds(*msip_address_, 4)) return true;
        const auto reads = [&](const RecurrenceRound::DeviceRead& read) {
            return holds(std::uint64_t{read.window->base} + read.offset, read.size_bytes);
        };
        if (std::ranges::any_of(round.device_reads, reads)) return true;
        // By whichever alias.
        const auto size_bytes = static_cast<std::uint32_t>(std::max<std::uint64_t>(watched.size_bytes, 1));
        const auto memory = bus_.memory(static_cast<std::uint32_t>(watched.address), size_bytes);
        return std::ranges::any_of(round.words, [&](const RecurrenceRound::Word& word) {
            return word.host < memory.data() + memory.size() && memory.data() < word.host + sizeof(std::uint64_t);
        });
    };
    return std::ranges::any_of(stops_.points().watchpoints, meets);
}

// --- registers and memory ------------------------------------------------------------------------------------------

std::uint64_t EngineHart::executed() const {
    if (!rest_end_) return instructions_;
    return instructions_ - rv::decode(code(pc_, *rest_end_ - pc_).bytes()).size();
}

std::optional<std::uint64_t> EngineHart::read_register(unsigned number) {
    settle();
    if (number < kPcRegister) return engine_.x(number);
    if (number == kPcRegister) return pc_;
    if (number < kFirstFloatRegister + kFloatRegisters) {
        // Out of reach while mstatus.FS is off.
        const std::uint64_t status = engine_.csr(Csr::mstatus);
        engine_.set_csr(Csr::mstatus, status | rv::mstatus::kFs);
        const std::uint64_t value = engine_.f(number - kFirstFloatRegister);
        engine_.set_csr(Csr::mstatus, status);
        return value;
    }
    if (number == kModeRegister) return static_cast<std::uint64_t>(engine_.privilege());
    const unsigned csr = number - kFirstCsrRegister;
    const CsrRow* const row = find_csr(csr);
    if (!row) return {};
    constexpr unsigned kFlagBits = 5, kModeBits = 3;
    if (row->csr == Csr::fflags) return engine_.csr(Csr::fcsr) & ((1u << kFlagBits) - 1);
    if (row->csr == Csr::frm) return engine_.csr(Csr::fcsr) >> kFlagBits & ((1u << kModeBits) - 1);
    const CsrRow* const kept = kept_csr(csr);
    if (row->answer == CsrAnswer::engine) return kept ? std::optional(engine_.csr(kept->csr)) : std::nullopt;
    if (row->answer == CsrAnswer::trigger) return {};
    return csrs_.read(csr, kept ? engine_.csr(kept->csr) : 0, counted());
}

bool EngineHart::may_hold_reservation() const {
    if (patience_ == 0 && !(rest_end_ && last_.end.has(kReserves))) return false;
    return instruction(pc_).kind != rv::Class::load_reserved;  // that begins anew
}

bool EngineHart::write_register(unsigned number, std::uint64_t value) {
    settle();
    aligned_.forget();
    idle_loops_.count_none();
    if (number < kPcRegister) {
        if (number != 0) engine_.set_x(number, value);
        return true;
    }
    if (number == kPcRegister) {
        if (value % 2 != 0) return false;
        if (value == pc_) return true;
        pc_ = value;
        last_ = {.pc = 0, .next = value, .end = {}};
        rest_end_.reset();
        stops_.open = false;
        by_hand_.reset();
        in_wfi_ = false;
        return true;
    }
    if (number < kFirstFloatRegister + kFloatRegisters) {
        const std::uint64_t status = engine_.csr(Csr::mstatus);
        engine_.set_csr(Csr::mstatus, status | rv::mstatus::kFs);
        engine_.set_f(number - kFirstFloatRegister, value);
        engine_.set_csr(Csr::mstatus, status);
        return true;
    }
    const CsrRow* const row = kept_csr(number - kFirstCsrRegister);
    if (!row) return false;
    engine_.set_csr(row->csr, value);
    note_csr_written(row->number);
    return true;
}

std::optional<std::uint32_t> EngineHart::physical(std::uint64_t address) const {
    return mmu_.look(address);
}

}  // namespace k210
