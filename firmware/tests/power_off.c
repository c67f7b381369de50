// Tells the M5StickV's power chip to switch the board off, and waits for it.
#include "clock.h"
#include "console.h"
#include "pins.h"

enum { AXP192_ADDRESS = 0x34, AXP192_SWITCH_OFF = 0x32, SCL_PAD = 28, SDA_PAD = 29 };

// lib/drivers/include/i2c.h:26-110
struct i2c {
    uint32_t con, tar, sar, resv1, data_cmd, ss_scl_hcnt, ss_scl_lcnt, resv2[20], enable;
};
#define i2c0 ((volatile struct i2c*)0x50280000)
enum { FUNC_I2C0_SCLK = 126, FUNC_I2C0_SDA = 127 };
enum { I2C_CON_MASTER_MODE = 1 << 0, I2C_CON_SPEED_100K = 1 << 1, I2C_CON_SLAVE_DISABLE = 1 << 6 };

int main(void) {
    clock_init();
    console_init();
    print("good night\n");
    delay_us(5000);  // for the line to go out
    sysctl->clk_en_cent |= APB0_CLK_EN;
    clock_enable(PERIPHERAL_I2C0);
    pin_route(SCL_PAD, FUNC_I2C0_SCLK, PIN_OPEN_DRAIN);
    pin_route(SDA_PAD, FUNC_I2C0_SDA, PIN_OPEN_DRAIN);
    i2c0->con = I2C_CON_MASTER_MODE | I2C_CON_SPEED_100K | I2C_CON_SLAVE_DISABLE;
    i2c0->tar = AXP192_ADDRESS;
    i2c0->ss_scl_hcnt = i2c0->ss_scl_lcnt = 1000;
    i2c0->enable = 1;
    i2c0->data_cmd = AXP192_SWITCH_OFF;
    i2c0->data_cmd = 0x80;
    for (;;) {}
}
