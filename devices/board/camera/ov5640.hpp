// OV5640, the 5-megapixel camera that Kendryte's demos can use, at 0x3c on SCCB with 16-bit addresses; id 0x5640.
// Registers as [sdk] kendryte-standalone-demo dvp_ov/ov5640cfg.h writes and comments them; wake-up values and the PLL's
// dividers: OmniVision's data sheet [doc]. The array is read as register 0x3800-0x3807 says and scaled to
// 0x3808-0x380b; the small offsets 0x3810-0x3813 and the skipping 0x3814/5 do not move the picture. Auto-focus, raw,
// JPEG: missing.
#pragma once
#include "board/camera/ov5600.hpp"

namespace k210 {

class Ov5640 : public Ov5600 {
public:
    Ov5640(CameraSource& scene, Log& log, Mounting mounting = {});

protected:
    enum : std::uint16_t {
        TIMING_Y_INC = 0x3815,
        TIMING_TC_REG20 = 0x3820,
        TIMING_TC_REG21 = 0x3821,
        PRE_ISP_TEST = 0x503d,
    };
    struct Array {
        unsigned width, height;
    };
    // Another chip with these windows.
    Ov5640(const SensorModel& model, Array array, CameraSource& scene, Log& log, Mounting mounting)
        : Ov5600(model, scene, log, mounting), array_(array) {}
    virtual std::uint64_t frame_cycles() const;

private:
    SensorView view() const final;
    Rate rate() const final;

    Array array_;
};

}  // namespace k210
