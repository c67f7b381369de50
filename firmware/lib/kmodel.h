// Running a version 3 kmodel: KPU layers, and on the CPU dequantization, global averages and softmax.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "kpu.h"

enum { KMODEL_MAX_BYTES = 64 << 10, KMODEL_MAIN_MEMORY_BYTES = 16 << 10 };

// Takes a copy of the model, so that the KPU sees it. Returns null, or what is wrong with it. One model at a time.
const char* kmodel_load(const uint8_t* bytes, size_t size);

// The input lies in AI RAM already, where the first layer looks for it.
void kmodel_run(void);

const volatile float* kmodel_output(unsigned* count);  // the first output
unsigned kmodel_kpu_layers(void);                      // the first ones of the model
struct kpu_map kmodel_kpu_map(unsigned index);         // what one of them leaves in AI RAM
