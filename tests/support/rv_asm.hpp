// Just enough RV64 assembler for hart tests: each function returns one encoded instruction.
#pragma once
#include <cstdint>

namespace k210::rvasm {

// clang-format off
enum Gpr : unsigned { zero, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6 };
enum Csr : unsigned {
    fflags = 0x001, frm = 0x002, fcsr = 0x003, sstatus = 0x100, sie = 0x104, stvec = 0x105, sepc = 0x141, scause = 0x142, stval = 0x143, sip = 0x144, sptbr = 0x180, mstatus = 0x300, medeleg = 0x302, mideleg = 0x303,
    mie = 0x304, mtvec = 0x305, mscratch = 0x340, mepc = 0x341, mcause = 0x342, mtval = 0x343, mip = 0x344, tselect = 0x7a0, tdata1 = 0x7a1, mcycle = 0xb00,
    mucounteren = 0x320, mscounteren = 0x321, minstret = 0xb02, cycle = 0xc00, instret = 0xc02, mhartid = 0xf14,
};

constexpr std::uint32_t i_type(unsigned op, unsigned f3, unsigned rd, unsigned rs1, int imm) { return static_cast<std::uint32_t>(imm) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op; }
constexpr std::uint32_t r_type(unsigned op, unsigned f7, unsigned f3, unsigned rd, unsigned rs1, unsigned rs2) { return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op; }
constexpr std::uint32_t s_type(unsigned f3, unsigned rs2, unsigned rs1, int imm) { const auto u = static_cast<std::uint32_t>(imm); return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u & 31) << 7 | 0x23; }
constexpr std::uint32_t b_type(unsigned f3, unsigned rs1, unsigned rs2, int imm) { const auto u = static_cast<std::uint32_t>(imm); return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u >> 1 & 15) << 8 | (u >> 11 & 1) << 7 | 0x63; }
constexpr std::uint32_t amo(unsigned f5, unsigned rd, unsigned rs2, unsigned rs1) { return f5 << 27 | rs2 << 20 | rs1 << 15 | 2u << 12 | rd << 7 | 0x2f; }

constexpr std::uint32_t addi(unsigned rd, unsigned rs1, int imm) { return i_type(0x13, 0, rd, rs1, imm); }
constexpr std::uint32_t slli(unsigned rd, unsigned rs1, int shift) { return i_type(0x13, 1, rd, rs1, shift); }
constexpr std::uint32_t slti(unsigned rd, unsigned rs1, int imm) { return i_type(0x13, 2, rd, rs1, imm); }
constexpr std::uint32_t lui(unsigned rd, std::uint32_t upper20) { return upper20 << 12 | rd << 7 | 0x37; }
constexpr std::uint32_t auipc(unsigned rd, std::uint32_t upper20) { return upper20 << 12 | rd << 7 | 0x17; }
constexpr std::uint32_t add(unsigned rd, unsigned rs1, unsigned rs2) { return rs2 << 20 | rs1 << 15 | rd << 7 | 0x33; }
constexpr std::uint32_t sub(unsigned rd, unsigned rs1, unsigned rs2) { return 0x20u << 25 | add(rd, rs1, rs2); }
constexpr std::uint32_t mul(unsigned rd, unsigned rs1, unsigned rs2) { return 1u << 25 | add(rd, rs1, rs2); }
constexpr std::uint32_t mulw(unsigned rd, unsigned rs1, unsigned rs2) { return mul(rd, rs1, rs2) | 0x08; }
constexpr std::uint32_t div(unsigned rd, unsigned rs1, unsigned rs2) { return 4u << 12 | mul(rd, rs1, rs2); }
constexpr std::uint32_t divw(unsigned rd, unsigned rs1, unsigned rs2) { return 8u | div(rd, rs1, rs2); }
constexpr std::uint32_t lb(unsigned rd, int offset, unsigned rs1) { return i_type(0x03, 0, rd, rs1, offset); }
constexpr std::uint32_t lw(unsigned rd, int offset, unsigned rs1) { return i_type(0x03, 2, rd, rs1, offset); }
constexpr std::uint32_t ld(unsigned rd, int offset, unsigned rs1) { return i_type(0x03, 3, rd, rs1, offset); }
constexpr std::uint32_t sw(unsigned rs2, int offset, unsigned rs1) { return s_type(2, rs2, rs1, offset); }
constexpr std::uint32_t sd(unsigned rs2, int offset, unsigned rs1) { return s_type(3, rs2, rs1, offset); }
constexpr std::uint32_t fld(unsigned rd, int offset, unsigned rs1) { return i_type(0x07, 3, rd, rs1, offset); }
constexpr std::uint32_t fsd(unsigned rs2, int offset, unsigned rs1) { return s_type(3, rs2, rs1, offset) | 4; }
constexpr std::uint32_t beq(unsigned rs1, unsigned rs2, int offset) { return b_type(0, rs1, rs2, offset); }
constexpr std::uint32_t bne(unsigned rs1, unsigned rs2, int offset) { return b_type(1, rs1, rs2, offset); }
constexpr std::uint32_t bltu(unsigned rs1, unsigned rs2, int offset) { return b_type(6, rs1, rs2, offset); }
constexpr std::uint32_t jalr(unsigned rd, unsigned rs1, int offset) { return i_type(0x67, 0, rd, rs1, offset); }
constexpr std::uint32_t jal(unsigned rd, int offset) { const auto u = static_cast<std::uint32_t>(offset); return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f; }
constexpr std::uint32_t j(int offset) { return jal(zero, offset); }
constexpr std::uint32_t csrr(unsigned rd, unsigned csr) { return csr << 20 | 2u << 12 | rd << 7 | 0x73; }
constexpr std::uint32_t csrw(unsigned csr, unsigned rs1) { return csr << 20 | rs1 << 15 | 1u << 12 | 0x73; }
constexpr std::uint32_t csrrw(unsigned rd, unsigned csr, unsigned rs1) { return csr << 20 | rs1 << 15 | 1u << 12 | rd << 7 | 0x73; }
constexpr std::uint32_t csrs(unsigned csr, unsigned rs1) { return csr << 20 | rs1 << 15 | 2u << 12 | 0x73; }
constexpr std::uint32_t csrci(unsigned csr, unsigned bits) { return csr << 20 | bits << 15 | 7u << 12 | 0x73; }
constexpr std::uint32_t csrsi(unsigned csr, unsigned bits) { return csr << 20 | bits << 15 | 6u << 12 | 0x73; }
constexpr std::uint32_t lr_w(unsigned rd, unsigned rs1) { return amo(2, rd, 0, rs1); }
constexpr std::uint32_t sc_w(unsigned rd, unsigned rs2, unsigned rs1) { return amo(3, rd, rs2, rs1); }
constexpr std::uint32_t fadd_s(unsigned rd, unsigned rs1, unsigned rs2) { return rs2 << 20 | rs1 << 15 | rd << 7 | 0x53; }
constexpr std::uint32_t fadd_d(unsigned rd, unsigned rs1, unsigned rs2) { return 1u << 25 | fadd_s(rd, rs1, rs2); }
constexpr std::uint32_t fdiv_s(unsigned rd, unsigned rs1, unsigned rs2) { return 0x0cu << 25 | fadd_s(rd, rs1, rs2); }
constexpr std::uint32_t fmv_x_d(unsigned rd, unsigned rs1) { return 0x71u << 25 | rs1 << 15 | rd << 7 | 0x53; }
constexpr std::uint32_t fmv_d_x(unsigned rd, unsigned rs1) { return 0x79u << 25 | rs1 << 15 | rd << 7 | 0x53; }
constexpr std::uint32_t ecall = 0x73, ebreak = 0x0010'0073, wfi = 0x1050'0073, mret = 0x3020'0073, sret = 0x1020'0073, sfence_vm = 0x1040'0073, sfence_vma = 0x1200'0073, fence_i = 0x100f, nop = 0x13;
// clang-format on

}  // namespace k210::rvasm
