#include "cpu/rv_expand.hpp"

#include "cpu/rv_decode.hpp"

namespace k210::rv {
namespace {

constexpr unsigned kRa = 1, kSp = 2;

struct Compressed {
    std::uint32_t insn;
    constexpr std::uint32_t bits(unsigned msb, unsigned lsb) const {
        return (insn >> lsb) & ((1u << (msb - lsb + 1)) - 1);
    }
    constexpr std::uint32_t bit(unsigned n) const { return (insn >> n) & 1; }
    constexpr unsigned low_rd() const { return bits(4, 2) + 8; }   // rd' and rs2'
    constexpr unsigned low_rs1() const { return bits(9, 7) + 8; }  // rs1' and rd'
    constexpr unsigned full_rd() const { return bits(11, 7); }
    constexpr unsigned full_rs2() const { return bits(6, 2); }
    constexpr std::int32_t imm6() const { return sign_extend(bit(12) << 5 | bits(6, 2), 6); }
    constexpr unsigned shift() const { return bit(12) << 5 | bits(6, 2); }
    static constexpr std::int32_t sign_extend(std::uint32_t v, unsigned width) {
        return static_cast<std::int32_t>(v << (32 - width)) >> (32 - width);
    }
};

constexpr std::uint32_t i_type(unsigned op, unsigned f3, unsigned rd, unsigned rs1, std::int32_t imm) {
    return static_cast<std::uint32_t>(imm) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}
constexpr std::uint32_t r_type(unsigned op, unsigned f7, unsigned f3, unsigned rd, unsigned rs1, unsigned rs2) {
    return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}
constexpr std::uint32_t s_type(unsigned op, unsigned f3, unsigned rs2, unsigned rs1, std::uint32_t imm) {
    return (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (imm & 31) << 7 | op;
}
constexpr std::uint32_t b_type(unsigned f3, unsigned rs1, std::int32_t offset) {
    const auto u = static_cast<std::uint32_t>(offset);
    return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs1 << 15 | f3 << 12 | (u >> 1 & 15) << 8 |
           (u >> 11 & 1) << 7 | 0x63;
}
constexpr std::uint32_t jal(unsigned rd, std::int32_t offset) {
    const auto u = static_cast<std::uint32_t>(offset);
    return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

std::uint32_t expand_quadrant1(Compressed c) {
    switch (c.bits(15, 13)) {
        case 0: return i_type(0x13, 0, c.full_rd(), c.full_rd(), c.imm6());                    // c.addi
        case 1: return c.full_rd() ? i_type(0x1b, 0, c.full_rd(), c.full_rd(), c.imm6()) : 0;  // c.addiw
        case 2: return i_type(0x13, 0, c.full_rd(), 0, c.imm6());                              // c.li
        case 3: {
            if (c.full_rd() != kSp)
                return static_cast<std::uint32_t>(c.imm6()) << 12 | c.full_rd() << 7 | 0x37;  // c.lui
            const auto imm = Compressed::sign_extend(
                c.bit(12) << 9 | c.bits(4, 3) << 7 | c.bit(5) << 6 | c.bit(2) << 5 | c.bit(6) << 4, 10);
            return i_type(0x13, 0, kSp, kSp, imm);  // c.addi16sp
        }
        case 4: {
            const unsigned rd = c.low_rs1();
            switch (c.bits(11, 10)) {
                case 0: return i_type(0x13, 5, rd, rd, static_cast<std::int32_t>(c.shift()));          // c.srli
                case 1: return i_type(0x13, 5, rd, rd, static_cast<std::int32_t>(c.shift() | 0x400));  // c.srai
                case 2: return i_type(0x13, 7, rd, rd, c.imm6());                                      // c.andi
                default: break;
            }
            switch (c.bit(12) << 2 | c.bits(6, 5)) {
                case 0: return r_type(0x33, 0x20, 0, rd, rd, c.low_rd());  // c.sub
                case 1: return r_type(0x33, 0, 4, rd, rd, c.low_rd());     // c.xor
                case 2: return r_type(0x33, 0, 6, rd, rd, c.low_rd());     // c.or
                case 3: return r_type(0x33, 0, 7, rd, rd, c.low_rd());     // c.and
                case 4: return r_type(0x3b, 0x20, 0, rd, rd, c.low_rd());  // c.subw
                case 5: return r_type(0x3b, 0, 0, rd, rd, c.low_rd());     // c.addw
                default: return 0;
            }
        }
        case 5: {
            const auto offset =
                Compressed::sign_extend(c.bit(12) << 11 | c.bit(8) << 10 | c.bits(10, 9) << 8 | c.bit(6) << 7 |
                                            c.bit(7) << 6 | c.bit(2) << 5 | c.bit(11) << 4 | c.bits(5, 3) << 1,
                                        12);
            return jal(0, offset);  // c.j
        }
        default: {
            const auto offset = Compressed::sign_extend(
                c.bit(12) << 8 | c.bits(6, 5) << 6 | c.bit(2) << 5 | c.bits(11, 10) << 3 | c.bits(4, 3) << 1, 9);
            return b_type(c.bits(15, 13) == 6 ? 0 : 1, c.low_rs1(), offset);  // c.beqz, c.bnez
        }
    }
}

std::uint32_t expand_quadrant2(Compressed c) {
    const unsigned rd = c.full_rd(), rs2 = c.full_rs2();
    switch (c.bits(15, 13)) {
        case 0: return i_type(0x13, 1, rd, rd, static_cast<std::int32_t>(c.shift()));  // c.slli
        case 4:
            if (c.bit(12) == 0)
                return rs2 ? r_type(0x33, 0, 0, rd, 0, rs2) : rd ? i_type(0x67, 0, 0, rd, 0) : 0;  // c.mv, c.jr
            return rs2 ? r_type(0x33, 0, 0, rd, rd, rs2) : rd ? i_type(0x67, 0, kRa, rd, 0) : 0;   // c.add, c.jalr
        default: return 0;
    }
}

}  // namespace

std::uint32_t expand(std::uint32_t insn) {
    if (length_bytes(insn) == 4) return insn;
    const Compressed c{insn & 0xffff};
    const unsigned f3 = c.bits(15, 13);
    if (const auto operand = memory_operand(insn)) {
        const unsigned width = operand->size_bytes == 8 ? 3 : 2;
        const unsigned data = (insn & 3) == 0 ? c.low_rd() : operand->load ? c.full_rd() : c.full_rs2();
        const unsigned floats = (f3 & 3) == 1 ? 4 : 0;  // c.fld, c.fsd and their forms relative to sp
        return operand->load
                   ? i_type(0x03 | floats, width, data, operand->base, operand->offset)
                   : s_type(0x23 | floats, width, data, operand->base, static_cast<std::uint32_t>(operand->offset));
    }
    switch (insn & 3) {
        case 0: {
            const std::uint32_t imm = c.bits(10, 7) << 6 | c.bits(12, 11) << 4 | c.bit(5) << 3 | c.bit(6) << 2;
            return f3 == 0 && imm ? i_type(0x13, 0, c.low_rd(), kSp, static_cast<std::int32_t>(imm)) : 0;  // c.addi4spn
        }
        case 1: return expand_quadrant1(c);
        default: return expand_quadrant2(c);
    }
}

}  // namespace k210::rv
