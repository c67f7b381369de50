// The clock tree, and time measured by the CPU's cycle counter.
#pragma once
#include "k210.h"

// PLL0 to 806 MHz, so that the CPU runs at 403 MHz, and PLL1 to 398.67 MHz for the KPU: the closest to 800 and 400 MHz
// that a 26 MHz crystal allows, and what MaixPy runs at.
void clock_init(void);

// PLL2 to 45.07 MHz, where MaixPy has it, for I2S.
void clock_start_pll2(void);

uint32_t clock_pll_hz(unsigned pll);
uint32_t clock_cpu_hz(void);
uint32_t clock_apb1_hz(void);
uint32_t clock_spi0_hz(void);
uint32_t clock_kpu_hz(void);

void clock_enable(enum sysctl_peripheral block);
void clock_reset(enum sysctl_peripheral block);  // resets the block

uint64_t time_us(void);  // right from clock_init() on
void delay_us(uint32_t us);
