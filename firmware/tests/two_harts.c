// Hart 0 wakes hart 1 through its software interrupt. Then both count, and print in turn.
#include <stdbool.h>

#include "console.h"
#include "hart.h"
#include "k210.h"

enum { HARTS = 2, COUNTS = 20000, LINES = 5 };

static struct lock lock;
static unsigned counter;
static unsigned printed;
static volatile unsigned finished;

static void count(void) {
    for (unsigned i = 0; i < COUNTS; ++i) {
        lock_acquire(&lock);
        ++counter;
        lock_release(&lock);
    }
}

static bool print_if_it_is_my_turn(unsigned hart, unsigned line) {
    lock_acquire(&lock);
    const bool my_turn = printed % HARTS == hart;
    if (my_turn) {
        print("hart %u, line %u\n", hart, line);
        ++printed;
    }
    lock_release(&lock);
    return my_turn;
}

static void work(void) {
    const unsigned hart = (unsigned)csr_read(mhartid);
    count();
    for (unsigned line = 1; line <= LINES; ++line)
        while (!print_if_it_is_my_turn(hart, line)) {}
    lock_acquire(&lock);
    ++finished;
    lock_release(&lock);
}

void hart1_main(void) {
    csr_set(mie, MIP_MSIP);
    while (!(csr_read(mip) & MIP_MSIP)) wait_for_interrupt();
    clint->msip[1] = 0;
    work();
}

int main(void) {
    console_init();
    clint->msip[1] = 1;
    work();
    while (finished != HARTS) {}
    print("counted to %u\n", counter);
    return 0;
}
