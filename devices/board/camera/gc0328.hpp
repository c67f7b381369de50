// GC0328, the VGA camera of later Sipeed boards, at 0x21 on SCCB; id 0x9d in register 0xf0.
// Register 0xfe chooses page 0 or 1 and, in bit 7, resets. Registers as [sdk] MaixPy
// components/micropython/port/src/omv/gc0328.c:52-850, 1042-1102 writes and comments them. Wake-up values, what lies on
// which side of 0x59 [assumed]. A pixel takes eight cycles of XCLK: with MaixPy's blanking (128 pixels, 16 lines) a
// Maix Dock at 24.4 MHz began 16 frames in two seconds, in VGA as in QVGA, K210_AI_V7s_Plus@cb22b83 logs/ [measured].
// The firmware writes no divider, so that is what the chip wakes up with [assumed]; exposure of 512 lines, the most
// that it allows, is nearly the frame's 504 and does not lengthen it here.
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
