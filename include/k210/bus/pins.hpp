// Between blocks and pads: FPIOA's function numbers and the two sides of its crossbar.
#pragma once
#include <cstdint>
#include <functional>

namespace k210 {

inline constexpr unsigned kPadCount = 48;
// Low as the chip leaves reset: the boot ROM waits for a program on its serial line instead of booting the flash.
// [doc] laanwj/k210-sdk-stuff@ecdd3e8 doc/onboard.md
inline constexpr unsigned kBootPad = 16;

// FPIOA function numbers that something in the machine drives or hears. [sdk] lib/drivers/include/fpioa.h
enum PinFunction : std::uint8_t {
    FUNC_SPI0_D0 = 4,    // to D7 = 11
    FUNC_SPI0_SS0 = 12,  // to SS3 = 15
    FUNC_SPI0_ARB = 16,
    FUNC_SPI0_SCLK = 17,
    FUNC_UARTHS_RX = 18,
    FUNC_UARTHS_TX = 19,
    FUNC_CLK_SPI1 = 22,
    FUNC_CLK_I2C1 = 23,
    FUNC_GPIOHS0 = 24,  // to GPIOHS31 = 55
    FUNC_GPIO0 = 56,    // to GPIO7 = 63
    FUNC_UART1_RX = 64,
    FUNC_UART1_TX = 65,
    FUNC_UART2_RX = 66,
    FUNC_UART2_TX = 67,
    FUNC_UART3_RX = 68,
    FUNC_UART3_TX = 69,
    FUNC_SPI1_D0 = 70,   // to D7 = 77
    FUNC_SPI1_SS0 = 78,  // to SS3 = 81
    FUNC_SPI1_ARB = 82,
    FUNC_SPI1_SCLK = 83,
    FUNC_SPI_SLAVE_D0 = 84,
    FUNC_SPI_SLAVE_SS = 85,
    FUNC_SPI_SLAVE_SCLK = 86,
    FUNC_I2S0_SCLK = 88,
    FUNC_I2S0_WS = 89,
    FUNC_I2S0_IN_D0 = 90,   // to IN_D3 = 93
    FUNC_I2S0_OUT_D0 = 94,  // to OUT_D3 = 97
    FUNC_I2S1_SCLK = 99,    // and so on
    FUNC_I2S1_OUT_D0 = 105,
    FUNC_I2S2_SCLK = 110,
    FUNC_I2S2_OUT_D0 = 116,
    FUNC_I2C0_SCLK = 126,
    FUNC_I2C0_SDA = 127,
    FUNC_I2C1_SCLK = 128,
    FUNC_I2C1_SDA = 129,
    FUNC_I2C2_SCLK = 130,
    FUNC_I2C2_SDA = 131,
    FUNC_CMOS_XCLK = 132,
    FUNC_CMOS_RST = 133,
    FUNC_CMOS_PWDN = 134,
    FUNC_CMOS_VSYNC = 135,
    FUNC_CMOS_HREF = 136,
    FUNC_CMOS_PCLK = 137,
    FUNC_CMOS_D0 = 138,  // to D7 = 145
    FUNC_SCCB_SCLK = 146,
    FUNC_SCCB_SDA = 147,
    FUNC_TIMER0_TOGGLE1 = 190,  // to TIMER2_TOGGLE4 = 201
};

// The chip's side: a block drives and hears its functions, wherever the guest has routed them.
class PinMux {
public:
    virtual ~PinMux() = default;
    virtual void drive(unsigned function, bool level, bool enable) = 0;
    virtual bool level_of(unsigned function) const = 0;  // what the function's input sees; false when unrouted
    virtual void on_input(unsigned function, std::function<void(bool level)> changed) = 0;
    virtual int pad_of(unsigned function) const = 0;  // the lowest pad routed to it, -1 when none
    virtual bool heard(unsigned function) const = 0;  // something on the board listens on a pad that carries it
};

// The board's side: pads as copper.
class Pads {
public:
    virtual ~Pads() = default;
    virtual bool pad_level(unsigned pad) const = 0;
    virtual unsigned pad_function(unsigned pad) const = 0;
    virtual std::uint64_t joined(unsigned pad) const = 0;  // the pads that wires join to it, and itself: a bit each
    virtual void drive_pad(unsigned pad, bool level) = 0;  // an outside chip or button holds the pad
    virtual void release_pad(unsigned pad) = 0;
    // An open-drain output outside: pulls the pad down, whatever else drives it, or lets it go.
    virtual void pull_low(unsigned pad, bool pulled) = 0;
    virtual void on_pad(unsigned pad, std::function<void(bool level)> changed) = 0;
};

}  // namespace k210
