// OV7740, the VGA camera of M5StickV, UnitV and Amigo, at 0x21 on SCCB; id 0x7742.
// Registers as [sdk] MaixPy components/micropython/port/src/omv/ov7740.c writes them; sizes and frame timing as Linux
// drivers/media/i2c/ov7740.c names them [doc]. REG0C bit 4 gives YUYV as it does there, and UYVY when clear, which is
// what MaixPy leaves it at for the DVP.
// REG16 bit 0 moves the window by one column. A mirrored line begins with the other colour of the filter, so colours
// are wrong while only one of that bit and REG0C bit 6 is set: MaixPy-v1 issue 135, and its later drivers set both;
// they flip by REG0C bit 7 alone [doc]. Wake-up values other than the ids [assumed]. Raw output: missing.
#pragma once
#include "board/camera/camera_sensor.hpp"

namespace k210 {

class Ov7740 final : public CameraSensor {
public:
    static constexpr std::uint8_t kAddress = 0x21;

    Ov7740(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    std::size_t index_of(std::uint16_t address) const override { return address; }
    void write_index(std::size_t index, std::uint8_t value) override;
    SensorView view() const override;
    Rate rate() const override;
};

}  // namespace k210
