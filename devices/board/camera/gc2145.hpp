// GC2145, the 2-megapixel camera of Yahboom's and Hiwonder's boards, at 0x3c on I2C; id 0x2145 in registers 0xf0, 0xf1.
// Register 0xfe chooses one of four pages and, in bit 7, resets; from 0xf0 on all pages show the same. Registers as
// [sdk] MaixPy components/micropython/port/src/omv/gc2145.c:19-284 and include/gc2145_regs.h:20-822 write and comment
// them, and as Zephyr drivers/video/gc2145.c names them [doc]. Both set mirror and flip by register 0x17 alone. A line
// takes HBLANK, half the window, the shutter's delay (0x12) and 4 more cycles of a clock of XCLK * (n + 1) / 4, n being
// the PLL's in 0xf8: so MaixPy's 1250 lines of exposure are the 50 ms, and 250 the 10 ms, of its comments [assumed].
// Wake-up values, and that the array is halved by 0xfd before 0x99 counts [assumed; MaixPy's windows lie in the middle
// so].
#pragma once
#include "board/camera/galaxycore.hpp"

namespace k210 {

class Gc2145 final : public GalaxyCore {
public:
    static constexpr std::uint8_t kAddress = 0x3c;

    Gc2145(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    unsigned divided_by() const override;
    Rate rate() const override;
};

}  // namespace k210
