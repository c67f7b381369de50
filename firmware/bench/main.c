// Runs one kernel for some rounds, on one hart or two, and ends. It touches no device, so that it runs on any machine
// with memory at 0x80000000.
#include <stddef.h>

#include "hart.h"
#include "kernels.h"
#include "parameters.h"

enum { HARTS = 2 };

volatile struct bench_parameters parameters = {BENCH_MARK, BENCH_CRC, 1, 1, 0, 0};  // filled in by the host
static volatile uint32_t memory_is_clear = 2;                                       // 1 once it is; never in .bss
static volatile uint32_t hart1_finished;

static _Alignas(4096) uint64_t memories[HARTS][KERNEL_MEMORY_BYTES / 8];
static volatile uint64_t sums[HARTS];

typedef uint64_t (*kernel)(void* memory, uint64_t round);
static const kernel kKernels[BENCH_KERNELS] = {
    [BENCH_CRC] = crc,   [BENCH_PARSE] = parse,     [BENCH_LIST] = list,     [BENCH_SORT] = sort, [BENCH_COPY] = copy,
    [BENCH_FILL] = fill, [BENCH_STRIDED] = strided, [BENCH_MATRIX] = matrix, [BENCH_FFT] = fft,
};

static void work(unsigned hart) {
    const kernel run = kKernels[parameters.kernel];
    uint64_t sum = 0;
    for (uint64_t round = 0; round < parameters.rounds; ++round) sum += run(memories[hart], round);
    sums[hart] = sum;
}

void hart1_main(void) {
    if (parameters.harts < HARTS) return;
    while (memory_is_clear != 1) {}
    work(1);
    hart1_finished = 1;
}

int main(void) {
    memory_is_clear = 1;
    work(0);
    if (parameters.harts == HARTS)
        while (!hart1_finished) {}
    if (parameters.exit_device != 0)
        *(volatile uint32_t*)(uintptr_t)parameters.exit_device = (uint32_t)parameters.exit_word;
    return 0;
}
