// OV2640, the 2-megapixel camera of Kendryte's and Sipeed's kits, at 0x30 on SCCB; id 0x2642.
// Two banks chosen by register 0xff: 0 the DSP, 1 the sensor. Names and offsets: [sdk] MaixPy
// components/micropython/port/src/omv/include/ov2640_regs.h. Bits and wake-up values: OmniVision's data sheet [doc].
// The lens shows the whole array in every mode; the DSP's H and V dividers change nothing, as the window is given
// before them. Raw and JPEG output: missing.
// REG04 bit 4 moves the window down by one line. A flipped picture begins with the other kind of line of the colour
// filter, so one bit without the other turns red to green: igrr/esp32-cam-demo issue 74 and espressif/esp32-camera
// issue 9, and every later driver (MaixPy ov2640.c, set_vflip) sets both [doc]. Drivers mirror by bit 7 alone and keep
// their colours; that bit 3, the window's column, never matters is [assumed].
#pragma once
#include "board/camera/camera_sensor.hpp"

namespace k210 {

class Ov2640 final : public CameraSensor {
public:
    static constexpr std::uint8_t kAddress = 0x30;

    Ov2640(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    std::size_t index_of(std::uint16_t address) const override;
    void write_index(std::size_t index, std::uint8_t value) override;
    SensorView view() const override;
    Rate rate() const override;
    bool standby() const override;
};

}  // namespace k210
