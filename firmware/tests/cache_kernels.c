// Loops over more or less memory than a cache holds, by every kind of step: prints what an access of each takes, in
// thousandths of a cycle, and ends.
#include "clock.h"
#include "console.h"
#include "hart.h"

enum { MEMORY_BYTES = 2 << 20, LINE_BYTES = 64, LINE_WORDS = LINE_BYTES / 8, ACCESSES = 1000000 };
static uint64_t memory[MEMORY_BYTES / 8] __attribute__((aligned(4096)));
static volatile uint64_t result;

static uint64_t random_state = 88172645463325252u;
static inline uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

// One circle through all lines of the first `bytes`, in no order that could be foretold.
static void link_lines(unsigned bytes) {
    const unsigned lines = bytes / LINE_BYTES;
    static uint16_t order[MEMORY_BYTES / LINE_BYTES];
    for (unsigned i = 0; i < lines; ++i) order[i] = (uint16_t)i;
    for (unsigned i = lines - 1; i != 0; --i) {
        const unsigned other = (unsigned)(next_random() % i);
        const uint16_t moved = order[i];
        order[i] = order[other];
        order[other] = moved;
    }
    for (unsigned i = 0; i < lines; ++i)
        memory[order[i] * LINE_WORDS] = (uint64_t)&memory[order[(i + 1) % lines] * LINE_WORDS];
}

static void chase(unsigned accesses) {
    const uint64_t* at = memory;
    for (unsigned i = 0; i < accesses; ++i) at = (const uint64_t*)*at;
    result = (uint64_t)at;
}

struct node {
    struct node* next;
    uint64_t key, value;
};
static void walk_list(unsigned accesses) {
    uint64_t sum = 0;
    const struct node* at = (const struct node*)memory;
    for (unsigned i = 0; i < accesses; ++i, at = at->next)
        if (at->key % 4 != 3) sum += at->value;
    result = sum;
}

static void stride(unsigned bytes, unsigned step, unsigned accesses) {
    uint64_t sum = 0;
    const char* const begin = (const char*)memory;
    for (unsigned left = accesses; left != 0;)
        for (unsigned at = 0; at < bytes && left != 0; at += step, --left)
            sum += *(const volatile uint64_t*)(begin + at);
    result = sum;
}

static void update(unsigned bytes, unsigned accesses) {
    for (unsigned i = 0; i < accesses; ++i) ++memory[next_random() % (bytes / 8)];
}

enum { SIDE = 512 };
static void walk_columns(unsigned accesses) {
    uint32_t(*const matrix)[SIDE] = (uint32_t(*)[SIDE])memory;
    uint32_t sum = 0;
    for (unsigned left = accesses; left != 0;)
        for (unsigned x = 0; x < SIDE && left != 0; ++x)
            for (unsigned y = 0; y < SIDE && left != 0; ++y, --left) sum += matrix[y][x];
    result = sum;
}

// Looked up by keys of which half are there.
static void look_up(unsigned bytes, unsigned accesses) {
    const uint64_t slots = bytes / 16;
    uint64_t found = 0;
    for (unsigned i = 0; i < accesses; ++i) {
        const uint64_t key = next_random() % slots;
        uint64_t slot = key * 0x9e3779b97f4a7c15u % slots;
        while (memory[2 * slot] != 0 && memory[2 * slot] != key + 1) slot = (slot + 1) % slots;
        if (memory[2 * slot] != 0) found += memory[2 * slot + 1];
    }
    result = found;
}
static void fill_table(unsigned bytes) {
    const uint64_t slots = bytes / 16;
    for (uint64_t i = 0; i < slots; ++i) memory[2 * i] = 0;
    for (uint64_t key = 0; key < slots; key += 2) {
        uint64_t slot = key * 0x9e3779b97f4a7c15u % slots;
        while (memory[2 * slot] != 0) slot = (slot + 1) % slots;
        memory[2 * slot] = key + 1;
    }
}

static void copy(unsigned bytes, unsigned accesses) {
    for (unsigned left = accesses; left != 0;)
        for (unsigned i = 0; i < bytes / 8 && left != 0; ++i, --left) memory[MEMORY_BYTES / 16 + i] = memory[i];
}

enum { N = 96 };
static void multiply(void) {
    float(*const a)[N] = (float(*)[N])memory;
    float(*const b)[N] = a + N;
    float(*const c)[N] = b + N;
    for (unsigned y = 0; y < N; ++y)
        for (unsigned x = 0; x < N; ++x) {
            float sum = 0;
            for (unsigned i = 0; i < N; ++i) sum += a[y][i] * b[i][x];
            c[y][x] = sum;
        }
}

#define TIMED(work)                                   \
    ({                                                \
        const uint64_t timed_from = csr_read(mcycle); \
        work;                                         \
        csr_read(mcycle) - timed_from;                \
    })
static void tell(const char* what, unsigned bytes, uint64_t cycles, unsigned accesses) {
    print("%s %u: %lu\n", what, bytes, cycles * 1000 / accesses);
}

int main(void) {
    console_init();
    static const unsigned kSizes[] = {4 << 10, 16 << 10, 48 << 10, 64 << 10, 256 << 10, 1 << 20};
    for (unsigned i = 0; i < sizeof kSizes / sizeof *kSizes; ++i) {
        link_lines(kSizes[i]);
        tell("chase", kSizes[i], TIMED(chase(2 * ACCESSES)), 2 * ACCESSES);
    }
    tell("list", 1 << 20, TIMED(walk_list(ACCESSES)), ACCESSES);
    link_lines(24 << 10);
    tell("list", 24 << 10, TIMED(walk_list(2 * ACCESSES)), 2 * ACCESSES);
    for (unsigned step = 8; step <= 256; step *= 2)
        tell("stride", step, TIMED(stride(1 << 20, step, ACCESSES)), ACCESSES);
    static const unsigned kUpdated[] = {16 << 10, 64 << 10, 1 << 20};
    for (unsigned i = 0; i < sizeof kUpdated / sizeof *kUpdated; ++i)
        tell("update", kUpdated[i], TIMED(update(kUpdated[i], ACCESSES / 2)), ACCESSES / 2);
    tell("columns", SIDE * SIDE * 4, TIMED(walk_columns(ACCESSES)), ACCESSES);
    static const unsigned kTables[] = {16 << 10, 512 << 10};
    for (unsigned i = 0; i < sizeof kTables / sizeof *kTables; ++i) {
        fill_table(kTables[i]);
        tell("hash", kTables[i], TIMED(look_up(kTables[i], ACCESSES / 8)), ACCESSES / 8);
    }
    tell("copy", 8 << 10, TIMED(copy(8 << 10, ACCESSES)), ACCESSES);
    tell("copy", 512 << 10, TIMED(copy(512 << 10, ACCESSES)), ACCESSES);
    tell("multiply", N, TIMED(multiply()), N * N * N);
    return 0;
}
