#include "cpu/block_table.hpp"

#include <cstring>

#include "cpu/rv_decode.hpp"

namespace k210 {
namespace {

constexpr std::size_t kInitialBlocks = 1u << 14;

// [doc] CSR numbers: RISC-V privileged spec, table 2.2
constexpr unsigned kMip = 0x344, kMcycle = 0xb00, kMinstret = 0xb02, kCycle = 0xc00, kInstret = 0xc02, kMhartid = 0xf14;

bool answered_by_machine(unsigned csr) {
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

void analyse(Block& block, std::span<const std::uint8_t> code) {
    block.size_bytes = static_cast<std::uint32_t>(code.size());
    block.fingerprint = fingerprint(code);
    block.instructions = 0;
    block.flags = Block::pure;
    std::uint32_t insn = 0;
    for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(insn)) {
        insn = rv::fetch(code, at);
        ++block.instructions;
        if (rv::is_lr(insn)) block.flags |= Block::opens_reservation;
        if (rv::is_sc(insn)) block.flags |= Block::closes_reservation;
        if (insn == rv::kWfi) block.flags |= Block::has_wfi;
        const bool counter = rv::is_csr(insn) && rv::csr_number(insn) == kMcycle && rv::rs1(insn) == 0;
        if (!counter && !is_pure(insn)) block.flags &= static_cast<std::uint16_t>(~Block::pure);
    }
    if (rv::is_csr(insn)) {
        block.csr = static_cast<std::uint16_t>(rv::csr_number(insn));
        block.rd = static_cast<std::uint8_t>(rv::rd(insn));
        block.flags |= answered_by_machine(block.csr) && block.rd != 0 ? Block::reads_csr : Block::writes_csr;
    }
    if (insn == rv::kMret) block.flags |= Block::is_mret | Block::writes_csr;
    if (rv::is_fence_i(insn)) block.flags |= Block::is_fence_i;
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
