// What a hart does by itself: its CSRs, waiting, locks.
#pragma once
#include <stdint.h>

#define csr_read(csr)                                                   \
    ({                                                                  \
        uint64_t csr_value;                                             \
        __asm__ volatile("csrr %0, " #csr : "=r"(csr_value)::"memory"); \
        csr_value;                                                      \
    })
#define csr_set(csr, bits) __asm__ volatile("csrs " #csr ", %0" ::"r"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) __asm__ volatile("csrc " #csr ", %0" ::"r"((uint64_t)(bits)) : "memory")

enum { MSTATUS_MIE = 1 << 3, MIP_MSIP = 1 << 3, MIP_MEIP = 1 << 11 };

static inline void wait_for_interrupt(void) {
    __asm__ volatile("wfi" ::: "memory");
}

_Noreturn void hart_stop(void);

int main(void);         // hart 0
void hart1_main(void);  // hart 1; a program without one leaves the hart stopped. Starts before .bss is clear.

struct lock {
    uint32_t held;
};
void lock_acquire(struct lock* lock);
void lock_release(struct lock* lock);
