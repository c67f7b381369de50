#include "cpu/rv_arithmetic.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace k210::rv {
namespace {

constexpr std::int64_t as_signed(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}
constexpr std::uint64_t as_bits(std::int64_t v) {
    return static_cast<std::uint64_t>(v);
}
constexpr std::int32_t word(std::uint64_t v) {
    return static_cast<std::int32_t>(v);
}

std::uint64_t high_product(std::uint64_t a, bool a_signed, std::uint64_t b, bool b_signed) {
    __extension__ using Wide = unsigned __int128;
    std::uint64_t high = static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64);
    if (a_signed && as_signed(a) < 0) high -= b;
    if (b_signed && as_signed(b) < 0) high -= a;
    return high;
}

template <class Int>
Int divided(Int a, Int b) {
    if (b == 0) return static_cast<Int>(-1);
    if constexpr (std::numeric_limits<Int>::is_signed)
        if (b == -1) return static_cast<Int>(0 - static_cast<std::make_unsigned_t<Int>>(a));
    return a / b;
}
template <class Int>
Int remainder(Int a, Int b) {
    if (b == 0) return a;
    if constexpr (std::numeric_limits<Int>::is_signed)
        if (b == -1) return 0;
    return a % b;
}

[[noreturn]] void not_one_of_these() {
    throw std::logic_error("an instruction of another kind is to be computed");
}

}  // namespace

std::uint64_t integer_result(Op op, std::uint64_t a, std::uint64_t b) {
    switch (op) {
        case Op::add:
        case Op::addi: return a + b;
        case Op::sub: return a - b;
        case Op::slt:
        case Op::slti: return as_signed(a) < as_signed(b);
        case Op::sltu:
        case Op::sltiu: return a < b;
        case Op::xor_:
        case Op::xori: return a ^ b;
        case Op::or_:
        case Op::ori: return a | b;
        case Op::and_:
        case Op::andi: return a & b;
        case Op::sll:
        case Op::slli: return a << (b & 63);
        case Op::srl:
        case Op::srli: return a >> (b & 63);
        case Op::sra:
        case Op::srai: return as_bits(as_signed(a) >> (b & 63));
        case Op::addw:
        case Op::addiw: return sign_extend_word(a + b);
        case Op::subw: return sign_extend_word(a - b);
        case Op::sllw:
        case Op::slliw: return sign_extend_word(a << (b & 31));
        case Op::srlw:
        case Op::srliw: return sign_extend_word(static_cast<std::uint32_t>(a) >> (b & 31));
        case Op::sraw:
        case Op::sraiw: return as_bits(word(a) >> (b & 31));
        case Op::mul: return a * b;
        case Op::mulh: return high_product(a, true, b, true);
        case Op::mulhsu: return high_product(a, true, b, false);
        case Op::mulhu: return high_product(a, false, b, false);
        case Op::mulw: return sign_extend_word(a * b);
        case Op::div: return as_bits(divided(as_signed(a), as_signed(b)));
        case Op::divu: return divided(a, b);
        case Op::rem: return as_bits(remainder(as_signed(a), as_signed(b)));
        case Op::remu: return remainder(a, b);
        case Op::divw: return as_bits(divided(word(a), word(b)));
        case Op::divuw: return sign_extend_word(divided(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)));
        case Op::remw: return as_bits(remainder(word(a), word(b)));
        case Op::remuw:
            return sign_extend_word(remainder(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)));
        default: not_one_of_these();
    }
}

bool branch_taken(Op op, std::uint64_t a, std::uint64_t b) {
    switch (op) {
        case Op::beq: return a == b;
        case Op::bne: return a != b;
        case Op::blt: return as_signed(a) < as_signed(b);
        case Op::bge: return as_signed(a) >= as_signed(b);
        case Op::bltu: return a < b;
        case Op::bgeu: return a >= b;
        default: not_one_of_these();
    }
}

std::uint64_t atomic_result(Op op, std::uint64_t old, std::uint64_t operand) {
    const auto old_word = static_cast<std::uint32_t>(old), operand_word = static_cast<std::uint32_t>(operand);
    switch (op) {
        case Op::amoswap_w:
        case Op::amoswap_d: return operand;
        case Op::amoadd_w:
        case Op::amoadd_d: return old + operand;
        case Op::amoxor_w:
        case Op::amoxor_d: return old ^ operand;
        case Op::amoand_w:
        case Op::amoand_d: return old & operand;
        case Op::amoor_w:
        case Op::amoor_d: return old | operand;
        case Op::amomin_w: return as_bits(std::min(word(old), word(operand)));
        case Op::amomax_w: return as_bits(std::max(word(old), word(operand)));
        case Op::amominu_w: return std::min(old_word, operand_word);
        case Op::amomaxu_w: return std::max(old_word, operand_word);
        case Op::amomin_d: return as_bits(std::min(as_signed(old), as_signed(operand)));
        case Op::amomax_d: return as_bits(std::max(as_signed(old), as_signed(operand)));
        case Op::amominu_d: return std::min(old, operand);
        case Op::amomaxu_d: return std::max(old, operand);
        default: not_one_of_these();
    }
}

std::uint64_t csr_result(Op op, std::uint64_t old, std::uint64_t operand) {
    switch (op) {
        case Op::csrrw:
        case Op::csrrwi: return operand;
        case Op::csrrs:
        case Op::csrrsi: return old | operand;
        case Op::csrrc:
        case Op::csrrci: return old & ~operand;
        default: not_one_of_these();
    }
}

std::uint64_t loaded_value(Op op, std::uint64_t bytes) {
    switch (op) {
        case Op::lb: return as_bits(static_cast<std::int8_t>(bytes));
        case Op::lh: return as_bits(static_cast<std::int16_t>(bytes));
        case Op::lw: return sign_extend_word(bytes);
        case Op::ld:
        case Op::lbu:
        case Op::lhu:
        case Op::lwu: return bytes;
        default: not_one_of_these();
    }
}

}  // namespace k210::rv
