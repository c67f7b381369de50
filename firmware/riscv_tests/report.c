// How a test of riscv-tests ended, as one line: PASS, or FAIL with the case and the trap that led here.
#include "console.h"

enum { USER_ECALL = 8, MACHINE_ECALL = 11, FAILED = 1024 };

void report(unsigned long number, unsigned long cause, unsigned long pc, unsigned long value);

void report(unsigned long number, unsigned long cause, unsigned long pc, unsigned long value) {
    const int told = cause >= USER_ECALL && cause <= MACHINE_ECALL;
    console_init();
    if (told && number == 1) {
        print("PASS\n");
    } else if (told && number >= FAILED) {
        print("FAIL case %lu\n", number - FAILED);
    } else {
        print("FAIL case %lu, trap %lx at %lx, value %lx\n", number, cause, pc, value);
    }
}
