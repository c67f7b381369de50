#include "k210/part/ports.hpp"

#include <array>

namespace k210 {

std::string_view to_string(PortKind kind) {
    static constexpr std::array<std::string_view, kPortKinds> kNames = {
        "display",   "storage", "button",     "serial line", "camera input", "touch screen",
        "card slot", "light",   "encoder",    "power input", "Wi-Fi module", "accelerometer",
        "calendar",  "pads",    "microphone", "speaker"};
    return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace k210
