// SYSCTL, 0x5044'0000: clocks, resets, DMA handshake routing, pin supplies; no PLIC source.
// Registers and fields: [sdk] lib/drivers/include/sysctl.h:30-66,310-770. What the clock registers mean for each clock
// is soc/clock_tree's; this block stores them and tells when they changed.
// Reset values are the state in which the boot ROM starts firmware. PLL0 at 780 MHz and PLL1 at 299 MHz: [doc] linux
// drivers/clk/clk-k210.c; so the CPU runs at 390 MHz, as [sdk] sysctl.c:1800 assumes; clk_freq: [sdk] at 685084c,
// sysctl.h:941. PLL2 as PLL1, APB dividers of two, every clock on, git_id 0: [assumed]
// Not modelled: timer pause, sleep, debug selections and clock bypasses (stored and logged).
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "k210/bus/device.hpp"
#include "sysctl/pll.hpp"

namespace k210 {

class Sysctl final : public Device {
    static constexpr Access todo = Access::todo;
    // clang-format off
    struct : Reg { using Reg::Reg; Bits git_id{this, {31, 0}, "git_id", ro}; } git_id{regs, 0x00, "git_id"};
    struct : Reg { using Reg::Reg; Bits clk_freq{this, {31, 0}, "clk_freq", ro}; } clk_freq{regs, 0x04, "clk_freq", 26'000'000};
    struct : Pll { using Pll::Pll; Bits pll_test_en{this, 26, "pll_test_en"}; } pll0{regs, 0x08, "pll0", Pll::running(60, 2)};
    Pll pll1{regs, 0x0c, "pll1", Pll::running(23, 2)};
    struct : Pll { using Pll::Pll; Bits pll_ckin_sel{this, {27, 26}, "pll_ckin_sel"}; } pll2{regs, 0x10, "pll2", Pll::running(23, 2)};
    struct : Reg { using Reg::Reg;
        Bits pll_lock0{this, {1, 0}, "pll_lock0", ro}, pll_slip_clear0{this, 2, "pll_slip_clear0", wo}, test_clk_out0{this, 3, "test_clk_out0"},
             pll_lock1{this, {9, 8}, "pll_lock1", ro}, pll_slip_clear1{this, 10, "pll_slip_clear1", wo}, test_clk_out1{this, 11, "test_clk_out1"},
             pll_lock2{this, {17, 16}, "pll_lock2", ro}, pll_slip_clear2{this, 18, "pll_slip_clear2", wo}, test_clk_out2{this, 19, "test_clk_out2"};
    } pll_lock{regs, 0x18, "pll_lock"};
    struct : Reg { using Reg::Reg; Bits rom_mul_error{this, 0, "rom_mul_error", ro}, rom_one_error{this, 1, "rom_one_error", ro}; } rom_error{regs, 0x1c, "rom_error"};
    struct : Reg { using Reg::Reg;
        Bits aclk_sel{this, 0, "aclk_sel"}, aclk_divider_sel{this, {2, 1}, "aclk_divider_sel"}, apb0_clk_sel{this, {5, 3}, "apb0_clk_sel"},
             apb1_clk_sel{this, {8, 6}, "apb1_clk_sel"}, apb2_clk_sel{this, {11, 9}, "apb2_clk_sel"}, spi3_clk_sel{this, 12, "spi3_clk_sel"},
             timer0_clk_sel{this, 13, "timer0_clk_sel"}, timer1_clk_sel{this, 14, "timer1_clk_sel"}, timer2_clk_sel{this, 15, "timer2_clk_sel"};
    } clk_sel0{regs, 0x20, "clk_sel0", 1 | 1 << 3 | 1 << 6 | 1 << 9};
    struct : Reg { using Reg::Reg; Bits spi3_sample_clk_sel{this, 0, "spi3_sample_clk_sel"}; } clk_sel1{regs, 0x24, "clk_sel1"};
    struct : Reg { using Reg::Reg;
        Bits cpu_clk_en{this, 0, "cpu_clk_en"}, sram0_clk_en{this, 1, "sram0_clk_en"}, sram1_clk_en{this, 2, "sram1_clk_en"},
             apb0_clk_en{this, 3, "apb0_clk_en"}, apb1_clk_en{this, 4, "apb1_clk_en"}, apb2_clk_en{this, 5, "apb2_clk_en"};
    } clk_en_cent{regs, 0x28, "clk_en_cent", 0x3f};
    struct : Reg { using Reg::Reg;
        Bits rom_clk_en{this, 0, "rom_clk_en"}, dma_clk_en{this, 1, "dma_clk_en"}, ai_clk_en{this, 2, "ai_clk_en"}, dvp_clk_en{this, 3, "dvp_clk_en"},
             fft_clk_en{this, 4, "fft_clk_en"}, gpio_clk_en{this, 5, "gpio_clk_en"}, spi0_clk_en{this, 6, "spi0_clk_en"}, spi1_clk_en{this, 7, "spi1_clk_en"},
             spi2_clk_en{this, 8, "spi2_clk_en"}, spi3_clk_en{this, 9, "spi3_clk_en"}, i2s0_clk_en{this, 10, "i2s0_clk_en"}, i2s1_clk_en{this, 11, "i2s1_clk_en"},
             i2s2_clk_en{this, 12, "i2s2_clk_en"}, i2c0_clk_en{this, 13, "i2c0_clk_en"}, i2c1_clk_en{this, 14, "i2c1_clk_en"}, i2c2_clk_en{this, 15, "i2c2_clk_en"},
             uart1_clk_en{this, 16, "uart1_clk_en"}, uart2_clk_en{this, 17, "uart2_clk_en"}, uart3_clk_en{this, 18, "uart3_clk_en"}, aes_clk_en{this, 19, "aes_clk_en"},
             fpioa_clk_en{this, 20, "fpioa_clk_en"}, timer0_clk_en{this, 21, "timer0_clk_en"}, timer1_clk_en{this, 22, "timer1_clk_en"},
             timer2_clk_en{this, 23, "timer2_clk_en"}, wdt0_clk_en{this, 24, "wdt0_clk_en"}, wdt1_clk_en{this, 25, "wdt1_clk_en"}, sha_clk_en{this, 26, "sha_clk_en"},
             otp_clk_en{this, 27, "otp_clk_en"}, rtc_clk_en{this, 29, "rtc_clk_en"};
    } clk_en_peri{regs, 0x2c, "clk_en_peri", 0x2fff'ffff};
    struct : Reg { using Reg::Reg; Bits soft_reset{this, 0, "soft_reset"}; } soft_reset{regs, 0x30, "soft_reset"};
    struct : Reg { using Reg::Reg;
        Bits rom_reset{this, 0, "rom_reset"}, dma_reset{this, 1, "dma_reset"}, ai_reset{this, 2, "ai_reset"}, dvp_reset{this, 3, "dvp_reset"},
             fft_reset{this, 4, "fft_reset"}, gpio_reset{this, 5, "gpio_reset"}, spi0_reset{this, 6, "spi0_reset"}, spi1_reset{this, 7, "spi1_reset"},
             spi2_reset{this, 8, "spi2_reset"}, spi3_reset{this, 9, "spi3_reset"}, i2s0_reset{this, 10, "i2s0_reset"}, i2s1_reset{this, 11, "i2s1_reset"},
             i2s2_reset{this, 12, "i2s2_reset"}, i2c0_reset{this, 13, "i2c0_reset"}, i2c1_reset{this, 14, "i2c1_reset"}, i2c2_reset{this, 15, "i2c2_reset"},
             uart1_reset{this, 16, "uart1_reset"}, uart2_reset{this, 17, "uart2_reset"}, uart3_reset{this, 18, "uart3_reset"}, aes_reset{this, 19, "aes_reset"},
             fpioa_reset{this, 20, "fpioa_reset"}, timer0_reset{this, 21, "timer0_reset"}, timer1_reset{this, 22, "timer1_reset"}, timer2_reset{this, 23, "timer2_reset"},
             wdt0_reset{this, 24, "wdt0_reset"}, wdt1_reset{this, 25, "wdt1_reset"}, sha_reset{this, 26, "sha_reset"}, rtc_reset{this, 29, "rtc_reset"};
    } peri_reset{regs, 0x34, "peri_reset"};
    struct : Reg { using Reg::Reg;
        Bits sram0_gclk_threshold{this, {3, 0}, "sram0_gclk_threshold"}, sram1_gclk_threshold{this, {7, 4}, "sram1_gclk_threshold"},
             ai_gclk_threshold{this, {11, 8}, "ai_gclk_threshold"}, dvp_gclk_threshold{this, {15, 12}, "dvp_gclk_threshold"}, rom_gclk_threshold{this, {19, 16}, "rom_gclk_threshold"};
    } clk_th0{regs, 0x38, "clk_th0"};
    struct : Reg { using Reg::Reg;
        Bits spi0_clk_threshold{this, {7, 0}, "spi0_clk_threshold"}, spi1_clk_threshold{this, {15, 8}, "spi1_clk_threshold"},
             spi2_clk_threshold{this, {23, 16}, "spi2_clk_threshold"}, spi3_clk_threshold{this, {31, 24}, "spi3_clk_threshold"};
    } clk_th1{regs, 0x3c, "clk_th1"};
    struct : Reg { using Reg::Reg;
        Bits timer0_clk_threshold{this, {7, 0}, "timer0_clk_threshold"}, timer1_clk_threshold{this, {15, 8}, "timer1_clk_threshold"}, timer2_clk_threshold{this, {23, 16}, "timer2_clk_threshold"};
    } clk_th2{regs, 0x40, "clk_th2"};
    struct : Reg { using Reg::Reg; Bits i2s0_clk_threshold{this, {15, 0}, "i2s0_clk_threshold"}, i2s1_clk_threshold{this, {31, 16}, "i2s1_clk_threshold"}; } clk_th3{regs, 0x44, "clk_th3"};
    struct : Reg { using Reg::Reg;
        Bits i2s2_clk_threshold{this, {15, 0}, "i2s2_clk_threshold"}, i2s0_mclk_threshold{this, {23, 16}, "i2s0_mclk_threshold"}, i2s1_mclk_threshold{this, {31, 24}, "i2s1_mclk_threshold"};
    } clk_th4{regs, 0x48, "clk_th4"};
    struct : Reg { using Reg::Reg;
        Bits i2s2_mclk_threshold{this, {7, 0}, "i2s2_mclk_threshold"}, i2c0_clk_threshold{this, {15, 8}, "i2c0_clk_threshold"},
             i2c1_clk_threshold{this, {23, 16}, "i2c1_clk_threshold"}, i2c2_clk_threshold{this, {31, 24}, "i2c2_clk_threshold"};
    } clk_th5{regs, 0x4c, "clk_th5"};
    struct : Reg { using Reg::Reg; Bits wdt0_clk_threshold{this, {7, 0}, "wdt0_clk_threshold"}, wdt1_clk_threshold{this, {15, 8}, "wdt1_clk_threshold"}; } clk_th6{regs, 0x50, "clk_th6"};
    struct : Reg { using Reg::Reg; Bits debug_sel{this, {5, 0}, "debug_sel", todo}, spi_dvp_data_enable{this, 10, "spi_dvp_data_enable"}; } misc{regs, 0x54, "misc"};
    struct : Reg { using Reg::Reg;
        Bits timer_pause{this, {11, 0}, "timer_pause", todo}, spi_xip_en{this, {15, 12}, "spi_xip_en"}, clk_bypass{this, {24, 16}, "clk_bypass", todo};
    } peri{regs, 0x58, "peri"};
    struct : Reg { using Reg::Reg; Bits ssi_sleep{this, {3, 0}, "ssi_sleep", todo}; } spi_sleep{regs, 0x5c, "spi_sleep"};
    struct : Reg { using Reg::Reg;
        Bits reset_sts_clr{this, 0, "reset_sts_clr", wo}, pin_reset_sts{this, 1, "pin_reset_sts", ro}, wdt0_reset_sts{this, 2, "wdt0_reset_sts", ro},
             wdt1_reset_sts{this, 3, "wdt1_reset_sts", ro}, soft_reset_sts{this, 4, "soft_reset_sts", ro};
    } reset_status{regs, 0x60, "reset_status", 1 << 1};
    struct : Reg { using Reg::Reg;
        Bits dma_sel0{this, {5, 0}, "dma_sel0"}, dma_sel1{this, {11, 6}, "dma_sel1"}, dma_sel2{this, {17, 12}, "dma_sel2"},
             dma_sel3{this, {23, 18}, "dma_sel3"}, dma_sel4{this, {29, 24}, "dma_sel4"};
    } dma_sel0{regs, 0x64, "dma_sel0"};
    struct : Reg { using Reg::Reg; Bits dma_sel5{this, {5, 0}, "dma_sel5"}; } dma_sel1{regs, 0x68, "dma_sel1"};
    struct : Reg { using Reg::Reg; Bits power_mode_sel{this, {7, 0}, "power_mode_sel"}; } power_sel{regs, 0x6c, "power_sel"};
    Reg resv5{regs, 0x14, "resv5"}, resv28{regs, 0x70, "resv28"}, resv29{regs, 0x74, "resv29"}, resv30{regs, 0x78, "resv30"}, resv31{regs, 0x7c, "resv31"};
    // clang-format on

public:
    explicit Sysctl(DeviceContext context);

    // Called in settle(), that is in the access that made the change, or in the second phase of a reset.
    std::function<void()> on_clocks;  // a PLL, clock selection, divider or gate changed
    std::function<void()> on_routes;  // dma_select() or one of the *_enabled() answers may have changed
    std::function<void(std::string_view block, bool held)> on_peripheral_reset;  // "spi0": the SDK's name for it
    std::function<void()> on_soft_reset;  // the guest asks for a machine reset, to be done after this access

    std::uint64_t pll_hz(unsigned pll, std::uint64_t input_hz) const;
    unsigned dma_select(unsigned channel) const;  // handshake that the DMAC's channel listens to: [sdk] sysctl.h:98-131
    bool spi_dvp_data_enabled() const { return misc.spi_dvp_data_enable; }  // SPI0_D0-7 and DVP_D0-7 own their pads
    bool spi_xip_enabled(unsigned spi) const { return peri.spi_xip_en >> spi & 1; }

    enum class ResetCause : std::uint8_t { pin, wdt0, wdt1, soft };
    void set_reset_cause(ResetCause cause);  // after reset(), which assumes the pin

    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    void changed(const Reg& reg);
    void update_locks();

    bool clocks_changed_ = false, routes_changed_ = false, reset_requested_ = false;
    std::uint32_t announced_resets_ = 0;
};

}  // namespace k210
