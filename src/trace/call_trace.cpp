#include "trace/call_trace.hpp"

#include <utility>

#include <fmt/format.h>

#include "k210/cpu/rv_instruction.hpp"

namespace k210::trace {
namespace {

constexpr std::uint64_t kInterrupt = 1ull << 63;

}  // namespace

CallTrace::CallTrace(unsigned hart, TraceText& text, Symbols symbols)
    : hart_(hart), text_(text), symbols_(std::move(symbols)), known_(kKnownEnds) {}

void CallTrace::attached(const ClockDomain& clock, const Bus& bus) {
    clock_ = &clock;
    bus_ = &bus;
    reset();
}

void CallTrace::reset() {
    BlocksRun::reset();
    ended_ = {};
    stack_.clear();
    waiting_at_ = ~0ull;
}

// --- how blocks end ------------------------------------------------------------------------------------------------

CallTrace::Ended CallTrace::end_of(const Block& block) {
    const auto code = bus_->memory(static_cast<std::uint32_t>(block.place.physical_pc), block.size_bytes);
    if (code.size() < 2) return {End::other, block.place.pc, block.place.pc + block.size_bytes};
    const std::uint32_t last_bytes = rv::fetch(code, code.size() < 4 ? 0 : code.size() - 4);
    KnownEnd& known = known_[block.place.physical_pc / 2 % kKnownEnds];
    if (known.physical_pc != block.place.physical_pc || known.size_bytes != block.size_bytes ||
        known.last_bytes != last_bytes) {
        std::size_t begin = 0;
        for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(rv::fetch(code, at))) begin = at;
        const rv::Instruction insn = rv::decode(rv::fetch(code, begin));
        const bool jumps = insn.kind == rv::Class::jump || insn.kind == rv::Class::indirect_jump;
        End how = jumps ? End::jump : End::other;
        if (insn.is_call()) how = End::call;
        if (insn.is_return()) how = End::return_;
        if (insn.kind == rv::Class::ret) how = End::trap_return;
        known = {block.place.physical_pc, block.size_bytes, last_bytes, how,
                 static_cast<std::uint8_t>(code.size() - begin)};
    }
    const std::uint64_t next_pc = block.place.pc + block.size_bytes;
    return {known.how, next_pc - known.length_bytes, next_pc};
}

void CallTrace::ran(const Block& block) {
    ended_ = end_of(block);
    last_pc_ = ended_.pc;
}

// --- where that leads ----------------------------------------------------------------------------------------------

void CallTrace::comes(CodePlace place, std::uint64_t cycle) {
    const Ended ended = std::exchange(ended_, {});
    switch (ended.how) {
        case End::call: push({ended.next_pc}); return tell(cycle, ended.pc, "calls", place.pc);
        case End::return_: return return_to(place.pc);
        case End::trap_return: return_from_trap(); return comes(place, cycle);
        case End::jump: {
            const auto* const to = symbols_().code_at(place.pc);
            if (to && to->address == place.pc && to != symbols_().code_at(ended.pc))
                tell(cycle, ended.pc, "jumps to", place.pc);
            return;
        }
        case End::other: return;
    }
}

void CallTrace::traps(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) {
    const bool interrupt = cause & kInterrupt;
    if (ended_.how == End::trap_return) return_from_trap();
    push({0, true, interrupt ? ended_ : Ended{}});
    ended_ = {};
    tell(cycle, last_pc_, fmt::format("{} {}, to", interrupt ? "interrupt" : "exception", cause & ~kInterrupt),
         handler.pc);
}

void CallTrace::waits(std::uint64_t pc, std::uint64_t cycle) {
    if (std::exchange(waiting_at_, pc) == pc) return;
    tell(cycle, pc, "waits, in a loop at", pc);
    waiting_at_ = pc;
}

void CallTrace::push(const Frame& frame) {
    if (stack_.size() == kMostDepth)
        stack_.erase(stack_.begin(), stack_.begin() + kMostDepth / 2);  // lost its way back
    stack_.push_back(frame);
}

// Where it was called, unless it comes to code that something else has called: another task, for one.
void CallTrace::return_to(std::uint64_t pc) {
    for (std::size_t depth = stack_.size(); depth > 0 && !stack_[depth - 1].is_trap; --depth)
        if (stack_[depth - 1].return_pc == pc) return stack_.resize(depth - 1, {0});
}

void CallTrace::return_from_trap() {
    ended_ = {};
    for (std::size_t depth = stack_.size(); depth > 0; --depth) {
        if (!stack_[depth - 1].is_trap) continue;
        ended_ = stack_[depth - 1].interrupted;
        return stack_.resize(depth - 1, {0});
    }
}

void CallTrace::tell(std::uint64_t cycle, std::uint64_t from_pc, std::string_view what, std::uint64_t to_pc) {
    waiting_at_ = ~0ull;
    if (text_.full()) return;
    text_.add(fmt::format("{:.9f} hart {} depth {} {} {} {}", clock_->time_of(cycle).seconds(), hart_, stack_.size(),
                          place(from_pc, symbols_()), what, place(to_pc, symbols_())));
}

}  // namespace k210::trace
