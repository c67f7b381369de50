// GC0328, the VGA camera of later Sipeed boards, at 0x21 on SCCB; id 0x9d in register 0xf0.
// Register 0xfe chooses page 0 or 1 and, in bit 7, resets. Registers as [sdk] MaixPy
// components/micropython/port/src/omv/gc0328.c:52-850, 1042-1102 writes and comments them. Wake-up values, what lies on
// which side of 0x59, and one pixel per XCLK cycle [assumed]; the last agrees with a Maixduino's measured capture rate.
#pragma once
#include "board/camera/galaxycore.hpp"

namespace k210 {

class Gc0328 final : public GalaxyCore {
public:
    static constexpr std::uint8_t kAddress = 0x21;

    Gc0328(CameraSource& scene, Log& log, Mounting mounting = {});

private:
    Rate rate() const override;
};

}  // namespace k210
