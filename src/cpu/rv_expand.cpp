#include "cpu/rv_expand.hpp"

namespace k210::rv {
namespace {

constexpr unsigned kRa = 1, kSp = 2;
constexpr unsigned kLoad = 0x03, kLoadFp = 0x07, kStore = 0x23, kStoreFp = 0x27;  // opcodes
constexpr unsigned kWord = 2, kDoubleword = 3;                                    // funct3: widths
constexpr std::uint32_t kEbreak = 0x0010'0073;

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
    // Of loads and stores: from a register, and from sp.
    constexpr std::int32_t offset4() const { return unsigned_imm(bit(5) << 6 | bits(12, 10) << 3 | bit(6) << 2); }
    constexpr std::int32_t offset8() const { return unsigned_imm(bits(6, 5) << 6 | bits(12, 10) << 3); }
    constexpr std::int32_t sp_load4() const { return unsigned_imm(bits(3, 2) << 6 | bit(12) << 5 | bits(6, 4) << 2); }
    constexpr std::int32_t sp_load8() const { return unsigned_imm(bits(4, 2) << 6 | bit(12) << 5 | bits(6, 5) << 3); }
    constexpr std::int32_t sp_store4() const { return unsigned_imm(bits(8, 7) << 6 | bits(12, 9) << 2); }
    constexpr std::int32_t sp_store8() const { return unsigned_imm(bits(9, 7) << 6 | bits(12, 10) << 3); }
    static constexpr std::int32_t unsigned_imm(std::uint32_t v) { return static_cast<std::int32_t>(v); }
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
constexpr std::uint32_t s_type(unsigned op, unsigned f3, unsigned rs2, unsigned rs1, std::int32_t imm) {
    const auto u = static_cast<std::uint32_t>(imm);
    return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u & 31) << 7 | op;
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

std::uint32_t expand_quadrant0(Compressed c) {
    const unsigned data = c.low_rd(), base = c.low_rs1();
    switch (c.bits(15, 13)) {
        case 0: {
            const std::uint32_t imm = c.bits(10, 7) << 6 | c.bits(12, 11) << 4 | c.bit(5) << 3 | c.bit(6) << 2;
            return imm ? i_type(0x13, 0, data, kSp, static_cast<std::int32_t>(imm)) : 0;  // c.addi4spn
        }
        case 1: return i_type(kLoadFp, kDoubleword, data, base, c.offset8());   // c.fld
        case 2: return i_type(kLoad, kWord, data, base, c.offset4());           // c.lw
        case 3: return i_type(kLoad, kDoubleword, data, base, c.offset8());     // c.ld
        case 5: return s_type(kStoreFp, kDoubleword, data, base, c.offset8());  // c.fsd
        case 6: return s_type(kStore, kWord, data, base, c.offset4());          // c.sw
        case 7: return s_type(kStore, kDoubleword, data, base, c.offset8());    // c.sd
        default: return 0;
    }
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
        case 1: return i_type(kLoadFp, kDoubleword, rd, kSp, c.sp_load8());            // c.fldsp
        case 2: return i_type(kLoad, kWord, rd, kSp, c.sp_load4());                    // c.lwsp
        case 3: return i_type(kLoad, kDoubleword, rd, kSp, c.sp_load8());              // c.ldsp
        case 4:
            if (c.bit(12) == 0)
                return rs2 ? r_type(0x33, 0, 0, rd, 0, rs2) : rd ? i_type(0x67, 0, 0, rd, 0) : 0;  // c.mv, c.jr
            if (rs2 == 0) return rd ? i_type(0x67, 0, kRa, rd, 0) : kEbreak;                       // c.jalr, c.ebreak
            return r_type(0x33, 0, 0, rd, rd, rs2);                                                // c.add
        case 5: return s_type(kStoreFp, kDoubleword, rs2, kSp, c.sp_store8());                     // c.fsdsp
        case 6: return s_type(kStore, kWord, rs2, kSp, c.sp_store4());                             // c.swsp
        default: return s_type(kStore, kDoubleword, rs2, kSp, c.sp_store8());                      // c.sdsp
    }
}

}  // namespace

std::uint32_t expand(std::uint32_t insn) {
    const Compressed c{insn & 0xffff};
    switch (insn & 3) {
        case 0: return expand_quadrant0(c);
        case 1: return expand_quadrant1(c);
        case 2: return expand_quadrant2(c);
        default: return insn;
    }
}

}  // namespace k210::rv
