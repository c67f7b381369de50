#include "hart.h"

__attribute__((weak)) void hart1_main(void) {}

void lock_acquire(struct lock* lock) {
    uint32_t failed;
    do {
        uint32_t held;
        __asm__ volatile(
            "lr.w.aq %0, (%2)\n\t"
            "mv %1, %0\n\t"
            "bnez %0, 1f\n\t"
            "sc.w.rl %1, %3, (%2)\n"
            "1:"
            : "=&r"(held), "=&r"(failed)
            : "r"(&lock->held), "r"(1)
            : "memory");
    } while (failed);
}

void lock_release(struct lock* lock) {
    __asm__ volatile("amoswap.w.rl zero, zero, (%0)" ::"r"(&lock->held) : "memory");
}
