#include "profile/function_shape.hpp"

namespace k210::profile {
namespace {

using rv::Op;

constexpr unsigned kRa = 1, kAddress = 32;  // kAddress: instead of a register's number

std::uint64_t token(Op op, unsigned a = 0, unsigned b = 0, unsigned c = 0, unsigned d = 0, std::uint32_t imm = 0) {
    return std::uint64_t{static_cast<std::uint8_t>(op)} | std::uint64_t{a} << 8 | std::uint64_t{b} << 14 |
           std::uint64_t{c} << 20 | std::uint64_t{d} << 26 | std::uint64_t{imm} << 32;
}

}  // namespace

void FunctionShape::add(std::uint64_t token) {
    constexpr std::uint64_t kOffset = 0xcbf2'9ce4'8422'2325, kPrime = 0x100'0000'01b3;  // FNV-1a
    if (tokens_ == 0) hash_ = kOffset;
    for (unsigned shift = 0; shift < 64; shift += 8) hash_ = (hash_ ^ (token >> shift & 0xff)) * kPrime;
    if (++tokens_ == kPrefix) prefix_ = hash_;
}

bool FunctionShape::next() {
    while (at_ < code_.size()) {
        const rv::Instruction instruction = rv::decode(rv::fetch(code_, at_));
        if (!instruction.legal() || at_ + instruction.length_bytes > code_.size()) return false;
        at_ += instruction.length_bytes;
        if (take(instruction)) return true;
    }
    return false;
}

// False where it has no token: linkers leave it out, or do not.
bool FunctionShape::take(const rv::Instruction& i) {
    const bool from_address = is_address(i.rs1);
    const unsigned base = from_address ? kAddress : i.rs1;
    const auto writes = [this](unsigned rd, bool address) {
        if (rd == rv::kNone || rd >= 32 || rd == 3) return;
        addresses_ = (addresses_ & ~(1u << rd)) | std::uint32_t{address} << rd;
    };
    switch (i.kind) {
        case rv::Class::constant: writes(i.rd, true); return false;
        case rv::Class::jump: add(token(Op::jal, i.rd)); break;
        case rv::Class::indirect_jump:
            // A call or jump that relaxation has left long.
            if (from_address && (i.rd == kRa || i.rd == 0))
                add(token(Op::jal, i.rd));
            else
                add(token(i.op, i.rd, base));
            break;
        case rv::Class::branch: add(token(i.op, i.rs1, i.rs2)); return true;
        case rv::Class::load:
        case rv::Class::store:
            add(token(i.op, i.rd, base, i.rs2, 0, from_address ? 0 : static_cast<std::uint32_t>(i.imm)));
            break;
        default:
            if (i.op == Op::addi && i.rd == 0) return false;  // nop
            if (i.op == Op::addi || i.op == Op::addiw) {
                add(token(i.op, i.rd, base, 0, 0, from_address ? 0 : static_cast<std::uint32_t>(i.imm)));
                writes(i.rd, from_address);
                return true;
            }
            if (i.op == Op::add) {
                add(token(i.op, i.rd, i.rs1, i.rs2));
                writes(i.rd, from_address || is_address(i.rs2));
                return true;
            }
            add(token(i.op, i.rd, i.rs1, i.rs2, i.rs3, static_cast<std::uint32_t>(i.imm) ^ i.csr));
    }
    writes(i.writes(), false);
    return true;
}

}  // namespace k210::profile
