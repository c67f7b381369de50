#include "k210/cpu/rv_instruction.hpp"

#include <array>
#include <set>
#include <span>

#include <gtest/gtest.h>

#include "cpu/rv_expand.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;
using rv::kNone, rv::Op;

enum Fpr : unsigned {
    ft1 = rv::kFloatRegister + 1,
    fa0 = rv::kFloatRegister + 10,
    fa1,
    fa2,
    fs2 = rv::kFloatRegister + 18,
    ft11 = rv::kFloatRegister + 31
};

constexpr std::uint64_t kPc = 0x8000'0000;

struct Row {
    std::uint32_t word;
    Op op;
    const char* text;
    unsigned writes;
    std::vector<unsigned> reads;
};

// One of each, as riscv64-unknown-elf-as 2.40 makes it and objdump -M no-aliases writes it.
const Row kRows[] = {
    // clang-format off
    {0x80001537, Op::lui, "lui a0, 0x80001", a0, {}},
    {0x12345597, Op::auipc, "auipc a1, 0x12345", a1, {}},
    {0x7fe000ef, Op::jal, "jal ra, 0x800007fe", ra, {}},
    {0xff0500e7, Op::jalr, "jalr ra, -16(a0)", ra, {a0}},
    {0x00b50463, Op::beq, "beq a0, a1, 0x80000008", kNone, {a0, a1}},
    {0xfe061ee3, Op::bne, "bne a2, zero, 0x7ffffffc", kNone, {a2, zero}},
    {0x7e944fe3, Op::blt, "blt s0, s1, 0x80000ffe", kNone, {s0, s1}},
    {0x8062d063, Op::bge, "bge t0, t1, 0x7ffff000", kNone, {t0, t1}},
    {0x00f76863, Op::bltu, "bltu a4, a5, 0x80000010", kNone, {a4, a5}},
    {0x01fdf0e3, Op::bgeu, "bgeu s11, t6, 0x80000800", kNone, {s11, t6}},
    {0xfff48503, Op::lb, "lb a0, -1(s1)", a0, {s1}},
    {0x00249503, Op::lh, "lh a0, 2(s1)", a0, {s1}},
    {0x0044a503, Op::lw, "lw a0, 4(s1)", a0, {s1}},
    {0x7ff4b503, Op::ld, "ld a0, 2047(s1)", a0, {s1}},
    {0x8004c503, Op::lbu, "lbu a0, -2048(s1)", a0, {s1}},
    {0x0004d503, Op::lhu, "lhu a0, 0(s1)", a0, {s1}},
    {0x0084e503, Op::lwu, "lwu a0, 8(s1)", a0, {s1}},
    {0x00812507, Op::flw, "flw fa0, 8(sp)", fa0, {sp}},
    {0x00813507, Op::fld, "fld fa0, 8(sp)", fa0, {sp}},
    {0xfea48fa3, Op::sb, "sb a0, -1(s1)", kNone, {s1, a0}},
    {0x00a49123, Op::sh, "sh a0, 2(s1)", kNone, {s1, a0}},
    {0x7ea4afa3, Op::sw, "sw a0, 2047(s1)", kNone, {s1, a0}},
    {0x80a4b023, Op::sd, "sd a0, -2048(s1)", kNone, {s1, a0}},
    {0xfe112c27, Op::fsw, "fsw ft1, -8(sp)", kNone, {sp, ft1}},
    {0xfe113c27, Op::fsd, "fsd ft1, -8(sp)", kNone, {sp, ft1}},
    {0xffc30293, Op::addi, "addi t0, t1, -4", t0, {t1}},
    {0x00532293, Op::slti, "slti t0, t1, 5", t0, {t1}},
    {0x00633293, Op::sltiu, "sltiu t0, t1, 6", t0, {t1}},
    {0xfff34293, Op::xori, "xori t0, t1, -1", t0, {t1}},
    {0x00736293, Op::ori, "ori t0, t1, 7", t0, {t1}},
    {0x0ff37293, Op::andi, "andi t0, t1, 255", t0, {t1}},
    {0x03f31293, Op::slli, "slli t0, t1, 0x3f", t0, {t1}},
    {0x02035293, Op::srli, "srli t0, t1, 0x20", t0, {t1}},
    {0x40135293, Op::srai, "srai t0, t1, 0x1", t0, {t1}},
    {0x8003029b, Op::addiw, "addiw t0, t1, -2048", t0, {t1}},
    {0x01f3129b, Op::slliw, "slliw t0, t1, 0x1f", t0, {t1}},
    {0x0033529b, Op::srliw, "srliw t0, t1, 0x3", t0, {t1}},
    {0x4043529b, Op::sraiw, "sraiw t0, t1, 0x4", t0, {t1}},
    {0x00c58533, Op::add, "add a0, a1, a2", a0, {a1, a2}},
    {0x40c58533, Op::sub, "sub a0, a1, a2", a0, {a1, a2}},
    {0x00c59533, Op::sll, "sll a0, a1, a2", a0, {a1, a2}},
    {0x00c5a533, Op::slt, "slt a0, a1, a2", a0, {a1, a2}},
    {0x00c5b533, Op::sltu, "sltu a0, a1, a2", a0, {a1, a2}},
    {0x00c5c533, Op::xor_, "xor a0, a1, a2", a0, {a1, a2}},
    {0x00c5d533, Op::srl, "srl a0, a1, a2", a0, {a1, a2}},
    {0x40c5d533, Op::sra, "sra a0, a1, a2", a0, {a1, a2}},
    {0x00c5e533, Op::or_, "or a0, a1, a2", a0, {a1, a2}},
    {0x00c5f533, Op::and_, "and a0, a1, a2", a0, {a1, a2}},
    {0x00c5853b, Op::addw, "addw a0, a1, a2", a0, {a1, a2}},
    {0x40c5853b, Op::subw, "subw a0, a1, a2", a0, {a1, a2}},
    {0x00c5953b, Op::sllw, "sllw a0, a1, a2", a0, {a1, a2}},
    {0x00c5d53b, Op::srlw, "srlw a0, a1, a2", a0, {a1, a2}},
    {0x40c5d53b, Op::sraw, "sraw a0, a1, a2", a0, {a1, a2}},
    {0x02c58533, Op::mul, "mul a0, a1, a2", a0, {a1, a2}},
    {0x02c59533, Op::mulh, "mulh a0, a1, a2", a0, {a1, a2}},
    {0x02c5a533, Op::mulhsu, "mulhsu a0, a1, a2", a0, {a1, a2}},
    {0x02c5b533, Op::mulhu, "mulhu a0, a1, a2", a0, {a1, a2}},
    {0x02c5853b, Op::mulw, "mulw a0, a1, a2", a0, {a1, a2}},
    {0x02c5c533, Op::div, "div a0, a1, a2", a0, {a1, a2}},
    {0x02c5d533, Op::divu, "divu a0, a1, a2", a0, {a1, a2}},
    {0x02c5e533, Op::rem, "rem a0, a1, a2", a0, {a1, a2}},
    {0x02c5f533, Op::remu, "remu a0, a1, a2", a0, {a1, a2}},
    {0x02c5c53b, Op::divw, "divw a0, a1, a2", a0, {a1, a2}},
    {0x02c5d53b, Op::divuw, "divuw a0, a1, a2", a0, {a1, a2}},
    {0x02c5e53b, Op::remw, "remw a0, a1, a2", a0, {a1, a2}},
    {0x02c5f53b, Op::remuw, "remuw a0, a1, a2", a0, {a1, a2}},
    {0x1005a52f, Op::lr_w, "lr.w a0, (a1)", a0, {a1}},
    {0x18c5a52f, Op::sc_w, "sc.w a0, a2, (a1)", a0, {a1, a2}},
    {0x1005b52f, Op::lr_d, "lr.d a0, (a1)", a0, {a1}},
    {0x18c5b52f, Op::sc_d, "sc.d a0, a2, (a1)", a0, {a1, a2}},
    {0x08c5a52f, Op::amoswap_w, "amoswap.w a0, a2, (a1)", a0, {a1, a2}},
    {0x00c5a52f, Op::amoadd_w, "amoadd.w a0, a2, (a1)", a0, {a1, a2}},
    {0x20c5a52f, Op::amoxor_w, "amoxor.w a0, a2, (a1)", a0, {a1, a2}},
    {0x60c5a52f, Op::amoand_w, "amoand.w a0, a2, (a1)", a0, {a1, a2}},
    {0x40c5a52f, Op::amoor_w, "amoor.w a0, a2, (a1)", a0, {a1, a2}},
    {0x80c5a52f, Op::amomin_w, "amomin.w a0, a2, (a1)", a0, {a1, a2}},
    {0xa0c5a52f, Op::amomax_w, "amomax.w a0, a2, (a1)", a0, {a1, a2}},
    {0xc0c5a52f, Op::amominu_w, "amominu.w a0, a2, (a1)", a0, {a1, a2}},
    {0xe0c5a52f, Op::amomaxu_w, "amomaxu.w a0, a2, (a1)", a0, {a1, a2}},
    {0x08c5b52f, Op::amoswap_d, "amoswap.d a0, a2, (a1)", a0, {a1, a2}},
    {0x00c5b52f, Op::amoadd_d, "amoadd.d a0, a2, (a1)", a0, {a1, a2}},
    {0x20c5b52f, Op::amoxor_d, "amoxor.d a0, a2, (a1)", a0, {a1, a2}},
    {0x60c5b52f, Op::amoand_d, "amoand.d a0, a2, (a1)", a0, {a1, a2}},
    {0x40c5b52f, Op::amoor_d, "amoor.d a0, a2, (a1)", a0, {a1, a2}},
    {0x80c5b52f, Op::amomin_d, "amomin.d a0, a2, (a1)", a0, {a1, a2}},
    {0xa0c5b52f, Op::amomax_d, "amomax.d a0, a2, (a1)", a0, {a1, a2}},
    {0xc0c5b52f, Op::amominu_d, "amominu.d a0, a2, (a1)", a0, {a1, a2}},
    {0xe0c5b52f, Op::amomaxu_d, "amomaxu.d a0, a2, (a1)", a0, {a1, a2}},
    {0xf925f543, Op::fmadd_s, "fmadd.s fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xf925f547, Op::fmsub_s, "fmsub.s fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xf925f54b, Op::fnmsub_s, "fnmsub.s fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xf925f54f, Op::fnmadd_s, "fnmadd.s fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0x00c5f553, Op::fadd_s, "fadd.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x08c5f553, Op::fsub_s, "fsub.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x10c5f553, Op::fmul_s, "fmul.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x18c5f553, Op::fdiv_s, "fdiv.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x5805f553, Op::fsqrt_s, "fsqrt.s fa0, fa1", fa0, {fa1}},
    {0x20c58553, Op::fsgnj_s, "fsgnj.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x20c59553, Op::fsgnjn_s, "fsgnjn.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x20c5a553, Op::fsgnjx_s, "fsgnjx.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x28c58553, Op::fmin_s, "fmin.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x28c59553, Op::fmax_s, "fmax.s fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0xa0c5a553, Op::feq_s, "feq.s a0, fa1, fa2", a0, {fa1, fa2}},
    {0xa0c59553, Op::flt_s, "flt.s a0, fa1, fa2", a0, {fa1, fa2}},
    {0xa0c58553, Op::fle_s, "fle.s a0, fa1, fa2", a0, {fa1, fa2}},
    {0xe0059553, Op::fclass_s, "fclass.s a0, fa1", a0, {fa1}},
    {0xc005f553, Op::fcvt_w_s, "fcvt.w.s a0, fa1", a0, {fa1}},
    {0xc015f553, Op::fcvt_wu_s, "fcvt.wu.s a0, fa1", a0, {fa1}},
    {0xc025f553, Op::fcvt_l_s, "fcvt.l.s a0, fa1", a0, {fa1}},
    {0xc035f553, Op::fcvt_lu_s, "fcvt.lu.s a0, fa1", a0, {fa1}},
    {0xd005f553, Op::fcvt_s_w, "fcvt.s.w fa0, a1", fa0, {a1}},
    {0xd015f553, Op::fcvt_s_wu, "fcvt.s.wu fa0, a1", fa0, {a1}},
    {0xd025f553, Op::fcvt_s_l, "fcvt.s.l fa0, a1", fa0, {a1}},
    {0xd035f553, Op::fcvt_s_lu, "fcvt.s.lu fa0, a1", fa0, {a1}},
    {0xe0058553, Op::fmv_x_w, "fmv.x.w a0, fa1", a0, {fa1}},
    {0xf0058553, Op::fmv_w_x, "fmv.w.x fa0, a1", fa0, {a1}},
    {0xfb25f543, Op::fmadd_d, "fmadd.d fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xfb25f547, Op::fmsub_d, "fmsub.d fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xfb25f54b, Op::fnmsub_d, "fnmsub.d fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0xfb25f54f, Op::fnmadd_d, "fnmadd.d fa0, fa1, fs2, ft11", fa0, {fa1, fs2, ft11}},
    {0x02c5f553, Op::fadd_d, "fadd.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x0ac5f553, Op::fsub_d, "fsub.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x12c5f553, Op::fmul_d, "fmul.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x1ac5f553, Op::fdiv_d, "fdiv.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x5a05f553, Op::fsqrt_d, "fsqrt.d fa0, fa1", fa0, {fa1}},
    {0x22c58553, Op::fsgnj_d, "fsgnj.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x22c59553, Op::fsgnjn_d, "fsgnjn.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x22c5a553, Op::fsgnjx_d, "fsgnjx.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x2ac58553, Op::fmin_d, "fmin.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0x2ac59553, Op::fmax_d, "fmax.d fa0, fa1, fa2", fa0, {fa1, fa2}},
    {0xa2c5a553, Op::feq_d, "feq.d a0, fa1, fa2", a0, {fa1, fa2}},
    {0xa2c59553, Op::flt_d, "flt.d a0, fa1, fa2", a0, {fa1, fa2}},
    {0xa2c58553, Op::fle_d, "fle.d a0, fa1, fa2", a0, {fa1, fa2}},
    {0xe2059553, Op::fclass_d, "fclass.d a0, fa1", a0, {fa1}},
    {0xc205f553, Op::fcvt_w_d, "fcvt.w.d a0, fa1", a0, {fa1}},
    {0xc215f553, Op::fcvt_wu_d, "fcvt.wu.d a0, fa1", a0, {fa1}},
    {0xc225f553, Op::fcvt_l_d, "fcvt.l.d a0, fa1", a0, {fa1}},
    {0xc235f553, Op::fcvt_lu_d, "fcvt.lu.d a0, fa1", a0, {fa1}},
    {0xd2058553, Op::fcvt_d_w, "fcvt.d.w fa0, a1", fa0, {a1}},
    {0xd2158553, Op::fcvt_d_wu, "fcvt.d.wu fa0, a1", fa0, {a1}},
    {0xd225f553, Op::fcvt_d_l, "fcvt.d.l fa0, a1", fa0, {a1}},
    {0xd235f553, Op::fcvt_d_lu, "fcvt.d.lu fa0, a1", fa0, {a1}},
    {0xe2058553, Op::fmv_x_d, "fmv.x.d a0, fa1", a0, {fa1}},
    {0xf2058553, Op::fmv_d_x, "fmv.d.x fa0, a1", fa0, {a1}},
    {0x4015f553, Op::fcvt_s_d, "fcvt.s.d fa0, fa1", fa0, {fa1}},
    {0x42058553, Op::fcvt_d_s, "fcvt.d.s fa0, fa1", fa0, {fa1}},
    {0x0ff0000f, Op::fence, "fence", kNone, {}},
    {0x0000100f, Op::fence_i, "fence.i", kNone, {}},
    {0x00000073, Op::ecall, "ecall", kNone, {}},
    {0x00100073, Op::ebreak, "ebreak", kNone, {}},
    {0x30200073, Op::mret, "mret", kNone, {}},
    {0x10200073, Op::sret, "sret", kNone, {}},
    {0x10500073, Op::wfi, "wfi", kNone, {}},
    {0x10450073, Op::sfence_vm, "sfence.vm a0", kNone, {a0}},
    {0x12b50073, Op::sfence_vma, "sfence.vma a0, a1", kNone, {a0, a1}},
    {0x30559573, Op::csrrw, "csrrw a0, mtvec, a1", a0, {a1}},
    {0x3055a573, Op::csrrs, "csrrs a0, mtvec, a1", a0, {a1}},
    {0x3055b573, Op::csrrc, "csrrc a0, mtvec, a1", a0, {a1}},
    {0x30045573, Op::csrrwi, "csrrwi a0, mstatus, 8", a0, {}},
    {0x30046573, Op::csrrsi, "csrrsi a0, mstatus, 8", a0, {}},
    {0x30047573, Op::csrrci, "csrrci a0, mstatus, 8", a0, {}},
    // clang-format on
};

std::vector<unsigned> reads(const rv::Instruction& insn) {
    std::vector<unsigned> all;
    for (const unsigned reg : insn.reads())
        if (reg != kNone) all.push_back(reg);
    return all;
}

TEST(RvInstructionTest, EveryOperationIsDecodedDisassembledAndKnowsItsRegisters) {
    std::set<Op> seen;
    for (const Row& row : kRows) {
        const rv::Instruction insn = rv::decode(row.word);
        SCOPED_TRACE(row.text);
        EXPECT_EQ(insn.op, row.op);
        EXPECT_EQ(rv::disassemble(insn, kPc), row.text);
        EXPECT_EQ(insn.writes(), row.writes);
        EXPECT_EQ(reads(insn), row.reads);
        EXPECT_EQ(insn.raw, row.word);
        EXPECT_EQ(insn.length_bytes, 4u);
        seen.insert(insn.op);
    }
    EXPECT_EQ(seen.size() + 1, static_cast<std::size_t>(Op::count));  // illegal
}

TEST(RvInstructionTest, WhatIsInNoTableIsIllegal) {
    for (const std::uint32_t word :
         {0u, 0x0000'0004u, 0xffff'ffffu, 0x0000'700bu, 0x0000'2063u, 0x0000'7003u, 0x0000'4023u, 0x0000'402fu,
          0x0210'202fu + (2u << 27), 0x0400'0053u, 0x0000'4073u, 0x0020'0073u})
        EXPECT_FALSE(rv::decode(word).legal()) << std::hex << word;
}

TEST(RvInstructionTest, CompressedFormsAreWhatTheyAbbreviate) {
    struct Form {
        std::uint32_t compressed, full;
    };
    constexpr Form kForms[] = {
        {0x0028, addi(a0, sp, 8)},
        {0x2508, fld(a0, 8, a0)},
        {0x4508, lw(a0, 8, a0)},
        {0x6508, ld(a0, 8, a0)},
        {0xa508, fsd(a0, 8, a0)},
        {0xc508, sw(a0, 8, a0)},
        {0xe508, sd(a0, 8, a0)},
        {0x0001, nop},
        {0x1571, addi(a0, a0, -4)},
        {0x557d, addi(a0, zero, -1)},
        {0x7139, addi(sp, sp, -64)},
        {0x7579, lui(a0, 0xffffe)},
        {0x8905, i_type(0x13, 7, a0, a0, 1)},
        {0x8d0d, sub(a0, a0, a1)},
        {0xa001, j(0)},
        {0xbffd, j(-2)},
        {0xc501, beq(a0, zero, 8)},
        {0xfd75, bne(a0, zero, -4)},
        {0x050e, slli(a0, a0, 3)},
        {0x2522, fld(a0, 8, sp)},
        {0x4522, lw(a0, 8, sp)},
        {0x6522, ld(a0, 8, sp)},
        {0x8082, jalr(zero, ra, 0)},
        {0x852e, add(a0, zero, a1)},
        {0x9002, ebreak},
        {0x9502, jalr(ra, a0, 0)},
        {0x952e, add(a0, a0, a1)},
        {0xa42a, fsd(a0, 8, sp)},
        {0xc42a, sw(a0, 8, sp)},
        {0xe42a, sd(a0, 8, sp)},
    };
    for (const auto& [compressed, full] : kForms) {
        const rv::Instruction insn = rv::decode(compressed);
        EXPECT_EQ(rv::disassemble(insn, kPc), rv::disassemble(rv::decode(full), kPc)) << std::hex << compressed;
        EXPECT_EQ(insn.raw, compressed);
        EXPECT_EQ(insn.length_bytes, 2u);
    }
}

TEST(RvInstructionTest, AnInstructionThatMemoryEndsInIsNone) {
    constexpr std::array<std::uint8_t, 6> kCode = {0x01, 0x00, 0x13, 0x05, 0x10, 0x00};  // c.nop; li a0, 1
    const std::span<const std::uint8_t> code = kCode;
    EXPECT_EQ(rv::fetch(code, 0), 0x0001u);
    EXPECT_EQ(rv::fetch(code, 2), 0x0010'0513u);
    EXPECT_EQ(rv::fetch(code.first(5), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(4), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(3), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(2), 0), 0x0001u);
    EXPECT_EQ(rv::fetch(code.first(2), 2), 0u);
}

TEST(RvInstructionTest, CodeIsDecodedToItsEnd) {
    constexpr std::array<std::uint8_t, 8> kCode = {0x01, 0x00, 0x13, 0x05, 0x10, 0x00, 0x13, 0x05};
    const auto all = rv::decode(std::span<const std::uint8_t>(kCode));
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[1].op, Op::addi);
    EXPECT_EQ(all[1].imm, 1);
    EXPECT_FALSE(all[2].legal());
}

TEST(RvInstructionTest, MemoryOperandsHaveDirectionAddressAndSize) {
    const auto operand = [](std::uint32_t word) { return rv::decode(word).memory_operand().value(); };
    const auto load = operand(i_type(0x03, 5, a0, s1, -2));
    EXPECT_TRUE(load.load && !load.store);
    EXPECT_EQ(load.base, s1);
    EXPECT_EQ(load.offset, -2);
    EXPECT_EQ(load.size_bytes, 2u);
    const auto store = operand(sd(a0, 2040, sp));
    EXPECT_TRUE(!store.load && store.store);
    EXPECT_EQ(store.base, sp);
    EXPECT_EQ(store.offset, 2040);
    EXPECT_EQ(store.size_bytes, 8u);
    EXPECT_EQ(operand(fld(1, 8, a0)).size_bytes, 8u);
    EXPECT_EQ(operand(lb(a0, 8, a0)).size_bytes, 1u);
}

TEST(RvInstructionTest, AtomicsLoadAndStoreAtTheirRegister) {
    const auto swap = rv::decode(amo(1, a0, a1, a2));
    EXPECT_TRUE(swap.memory_operand()->load && swap.memory_operand()->store);
    EXPECT_EQ(swap.memory_operand()->base, a2);
    EXPECT_EQ(swap.memory_operand()->offset, 0);
    EXPECT_EQ(swap.memory_operand()->size_bytes, 4u);
    EXPECT_FALSE(rv::decode(lr_w(a0, a2)).memory_operand()->store);
    EXPECT_FALSE(rv::decode(sc_w(a0, a1, a2)).memory_operand()->load);
    EXPECT_EQ(rv::disassemble(rv::decode(amo(1, a0, a1, a2) | 3u << 25), kPc), "amoswap.w.aqrl a0, a1, (a2)");
}

TEST(RvInstructionTest, ArithmeticHasNoMemoryOperand) {
    for (const std::uint32_t word : {addi(a0, sp, 8), fadd_d(0, 1, 2), csrr(a0, mcycle), jalr(ra, a0, 4), fence_i})
        EXPECT_FALSE(rv::decode(word).memory_operand()) << std::hex << word;
}

TEST(RvInstructionTest, NothingIsWrittenToX0) {
    EXPECT_EQ(rv::decode(addi(zero, a0, 1)).writes(), kNone);
    EXPECT_EQ(rv::decode(fadd_s(0, 1, 2)).writes(), rv::kFloatRegister);
}

TEST(RvInstructionTest, ABlockEndsWithWhatMayGoElsewhere) {
    for (const std::uint32_t word : {j(8), jalr(zero, ra, 0), beq(a0, a1, 8), ecall, ebreak, mret, wfi,
                                     csrr(a0, mcycle), fence_i, 0u, 0x9002u, 0xa001u})
        EXPECT_TRUE(rv::decode(word).ends_block()) << std::hex << word;
    for (const std::uint32_t word : {nop, lw(a0, 0, a1), sw(a0, 0, a1), 0x0000'000fu, amo(1, a0, a1, a2), 0x0001u})
        EXPECT_FALSE(rv::decode(word).ends_block()) << std::hex << word;
}

TEST(RvInstructionTest, OnlyAJumpToALinkRegisterReturns) {
    EXPECT_TRUE(rv::decode(jalr(zero, ra, 0)).is_return());
    EXPECT_TRUE(rv::decode(jalr(zero, t0, 0)).is_return());
    EXPECT_TRUE(rv::decode(0x8082).is_return());  // c.jr ra
    EXPECT_FALSE(rv::decode(jalr(ra, ra, 0)).is_return());
    EXPECT_FALSE(rv::decode(jalr(zero, a0, 0)).is_return());
}

TEST(RvInstructionTest, SettingNoBitsWritesNoCsr) {
    EXPECT_FALSE(rv::decode(csrr(a0, mcycle)).writes_csr());
    EXPECT_FALSE(rv::decode(csrsi(mstatus, 0)).writes_csr());
    EXPECT_TRUE(rv::decode(csrsi(mstatus, 8)).writes_csr());
    EXPECT_TRUE(rv::decode(csrw(mscratch, zero)).writes_csr());
    EXPECT_FALSE(rv::decode(addi(a0, a1, 1)).writes_csr());
    EXPECT_EQ(rv::decode(csrr(a0, mcycle)).csr, mcycle);
}

TEST(RvInstructionTest, RoundingThatFrmDoesNotSayIsNamed) {
    EXPECT_EQ(rv::disassemble(rv::decode(0xc005'9553), kPc), "fcvt.w.s a0, fa1, rtz");
    EXPECT_EQ(rv::disassemble(rv::decode(fadd_s(10, 11, 12)), kPc), "fadd.s fa0, fa1, fa2, rne");
}

}  // namespace
}  // namespace k210
