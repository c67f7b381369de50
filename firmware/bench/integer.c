// What control code does: tables, branches, pointers, comparisons.
#include <stddef.h>

#include "kernels.h"

enum { CRC_BYTES = 4096, CRC_TABLE = 256 };
#define CRC_POLYNOMIAL 0xedb88320u  // [doc] IEEE 802.3, reflected

uint64_t crc(void* memory, uint64_t round) {
    uint32_t* const table = memory;
    uint8_t* const bytes = (uint8_t*)(table + CRC_TABLE);
    for (uint32_t i = 0; i < CRC_TABLE; ++i) {
        uint32_t value = i;
        for (unsigned bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? CRC_POLYNOMIAL : 0);
        table[i] = value;
    }
    for (unsigned i = 0; i < CRC_BYTES; ++i) bytes[i] = (uint8_t)(i * 7 + round);
    uint32_t sum = ~0u;
    for (unsigned pass = 0; pass < 4; ++pass)
        for (unsigned i = 0; i < CRC_BYTES; ++i) sum = sum >> 8 ^ table[(sum ^ bytes[i]) & 0xff];
    return ~sum;
}

// Tells numbers from words in a line of text, by a state machine.
enum state { START, SIGN, WHOLE, POINT, FRACTION, EXPONENT, POWER, WORD, STATES };

static enum state step(enum state state, char c) {
    const int digit = c >= '0' && c <= '9';
    switch (state) {
        case START: return digit ? WHOLE : c == '-' || c == '+' ? SIGN : c == '.' ? POINT : WORD;
        case SIGN: return digit ? WHOLE : c == '.' ? POINT : WORD;
        case WHOLE: return digit ? WHOLE : c == '.' ? FRACTION : c == 'e' ? EXPONENT : WORD;
        case POINT: return digit ? FRACTION : WORD;
        case FRACTION: return digit ? FRACTION : c == 'e' ? EXPONENT : WORD;
        case EXPONENT: return digit || c == '-' ? POWER : WORD;
        case POWER: return digit ? POWER : WORD;
        default: return WORD;
    }
}

uint64_t parse(void* memory, uint64_t round) {
    static const char kText[] =
        "12 -7 3.25 +1e9 kpu 0.5e-3 .75 -. 4096 layer9 6.02e23 x 100 -0.001 dma 8e 77.7.7 1e-5 31 +2 e9 0 55555 ";
    uint32_t* const seen = memory;
    for (unsigned i = 0; i < STATES; ++i) seen[i] = 0;
    for (unsigned pass = 0; pass < 32; ++pass) {
        enum state state = START;
        for (const char* at = kText; *at != '\0'; ++at) {
            if (*at != ' ') {
                state = step(state, *at);
                continue;
            }
            ++seen[state];
            state = START;
        }
    }
    uint64_t sum = round;
    for (unsigned i = 0; i < STATES; ++i) sum = sum * 31 + seen[i];
    return sum;
}

struct node {
    struct node* next;
    uint32_t key;
};

static struct node* merge(struct node* a, struct node* b) {
    struct node head = {NULL, 0};
    struct node* last = &head;
    while (a && b) {
        struct node** const least = a->key <= b->key ? &a : &b;
        last->next = *least;
        last = *least;
        *least = last->next;
    }
    last->next = a ? a : b;
    return head.next;
}

static struct node* sorted(struct node* first) {
    if (!first || !first->next) return first;
    struct node* middle = first;
    for (struct node* end = first->next; end && end->next; end = end->next->next) middle = middle->next;
    struct node* const second = middle->next;
    middle->next = NULL;
    return merge(sorted(first), sorted(second));
}

enum { NODES = 512 };

uint64_t list(void* memory, uint64_t round) {
    struct node* const nodes = memory;
    uint32_t random = (uint32_t)round;
    for (unsigned i = 0; i < NODES; ++i) {
        nodes[i].next = i + 1 < NODES ? &nodes[i + 1] : NULL;
        nodes[i].key = next_random(&random);
    }
    uint64_t sum = 0;
    const struct node* const first = sorted(nodes);
    for (unsigned pass = 0; pass < 8; ++pass)
        for (const struct node* at = first; at; at = at->next) sum = sum * 3 + at->key;
    return sum;
}

enum { NUMBERS = 1024 };

static void sift_down(uint32_t* heap, unsigned at, unsigned size) {
    const uint32_t value = heap[at];
    for (unsigned child; (child = 2 * at + 1) < size; at = child) {
        if (child + 1 < size && heap[child + 1] > heap[child]) ++child;
        if (heap[child] <= value) break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

uint64_t sort(void* memory, uint64_t round) {
    uint32_t* const heap = memory;
    uint32_t random = (uint32_t)round;
    for (unsigned i = 0; i < NUMBERS; ++i) heap[i] = next_random(&random);
    for (unsigned i = NUMBERS / 2; i-- > 0;) sift_down(heap, i, NUMBERS);
    for (unsigned size = NUMBERS - 1; size > 0; --size) {
        const uint32_t largest = heap[0];
        heap[0] = heap[size];
        heap[size] = largest;
        sift_down(heap, 0, size);
    }
    return heap[0] + heap[NUMBERS / 2];
}
