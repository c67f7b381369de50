#include "clock.h"
#include "coremark.h"
#include "hart.h"

// The seeds of a performance run; the rest of the settings come from the compiler's command line.
volatile ee_s32 seed1_volatile = 0, seed2_volatile = 0, seed3_volatile = 0x66;
volatile ee_s32 seed4_volatile = ITERATIONS, seed5_volatile = 0;

ee_u32 default_num_contexts = 1;

static CORE_TICKS began, ended;
static uint64_t instructions;

void portable_init(core_portable* port, int* argc, char* argv[]) {
    (void)port, (void)argc, (void)argv;
    clock_init();
    console_init();
}

void start_time(void) {
    instructions = csr_read(minstret);
    began = csr_read(mcycle);
}

void stop_time(void) {
    ended = csr_read(mcycle);
    instructions = csr_read(minstret) - instructions;
}

CORE_TICKS get_time(void) {
    return ended - began;
}

secs_ret time_in_secs(CORE_TICKS ticks) {
    return (secs_ret)(ticks / clock_cpu_hz());
}

void portable_fini(core_portable* port) {
    (void)port;
    print("cycles=%lu instructions=%lu iterations=%u\ndone\n", get_time(), instructions, (unsigned)ITERATIONS);
}
