#include "cpu/block_table.hpp"

#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/block_operands.hpp"
#include "cpu/branch_predictor.hpp"
#include "cpu/by_hand.hpp"
#include "cpu/code_bytes.hpp"
#include "k210/bus/memory.hpp"

namespace k210 {
namespace {

constexpr std::size_t kInitialBlocks = 1u << 14;

bool answered_by_machine(unsigned csr) {
    return is_answered_by(csr, CsrAnswer::hart) || is_answered_by(csr, CsrAnswer::counter);
}

// Whether running it twice from the same registers and memory gives the same registers and touches nothing else. The
// counter goes on by itself.
bool is_pure(const rv::Instruction& insn) {
    switch (insn.kind) {
        case rv::Class::constant:
        case rv::Class::jump:
        case rv::Class::indirect_jump:
        case rv::Class::branch:
        case rv::Class::integer:
        case rv::Class::multiply:
        case rv::Class::divide: return true;
        case rv::Class::load: return !insn.touches_floats();
        case rv::Class::csr: return insn.csr == csr_number(Csr::mcycle) && !insn.writes_csr();
        default: return false;
    }
}

}  // namespace

std::uint64_t fingerprint(std::span<const std::uint8_t> code) {
    std::uint64_t h = code.size() * 0x9e37'79b9'7f4a'7c15u;
    std::size_t i = 0;
    for (; i + 8 <= code.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, &code[i], 8);
        h = (h ^ word) * 0xff51'afd7'ed55'8ccdu;
        h ^= h >> 32;
    }
    std::uint64_t tail = 0;
    for (; i < code.size(); ++i) tail = tail << 8 | code[i];
    h = (h ^ tail) * 0xc4ce'b9fe'1a85'ec53u;
    return h ^ (h >> 33);
}

bool is_current(Block& block, const Bus& bus, std::uint64_t epoch) {
    if (block.epoch == epoch) return true;
    if (fingerprint(CodeBytes(bus, block.pc, block.seen_bytes).bytes()) != block.fingerprint) return false;
    block.epoch = epoch;
    return true;
}

std::vector<rv::Instruction> block_code(std::span<const std::uint8_t> code) {
    std::vector<rv::Instruction> block;
    for (std::size_t at = 0; at + 2 <= code.size(); at += block.back().length_bytes) {
        block.push_back(rv::decode(rv::fetch(code, at)));
        if (block.back().ends_block()) break;
    }
    return block;
}

void analyse(Block& block, std::span<const std::uint8_t> code_and_more, std::size_t size_bytes, TimingModel model) {
    using rv::Class, rv::Op;
    const auto code = rv::decode(code_and_more.first(size_bytes));
    block.size_bytes = static_cast<std::uint16_t>(size_bytes);
    block.instructions = static_cast<std::uint16_t>(code.size());
    block.cycles = static_cast<std::uint16_t>(straight_cycles(code, model));
    const ToldAlignment told = told_alignment(block.pc, code);
    block.alignment = told.needs;
    block.next_part = told.bytes < size_bytes ? static_cast<std::uint16_t>(told.bytes) : Block::kWhole;
    BlockEnd& end = block.end;
    end = {.flags = BlockEnd::pure};
    for (const rv::Instruction& insn : code) {
        if (insn.kind == Class::load_reserved) end.flags |= BlockEnd::opens_reservation;
        if (insn.kind == Class::store_conditional) end.flags |= BlockEnd::closes_reservation;
        if (insn.kind == Class::wfi) end.flags |= BlockEnd::has_wfi;
        if (is_run_by_hand(insn)) end.flags |= BlockEnd::by_hand;
        if (reads_user_counter(insn)) end.flags |= BlockEnd::user_counter;
        if (!is_pure(insn)) end.flags &= static_cast<std::uint16_t>(~BlockEnd::pure);
    }
    const rv::Instruction last = code.empty() ? rv::Instruction{} : code.back();
    const bool at_page_end = (block.pc + size_bytes) % kPageBytes == 0;
    const bool cut_short = (code.empty() || !last.ends_block()) && !at_page_end;
    block.seen_bytes = static_cast<std::uint16_t>(cut_short ? code_and_more.size() : size_bytes);
    block.fingerprint = fingerprint(code_and_more.first(block.seen_bytes));
    if (last.kind == Class::csr) {
        end.csr = last.csr;
        end.rd = last.rd;
        end.flags |= answered_by_machine(end.csr) && end.rd != 0 ? BlockEnd::reads_csr : BlockEnd::writes_csr;
    }
    if (last.kind == Class::ret) end.flags |= BlockEnd::writes_csr | BlockEnd::is_return;
    if (last.kind == Class::fence_i) end.flags |= BlockEnd::is_fence_i;
    if (model == TimingModel::instructions) return;
    if (!block_operands(code, end.has(BlockEnd::pure)).empty()) end.flags |= BlockEnd::walks;
    end.branch_slot = static_cast<std::uint16_t>(BranchPredictor::slot_of(block.pc + size_bytes - last.length_bytes));
    if (last.kind == Class::branch) end.flags |= BlockEnd::is_branch;
    if (last.kind == Class::indirect_jump && !last.is_return()) end.flags |= BlockEnd::is_indirect;
}

BlockTable::BlockTable() {
    clear();
}

void BlockTable::clear() {
    blocks_.assign(kInitialBlocks, Block{});
    mask_ = kInitialBlocks - 1;
    used_ = 0;
}

void BlockTable::added() {
    if (++used_ * 2 < blocks_.size()) return;
    std::vector<Block> old(blocks_.size() * 2);
    old.swap(blocks_);
    mask_ = blocks_.size() - 1;
    for (const Block& block : old)
        if (block.pc != Block::kNoPc) at(block.pc, block.page) = block;
}

}  // namespace k210
