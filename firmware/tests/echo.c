// Plays what it hears for a quarter of a second, on the Maixduino's pads: I2S0 listens, I2S2 speaks, 16 bits at 16 kHz.
#include "clock.h"
#include "console.h"
#include "k210.h"
#include "pins.h"

// lib/drivers/include/fpioa.h:411-443
enum {
    FUNC_I2S0_SCLK = 88,
    FUNC_I2S0_WS = 89,
    FUNC_I2S0_IN_D0 = 90,
    FUNC_I2S2_SCLK = 110,
    FUNC_I2S2_WS = 111,
    FUNC_I2S2_OUT_D1 = 117,
};

// lib/drivers/include/i2s.h:139-625
struct i2s_channel {
    uint32_t left, right, rer, ter, rcr, tcr, isr, imr, ror, tor, rfcr, tfcr, rff, tff, reserved[2];
};
struct i2s {
    uint32_t ier, irer, iter, cer, ccr, rxffr, txffr, reserved;
    struct i2s_channel channel[4];
};
#define i2s0 ((volatile struct i2s*)0x50250000)
#define i2s2 ((volatile struct i2s*)0x50270000)
enum { CCR_32_CLOCKS = 2 << 3, CCR_STANDARD = 1 << 5, RESOLUTION_16 = 2, ISR_RXDA = 1, ISR_TXFE = 1 << 4 };

enum { FRAMES = 4000, CLOCKS_A_FRAME = 64, RATE_HZ = 16000 };

static void start(volatile struct i2s* i2s) {
    i2s->ccr = CCR_32_CLOCKS | CCR_STANDARD;
    i2s->ier = 1;
    i2s->cer = 1;
}

int main(void) {
    clock_init();
    console_init();
    clock_start_pll2();
    clock_enable(PERIPHERAL_I2S0);
    clock_enable(PERIPHERAL_I2S2);
    const uint32_t threshold = (clock_pll_hz(2) / (2 * CLOCKS_A_FRAME * RATE_HZ)) - 1;
    sysctl->clk_th3 = threshold;
    sysctl->clk_th4 = threshold;
    pin_route(18, FUNC_I2S0_SCLK, PIN_OUTPUT);
    pin_route(19, FUNC_I2S0_WS, PIN_OUTPUT);
    pin_route(20, FUNC_I2S0_IN_D0, PIN_INPUT);
    pin_route(35, FUNC_I2S2_SCLK, PIN_OUTPUT);
    pin_route(33, FUNC_I2S2_WS, PIN_OUTPUT);
    pin_route(34, FUNC_I2S2_OUT_D1, PIN_OUTPUT);

    i2s0->channel[0].rcr = RESOLUTION_16;
    i2s0->irer = 1;
    i2s2->channel[1].tcr = RESOLUTION_16;
    i2s2->iter = 1;
    start(i2s0);
    start(i2s2);
    uint32_t loudest = 0;
    for (unsigned frame = 0; frame < FRAMES; ++frame) {
        while (!(i2s0->channel[0].isr & ISR_RXDA)) {}
        while (!(i2s2->channel[1].isr & ISR_TXFE)) {}
        const uint32_t left = i2s0->channel[0].left;
        if (left < 0x8000 && left > loudest) loudest = left;
        i2s2->channel[1].left = left;
        i2s2->channel[1].right = i2s0->channel[0].right;
    }
    delay_us(5000);  // until the last of them is out
    print("echoed %u frames, the loudest %u\n", FRAMES, loudest);
    return 0;
}
