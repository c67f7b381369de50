// What the tests of riscv-software-src/riscv-tests (isa/) want of whoever runs them, for this chip: they run as its
// firmware, and end in report(). Hart 1 waits. Machine mode is kept until a test leaves it, but for those of rv64si,
// which begin in supervisor mode with its exceptions delegated; floating point is on, and what the 1.9.1 privileged spec
// of the chip lacks (PMP, satp) is left alone.
#pragma once

#define TESTNUM gp  // so nothing here may be relaxed against gp

#define RVTEST_RV64U
#define RVTEST_RV64UF
#define RVTEST_RV64M
#define RVTEST_RV64S .set in_supervisor_mode, 1

// Adds this to the number of the case that fails.
#define RVTEST_FAILED 1024

// Written by the tests while they run in any mode. scall.S ends in an ecall of its own with TESTNUM = 1.
#define RVTEST_PASS \
    li TESTNUM, 1;  \
    ecall

#define RVTEST_FAIL                        \
    addi TESTNUM, TESTNUM, RVTEST_FAILED; \
    ecall

// clang-format off
#define RVTEST_CODE_BEGIN                      \
        .section .text.start, "ax";            \
        .globl _start;                         \
        .weak mtvec_handler;                   \
_start: csrw mie, zero;                        \
        la t0, trap_vector;                    \
        csrw mtvec, t0;                        \
        csrr t0, mhartid;                      \
        bnez t0, stop;                         \
        li t0, MSTATUS_FS;                     \
        csrs mstatus, t0;                      \
        fscsr zero;                            \
        li TESTNUM, 0;                         \
        .ifndef in_supervisor_mode;            \
        j begin;                               \
        .else;                                 \
        .weak stvec_handler;                   \
        la t0, stvec_handler;                  \
        csrw stvec, t0;                        \
        li t0, DELEGATED;                      \
        csrw medeleg, t0;                      \
        li t0, MIP_SSIP | MIP_STIP;            \
        csrw mideleg, t0;                      \
        li t0, MSTATUS_MPP;                    \
        csrc mstatus, t0;                      \
        li t0, PRV_S << 11;                    \
        csrs mstatus, t0;                      \
        la t0, begin;                          \
        csrw mepc, t0;                         \
        mret;                                  \
        .endif;                                \
        .balign 4;                             \
trap_vector:                                   \
        csrr t5, mcause;                       \
        li t6, CAUSE_USER_ECALL;               \
        bltu t5, t6, 1f;                       \
        li t6, CAUSE_MACHINE_ECALL;            \
        bleu t5, t6, 2f;                       \
1:      la t6, mtvec_handler;                  \
        beqz t6, 2f;                           \
        jr t6;                                 \
2:      la sp, stacks_end;                     \
        mv a0, TESTNUM;                        \
        csrr a1, mcause;                       \
        csrr a2, mepc;                         \
        csrr a3, mtval;                        \
        call report;                           \
stop:   csrw mie, zero;                        \
        wfi;                                   \
        j stop;                                \
        .balign 4;                             \
begin:
// clang-format on

#define RVTEST_CODE_END
#define RVTEST_DATA_BEGIN
#define RVTEST_DATA_END

// [doc] RISC-V privileged spec: mcause, mstatus, mip, mcontrol
#define CAUSE_MISALIGNED_FETCH 0
#define CAUSE_ILLEGAL_INSTRUCTION 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_MISALIGNED_LOAD 4
#define CAUSE_LOAD_ACCESS 5
#define CAUSE_MISALIGNED_STORE 6
#define CAUSE_STORE_ACCESS 7
#define CAUSE_USER_ECALL 8
#define CAUSE_MACHINE_ECALL 11

#define DELEGATED ((1 << CAUSE_MISALIGNED_FETCH) | (1 << CAUSE_BREAKPOINT) | (1 << CAUSE_USER_ECALL) | (1 << CAUSE_LOAD_ACCESS) | (1 << CAUSE_STORE_ACCESS))

#define PRV_S 1
#define MSTATUS_MIE (1 << 3)
#define MSTATUS_MPP (3 << 11)
#define MSTATUS_FS (3 << 13)
#define MSTATUS_TVM (1 << 20)
#define MSTATUS_TSR (1 << 22)
#define SSTATUS_SIE (1 << 1)
#define SSTATUS_SPIE (1 << 5)
#define SSTATUS_SPP (1 << 8)
#define SSTATUS_SUM (1 << 18)
#define SSTATUS_MXR (1 << 19)
#define SSTATUS_UXL (3 << 32)
#define MIP_SSIP (1 << 1)
#define MIP_STIP (1 << 5)
#define SIP_SSIP MIP_SSIP

// Of later specifications: tests that use them compile, and end where the chip ends them.
#define CAUSE_LOAD_PAGE_FAULT 13
#define CAUSE_STORE_PAGE_FAULT 15
#define SATP_MODE 0xf000000000000000
#define SATP_MODE_SV39 8
#define MSTATUS_MPRV (1 << 17)
#define MSTATUS_SUM (1 << 18)
#define RISCV_PGSHIFT 12
#define RISCV_PGSIZE 4096
#define PTE_PPN_SHIFT 10
#define PTE_V 1
#define PTE_R 2
#define PTE_W 4
#define PTE_X 8
#define PTE_U 16
#define PTE_A 64
#define PTE_D 128
#define DRAM_BASE 0x80000000

#define MCONTROL_LOAD (1 << 0)
#define MCONTROL_STORE (1 << 1)
#define MCONTROL_EXECUTE (1 << 2)
#define MCONTROL_M (1 << 6)
