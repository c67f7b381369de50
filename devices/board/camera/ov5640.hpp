// OV5640, the 5-megapixel camera that Kendryte's demos can use, at 0x3c on SCCB with 16-bit addresses; id 0x5640.
// Registers as [sdk] kendryte-standalone-demo dvp_ov/ov5640cfg.h writes and comments them; wake-up values and the PLL's
// dividers: OmniVision's data sheet [doc]. The array is read as register 0x3800-0x3807 says and scaled to
// 0x3808-0x380b; the small offsets 0x3810-0x3813 and the skipping 0x3814/5 do not move the picture. Auto-focus, raw,
// JPEG: missing.
#pragma once
#include "board/camera/camera_sensor.hpp"

namespace k210 {

class Ov5640 final : public CameraSensor {
public:
    static constexpr std::uint8_t kAddress = 0x3c;

    Ov5640(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    std::size_t index_of(std::uint16_t address) const override { return address; }
    void write_index(std::size_t index, std::uint8_t value) override;
    SensorView view() const override;
    Rate rate() const override;
    bool standby() const override;
};

}  // namespace k210
