// What comes to a machine from outside: values, each with the guest time at which it arrives.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "k210/base/units.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/part/ports.hpp"

namespace k210 {

// Ports are called as the machine calls them: "console", "boot", "reset".

struct SerialInput {
    std::string line, bytes;
};
// The rate of the far end.
struct RateInput {
    std::string line;
    std::uint64_t baud;
};
struct ModemInput {
    std::string line;
    ModemLines lines;
};
struct ButtonInput {
    std::string button;
    bool down;
};
// Held down there, or released.
struct TouchInput {
    struct Pixel {
        unsigned x, y;
    };
    std::string screen;
    std::optional<Pixel> at;
};
struct EncoderInput {
    std::string encoder;
    int clicks;  // clockwise; the other way when negative
};
// Put in, or taken out when there is no image.
struct CardChange {
    std::string slot;
    std::shared_ptr<const CardImage> image;
    CardKind kind = CardKind::sdhc;
};
// What every camera sees from the next frame on.
struct SceneChange {
    std::shared_ptr<CameraSource> scene;
};
struct UsbInput {
    std::string power;
    bool plugged;
};
struct BatteryInput {
    std::string power;
    std::optional<unsigned> millivolts;  // none: it has been taken out
};
struct AccelerationInput {
    std::string accelerometer;
    Acceleration milli_g;
};
// The chip's calendar is set.
struct DateInput {
    std::chrono::sys_seconds date;
};
// Held there, or released.
struct PadInput {
    unsigned pad;
    std::optional<bool> level;
};
// The board's power fails and comes back: Machine::cut_power().
struct PowerCut {
    std::uint64_t seed = 0;
};

using InputAction = std::variant<SerialInput, RateInput, ModemInput, ButtonInput, TouchInput, EncoderInput, CardChange,
                                 SceneChange, UsbInput, BatteryInput, AccelerationInput, DateInput, PadInput, PowerCut>;

// Whether somebody gave it, or the session typed it by itself, as it will again when it goes back.
enum class InputOrigin : std::uint8_t { outside, typist };

struct Input {
    SimTime when;
    InputAction action;
};

}  // namespace k210
