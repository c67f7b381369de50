// OV3660, a 3-megapixel camera, at 0x3c on SCCB with 16-bit addresses; id 0x3660. Its windows are the OV5640's.
// Registers as [sdk] MaixPy components/micropython/port/src/omv/ov3660.c writes them; the PLL of 0x303a-0x303d as
// espressif/esp32-camera sensors/ov3660.c computes it [doc], which agrees with the 12.5 and 25 frames a second of
// MaixPy's comments. Wake-up values [assumed].
#pragma once
#include "board/camera/ov5640.hpp"

namespace k210 {

class Ov3660 final : public Ov5640 {
public:
    Ov3660(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    std::uint64_t frame_cycles() const override;
};

}  // namespace k210
