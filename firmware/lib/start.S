# Both harts begin here, at the first byte of SRAM. Hart 0 clears .bss and runs main; hart 1 runs hart1_main. A hart
# whose function returns stops.

    .set STACK_BYTES, 0x4000        # as in guest.ld
    .set MSTATUS_FS, 0x6000

    .section .text.start, "ax"
    .globl _start
_start:
    csrw mie, zero
    csrw medeleg, zero
    csrw mideleg, zero
    la t0, trap_entry
    csrw mtvec, t0
    li t0, MSTATUS_FS
    csrs mstatus, t0
    fscsr zero
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    csrr t0, mhartid
    la sp, stacks_end
    li t1, STACK_BYTES
    mul t1, t1, t0
    sub sp, sp, t1
    bnez t0, 2f

    la t0, bss_start
    la t1, bss_end
1:  bgeu t0, t1, 1f
    sd zero, 0(t0)
    addi t0, t0, 8
    j 1b
1:  call main
    j hart_stop
2:  call hart1_main

# Nothing wakes a hart that waits with every interrupt disabled.
    .globl hart_stop
hart_stop:
    csrw mie, zero
1:  wfi
    j 1b

# Interrupts come back from trap() with what C functions may change put right; none of this code uses the FPU.
    .balign 4
trap_entry:
    addi sp, sp, -128
    sd ra, 0(sp)
    sd t0, 8(sp)
    sd t1, 16(sp)
    sd t2, 24(sp)
    sd t3, 32(sp)
    sd t4, 40(sp)
    sd t5, 48(sp)
    sd t6, 56(sp)
    sd a0, 64(sp)
    sd a1, 72(sp)
    sd a2, 80(sp)
    sd a3, 88(sp)
    sd a4, 96(sp)
    sd a5, 104(sp)
    sd a6, 112(sp)
    sd a7, 120(sp)
    csrr a0, mcause
    csrr a1, mepc
    csrr a2, mtval
    call trap
    ld ra, 0(sp)
    ld t0, 8(sp)
    ld t1, 16(sp)
    ld t2, 24(sp)
    ld t3, 32(sp)
    ld t4, 40(sp)
    ld t5, 48(sp)
    ld t6, 56(sp)
    ld a0, 64(sp)
    ld a1, 72(sp)
    ld a2, 80(sp)
    ld a3, 88(sp)
    ld a4, 96(sp)
    ld a5, 104(sp)
    ld a6, 112(sp)
    ld a7, 120(sp)
    addi sp, sp, 128
    mret
