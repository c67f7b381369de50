// A PLL's control register. [sdk] lib/drivers/include/sysctl.h:335-390,856-870
#pragma once
#include <cstdint>

#include "k210/bus/reg.hpp"

namespace k210 {

struct Pll : Reg {
    using Reg::Reg;
    Bits clkr{this, {3, 0}, "clkr"}, clkf{this, {9, 4}, "clkf"}, clkod{this, {13, 10}, "clkod"},
        bwadj{this, {19, 14}, "bwadj"}, pll_reset{this, 20, "pll_reset"}, pll_pwrd{this, 21, "pll_pwrd"},
        pll_intfb{this, 22, "pll_intfb"}, pll_bypass{this, 23, "pll_bypass"}, pll_test{this, 24, "pll_test"},
        pll_out_en{this, 25, "pll_out_en"};

    // Powered, running and passed on, at `f / od` times its input, bandwidth as the SDK chooses it.
    static constexpr std::uint32_t running(std::uint32_t f, std::uint32_t od) {
        return (f - 1) << 4 | (od - 1) << 10 | (f - 1) << 14 | 1u << 21 | 1u << 25;
    }

    bool locked() const { return pll_pwrd && !pll_reset; }  // at once [assumed]
    // [sdk] lib/drivers/sysctl.c:945-995. Bypassed, the input passes even while the PLL is off: Linux relies on it
    // when it changes PLL0 under the CPU. [doc] linux drivers/clk/clk-k210.c, k210_pll_disable
    std::uint64_t output_hz(std::uint64_t input_hz) const {
        if (pll_bypass) return input_hz;
        if (!locked() || !pll_out_en) return 0;
        return input_hz * (clkf + 1) / ((clkr + 1) * (clkod + 1));
    }
};

}  // namespace k210
