// Order of steps for a PLL: lib/drivers/sysctl.c:1661-1727. Divisors: sysctl.c:1241-1480. [sdk]
#include "clock.h"

#include "hart.h"

enum { IN0_HZ = 26000000, PLL0_LOCKED = 3, PLL1_LOCKED = 1, PLL2_LOCKED = 1, PLL_SLIP_CLEAR = 4, PLL_LOCK_BITS = 8 };

struct pll_setting {
    uint32_t divide, multiply, divide_output;
    uint32_t locked;  // its bits in pll_lock
};
static const struct pll_setting kPll0 = {1, 62, 2, PLL0_LOCKED};
static const struct pll_setting kPll1 = {1, 46, 3, PLL1_LOCKED};
static const struct pll_setting kPll2 = {15, 26, 1, PLL2_LOCKED};

static uint32_t bits(uint32_t word, unsigned shift, unsigned width) {
    return word >> shift & ((1u << width) - 1);
}

static void start_pll(unsigned pll, const struct pll_setting* setting) {
    sysctl->pll[pll] = (setting->divide - 1) << PLL_CLKR_SHIFT | (setting->multiply - 1) << PLL_CLKF_SHIFT |
                       (setting->divide_output - 1) << PLL_CLKOD_SHIFT | (setting->multiply - 1) << PLL_BWADJ_SHIFT;
    sysctl->pll[pll] |= PLL_PWRD;
    delay_us(1);
    sysctl->pll[pll] |= PLL_RESET;
    delay_us(1);
    sysctl->pll[pll] &= ~(uint32_t)PLL_RESET;
    while ((sysctl->pll_lock >> pll * PLL_LOCK_BITS & setting->locked) != setting->locked)
        sysctl->pll_lock |= PLL_SLIP_CLEAR << pll * PLL_LOCK_BITS;
    sysctl->pll[pll] |= PLL_OUT_EN;
}

void clock_init(void) {
    sysctl->clk_sel0 &= ~(uint32_t)ACLK_SEL;  // the CPU runs from the crystal while its PLL changes
    sysctl->clk_sel0 &= ~(3u << ACLK_DIVIDER_SEL_SHIFT);
    start_pll(0, &kPll0);
    sysctl->clk_sel0 |= ACLK_SEL;
    start_pll(1, &kPll1);
}

void clock_start_pll2(void) {
    start_pll(2, &kPll2);
}

uint32_t clock_pll_hz(unsigned pll) {
    const uint32_t word = sysctl->pll[pll];
    const uint64_t multiplied = (uint64_t)IN0_HZ * (bits(word, PLL_CLKF_SHIFT, 6) + 1);
    return (uint32_t)(multiplied / ((bits(word, PLL_CLKR_SHIFT, 4) + 1) * (bits(word, PLL_CLKOD_SHIFT, 4) + 1)));
}

uint32_t clock_cpu_hz(void) {
    const uint32_t select = sysctl->clk_sel0;
    return select & ACLK_SEL ? clock_pll_hz(0) / (2u << bits(select, ACLK_DIVIDER_SEL_SHIFT, 2)) : IN0_HZ;
}

uint32_t clock_apb1_hz(void) {
    return clock_cpu_hz() / (bits(sysctl->clk_sel0, APB1_CLK_SEL_SHIFT, 3) + 1);
}

uint32_t clock_spi0_hz(void) {
    return clock_pll_hz(0) / ((bits(sysctl->clk_th1, 0, 8) + 1) * 2);
}

uint32_t clock_kpu_hz(void) {
    return clock_pll_hz(1) / (bits(sysctl->clk_th0, 8, 4) + 1);
}

void clock_enable(enum sysctl_peripheral block) {
    sysctl->clk_en_cent |= APB0_CLK_EN | APB1_CLK_EN | APB2_CLK_EN;
    sysctl->clk_en_peri |= block;
}

void clock_reset(enum sysctl_peripheral block) {
    sysctl->peri_reset |= block;
    delay_us(10);
    sysctl->peri_reset &= ~(uint32_t)block;
}

uint64_t time_us(void) {
    return csr_read(mcycle) * 1000 / (clock_cpu_hz() / 1000);
}

void delay_us(uint32_t us) {
    const uint64_t start = csr_read(mcycle), cycles = (uint64_t)us * clock_cpu_hz() / 1000000;
    while (csr_read(mcycle) - start < cycles) {}
}
