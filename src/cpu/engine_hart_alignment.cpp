// Misaligned loads and stores: found before their block runs, and trapped.
#include <algorithm>

#include "cpu/engine_hart.hpp"

namespace k210 {

// Learns of the registers that the block uses as addresses, and sets by_hand_ when one of its accesses will trap.
void EngineHart::look_at_alignment(const Block& block) {
    const BlockAlignment& needs = block.alignment;
    const auto registers = static_cast<std::uint32_t>(needs.needs_8_4 | needs.needs_8_4 >> 32) | needs.needs_2;
    for (unsigned reg = 1; reg < 32; ++reg)
        if (registers >> reg & 1) aligned_.learn(reg, engine_.x(reg));
    if (aligned_.covers(needs)) return;
    for (const AlignedOperand& operand : told_operands(block)) {
        const BlockOperand& form = operand.address;
        const std::uint64_t address = (engine_.x(form.a) << form.shift_a) + (engine_.x(form.b) << form.shift_b) +
                                      static_cast<std::uint64_t>(form.offset);
        if (address % operand.size_bytes == 0) continue;
        const std::uint64_t pc = block.pc + operand.at_bytes;
        if (strictness_ == Strictness::warn) {
            tell_misaligned(pc, operand.store);
            continue;
        }
        by_hand_ = ByHand{block.pc, pc, block.size_bytes, next_part_ == block.pc};
        return;
    }
}

std::span<const AlignedOperand> EngineHart::told_operands(const Block& block) {
    Told& told = told_operands_[(block.pc >> 1) % told_operands_.size()];
    if (told.pc != block.pc || told.fingerprint != block.fingerprint) {
        told = {block.pc, block.fingerprint,
                aligned_operands(block.pc, rv::decode(code(block.pc, block.size_bytes).bytes()))};
    }
    return told.operands;
}

// Makes the engine end the block's first part with a jump to the second. Its translations are its own: all that can be
// done is to show it other code while it makes one.
void EngineHart::cut_block(const Cut& cut) {
    constexpr std::array<std::uint8_t, Block::kJumpBytes> kJumpToItself = {0x01, 0xa0};  // c.j
    const std::uint64_t address = mmu_.physical_code(cut.next_part_pc);
    const Bus::Window* window = window_at(bus_, address);
    const auto place = window->memory->bytes().subspan(address - window->base, kJumpToItself.size());
    std::array<std::uint8_t, Block::kJumpBytes> code;
    std::ranges::copy(place, code.begin());
    engine_.forget_block(cut.block_pc, 1);
    std::ranges::copy(kJumpToItself, place.begin());
    engine_.translate(cut.block_pc);
    std::ranges::copy(code, place.begin());
}

void EngineHart::trap_misaligned(const ByHand& by_hand, const rv::Instruction& insn) {
    const auto operand = insn.memory_operand();
    const std::uint64_t address = operand ? address_of(*operand) : 0;
    if (!operand || address % operand->size_bytes == 0) return;
    count(by_hand);
    tell_misaligned(by_hand.pc, operand->store);
    take_exception(operand->store ? rv::kStoreMisaligned : rv::kLoadMisaligned, by_hand.pc, address);
}

void EngineHart::tell_misaligned(std::uint64_t pc, bool store) {
    tell_fault(store ? rv::kStoreMisaligned : rv::kLoadMisaligned, pc, 0);
}

}  // namespace k210
