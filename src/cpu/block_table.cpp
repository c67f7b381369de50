#include "cpu/block_table.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/block_operands.hpp"
#include "cpu/branch_predictor.hpp"
#include "cpu/by_hand.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"
#include "k210/bus/memory.hpp"

namespace k210 {
namespace {

constexpr std::size_t kInitialBlocks = 1u << 14;

bool answered_by_machine(unsigned csr) {
    using namespace csr_number;
    return csr == kMip || csr == kMcycle || csr == kMinstret || csr == kCycle || csr == kInstret || csr == kMhartid;
}

bool touches_floats(std::uint32_t insn) {
    if (rv::length_bytes(insn) == 2) {
        const unsigned f3 = (insn >> 13) & 7;
        return (insn & 1) == 0 && (f3 == 1 || f3 == 5);
    }
    const unsigned op = rv::opcode(insn);
    return op == 0x07 || op == 0x27 || (op >= 0x43 && op <= 0x53);
}

bool ends_block(std::uint32_t raw) {
    const std::uint32_t insn = rv::expand(raw);
    const unsigned opcode = rv::opcode(insn);
    return insn == 0 || opcode == rv::kBranch || opcode == rv::kJalr || opcode == rv::kJal || opcode == rv::kSystem ||
           rv::is_fence_i(insn);
}

// Whether running it twice from the same registers and memory gives the same registers and touches nothing else.
bool is_pure(std::uint32_t insn) {
    if (insn == 0 || touches_floats(insn)) return false;
    if (insn == rv::kCompressedEbreak) return false;
    if (const auto operand = rv::memory_operand(insn); operand && (operand->store || rv::is_amo(insn))) return false;
    if (rv::length_bytes(insn) == 2) return true;
    return rv::opcode(insn) != 0x73 && rv::opcode(insn) != 0x0f;
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

std::size_t block_bytes(std::span<const std::uint8_t> code) {
    std::size_t at = 0;
    for (bool ends = false; !ends && at + 2 <= code.size();) {
        const std::uint32_t raw = rv::fetch(code, at);
        ends = ends_block(raw);
        at += rv::length_bytes(raw);
    }
    return std::min(at, code.size());
}

void analyse(Block& block, std::span<const std::uint8_t> code_and_more, std::size_t size_bytes, TimingModel model) {
    const auto code = code_and_more.first(size_bytes);
    block.size_bytes = static_cast<std::uint16_t>(size_bytes);
    block.cycles = static_cast<std::uint16_t>(straight_cycles(code, model));
    const ToldAlignment told = told_alignment(block.pc, code);
    block.alignment = told.needs;
    block.next_part = told.bytes < size_bytes ? static_cast<std::uint16_t>(told.bytes) : Block::kWhole;
    block.instructions = 0;
    BlockEnd& end = block.end;
    end = {.flags = BlockEnd::pure};
    std::uint32_t insn = 0;
    std::uint64_t pc = block.pc;
    for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(insn)) {
        pc = block.pc + at;
        insn = rv::fetch(code, at);
        ++block.instructions;
        if (rv::is_lr(insn)) end.flags |= BlockEnd::opens_reservation;
        if (rv::is_sc(insn)) end.flags |= BlockEnd::closes_reservation;
        if (insn == rv::kWfi) end.flags |= BlockEnd::has_wfi;
        if (is_run_by_hand(insn)) end.flags |= BlockEnd::by_hand;
        const bool counter = rv::is_csr(insn) && rv::csr_number(insn) == csr_number::kMcycle && rv::rs1(insn) == 0;
        if (!counter && !is_pure(insn)) end.flags &= static_cast<std::uint16_t>(~BlockEnd::pure);
    }
    const bool at_page_end = (block.pc + size_bytes) % kPageBytes == 0;
    const bool cut_short = (code.empty() || !ends_block(insn)) && !at_page_end;
    block.seen_bytes = static_cast<std::uint16_t>(cut_short ? code_and_more.size() : size_bytes);
    block.fingerprint = fingerprint(code_and_more.first(block.seen_bytes));
    if (rv::is_csr(insn)) {
        end.csr = static_cast<std::uint16_t>(rv::csr_number(insn));
        end.rd = static_cast<std::uint8_t>(rv::rd(insn));
        end.flags |= answered_by_machine(end.csr) && end.rd != 0 ? BlockEnd::reads_csr : BlockEnd::writes_csr;
    }
    if (insn == rv::kMret) end.flags |= BlockEnd::is_mret | BlockEnd::writes_csr;
    if (insn == rv::kSret) end.flags |= BlockEnd::writes_csr;
    if (rv::is_fence_i(insn)) end.flags |= BlockEnd::is_fence_i;
    if (model == TimingModel::instructions) return;
    if (!block_operands(code, end.has(BlockEnd::pure)).empty()) end.flags |= BlockEnd::walks;
    end.branch_slot = static_cast<std::uint16_t>(BranchPredictor::slot_of(pc));
    const std::uint32_t full = rv::expand(insn);
    if (rv::opcode(full) == rv::kBranch) end.flags |= BlockEnd::is_branch;
    if (rv::opcode(full) == rv::kJalr && !rv::is_return(full)) end.flags |= BlockEnd::is_indirect;
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
        if (block.pc != Block::kNoPc) at(block.pc) = block;
}

}  // namespace k210
