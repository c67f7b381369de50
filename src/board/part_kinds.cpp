#include "board/part_kinds.hpp"

#include <algorithm>
#include <array>

#include "board/axp/axp.hpp"
#include "board/button/button.hpp"
#include "board/camera/camera.hpp"
#include "board/cst816s/cst816s.hpp"
#include "board/esp8285/esp8285.hpp"
#include "board/everest_codec/everest_codec.hpp"
#include "board/ft6x36/ft6x36.hpp"
#include "board/gt911/gt911.hpp"
#include "board/i2s_microphone/i2s_microphone.hpp"
#include "board/i2s_speaker/i2s_speaker.hpp"
#include "board/lcd_panel/lcd_panel.hpp"
#include "board/led/led.hpp"
#include "board/msa301/msa301.hpp"
#include "board/nor_flash/nor_flash.hpp"
#include "board/ns2009/ns2009.hpp"
#include "board/pcf8563/pcf8563.hpp"
#include "board/rotary_encoder/rotary_encoder.hpp"
#include "board/sd_card/sd_card.hpp"
#include "board/sk9822/sk9822.hpp"
#include "board/usb_serial/usb_serial.hpp"
#include "board/ws2812/ws2812.hpp"

namespace k210 {
namespace {

// clang-format off
constexpr std::array kKinds = {
    Axp::kAxp173Kind,
    Axp::kAxp192Kind,
    Axp::kAxp202Kind,
    PushButton::kKind,
    Camera::kKind,
    Cst816s::kKind,
    EverestCodec::kEs8311Kind,
    EverestCodec::kEs8374Kind,
    Esp8285::kKind,
    Ft6x36::kKind,
    Gt911::kKind,
    I2sMicrophone::kKind,
    I2sSpeaker::kKind,
    LcdPanel::kKind,
    Led::kKind,
    Msa301::kKind,
    NorFlash::kKind,
    Ns2009::kKind,
    Pcf8563::kKind,
    RotaryEncoder::kKind,
    SdCard::kKind,
    Sk9822::kKind,
    UsbSerial::kKind,
    Ws2812::kKind,
};
// clang-format on

}  // namespace

std::span<const PartKind> part_kinds() {
    return kKinds;
}

const PartKind* find_part_kind(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name, &PartKind::name);
    return found == kKinds.end() ? nullptr : found;
}

}  // namespace k210
