// CoreMark's configuration for a bare K210 with the guest programs' library (firmware/lib). What each name means is
// said in CoreMark's own documentation.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "console.h"

typedef int16_t ee_s16;
typedef uint16_t ee_u16;
typedef int32_t ee_s32;
typedef uint32_t ee_u32;
typedef uint8_t ee_u8;
typedef uintptr_t ee_ptr_int;
typedef size_t ee_size_t;
typedef uint64_t CORE_TICKS;  // CPU cycles

#define HAS_FLOAT 0
#define HAS_STDIO 0
#define HAS_PRINTF 0
#define SEED_METHOD SEED_VOLATILE
#define MEM_METHOD MEM_STACK
#define MAIN_HAS_NOARGC 1
#define MAIN_HAS_NORETURN 0
#define MULTITHREAD 1

#define COMPILER_VERSION "GCC " __VERSION__
#define MEM_LOCATION "STACK"

#define align_mem(x) ((void*)(((ee_ptr_int)(x) + 3) & ~(ee_ptr_int)3))
#define ee_printf print

typedef struct {
    ee_u8 unused;
} core_portable;

extern ee_u32 default_num_contexts;
void portable_init(core_portable* port, int* argc, char* argv[]);
void portable_fini(core_portable* port);
