// What the hart tells those who watch it, beyond the blocks that it enters.
#include "cpu/engine_hart.hpp"

namespace k210 {

void EngineHart::tell_access(std::uint32_t address, unsigned size_bytes, bool store, std::uint32_t value) {
    if (!access_observer_->follows(address)) return;
    const std::uint64_t pc = accessing_pc(address, store);
    access_observer_->accessed({id_, pc, address, size_bytes, store, value, local_now()});
}

// The engine knows the block only, but registers are as the instruction finds them: it is the load or store that has
// that address, and of several the first behind the one before.
std::uint64_t EngineHart::accessing_pc(std::uint64_t address, bool store) {
    const CodeBytes code = this->code(last_.pc, last_.next - last_.pc);
    const bool same_run = accessed_.instructions == instructions_;
    std::uint64_t pc = last_.pc, found = last_.pc;
    for (const rv::Instruction& insn : rv::decode(code.bytes())) {
        const auto operand = insn.memory_operand();
        const auto fits = [&] {
            const std::optional<std::uint32_t> begin = mmu_.look(address_of(*operand));
            return begin && address - *begin < operand->size_bytes;
        };
        // The second half of 64 bits is the same instruction's, and what an AMO writes.
        const bool twice = operand && (operand->size_bytes > 4 || (operand->load && operand->store));
        const bool comes = !same_run || pc > accessed_.pc || (pc == accessed_.pc && twice);
        if (operand && (store ? operand->store : operand->load) && comes && fits()) {
            found = pc;
            break;
        }
        pc += insn.length_bytes;
    }
    accessed_ = {instructions_, found};
    return found;
}

void EngineHart::tell_waiting(std::uint64_t head_pc, const IdleLoopReads& reads) {
    if (observer_) observer_->waited_in_loop(head_pc, reads, cycle_);
    if (!access_observer_ || !reads.device) return;
    const auto address = static_cast<std::uint32_t>(*reads.device);
    if (access_observer_->follows(address)) access_observer_->polled(id_, head_pc, address, local_now());
}

// Behind each block of them.
void EngineHart::tell_rounds(const RecurrenceRound& round) {
    for (const RecurrenceRound::Position& at : round.positions)
        if (at.last_next > at.last_pc)
            observer_->repeats(place_of(at.last_pc), static_cast<std::uint32_t>(at.last_next - at.last_pc));
}

}  // namespace k210
