// OV5642, a 5-megapixel camera that some Maix Bits come with, at 0x3c on SCCB with 16-bit addresses; id 0x5642.
// Registers as [sdk] MaixPy components/micropython/port/src/omv/ov5642.c and include/ov5642_regs.h write them; binning
// (0x3621 bit 7 and 0x3818 bit 0) as NXP's mxc ov5642.c tells its VGA mode from its full one [doc].
// The picture is upright while 0x3818 bit 6 is set: so both drivers leave it, and MaixPy's set_hmirror(0) mirrors.
// Where the window lies: 0x3800-0x3803 count from blanking, so it is taken from the array's middle. Frame rate: XCLK
// times 0x3011 over 6, with which MaixPy's "30fps" settings are that at 24 MHz. Wake-up values [all assumed]. Drivers
// set 0x3621 bit 5 against 0x3818 bit 6, but not ArduCAM's; what it does to colours is not known, and nothing here.
#pragma once
#include "board/camera/ov5600.hpp"

namespace k210 {

class Ov5642 final : public Ov5600 {
public:
    Ov5642(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    SensorView view() const override;
    Rate rate() const override;
};

}  // namespace k210
