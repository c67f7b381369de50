// What the outside world does with a board: look at its display, press its buttons, talk to its serial lines. Parts
// offer these by name; programs ask a machine for them.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "k210/bus/wires.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/host/network.hpp"
#include "k210/host/picture.hpp"
#include "k210/host/sound.hpp"

namespace k210 {

enum class PortKind : std::uint8_t {
    display,
    storage,
    button,
    serial_line,
    camera_input,
    touch,
    card_slot,
    light,
    encoder,
    power_inputs,
    wifi_module,
    accelerometer,
    calendar,
    pad_levels,
    microphone,
    speaker,
};
inline constexpr std::size_t kPortKinds = 16;

std::string_view to_string(PortKind kind);  // for people: "serial line"

class Port {
public:
    virtual ~Port() = default;
    virtual PortKind kind() const = 0;
};

template <PortKind Kind>
class PortOf : public Port {
public:
    static constexpr PortKind kKind = Kind;
    PortKind kind() const final { return Kind; }
};

// As a board's parts are called.
struct NamedPort {
    std::string name;
    Port* port;
};

// Names that mean something everywhere: the storage that a machine boots from, the line to its console, and the button
// that every board has.
inline constexpr std::string_view kFlashPort = "flash", kConsolePort = "console", kResetPort = "reset",
                                  kCalendarPort = "rtc", kPadsPort = "pads";

class Display : public PortOf<PortKind::display> {
public:
    // What a viewer sees. The reference stays valid, its pixels until the next call.
    virtual const Picture& picture() = 0;
    virtual std::uint64_t generation() const = 0;    // moves on whenever picture() may look different
    virtual std::uint64_t frames_shown() const = 0;  // whole pictures that the guest has drawn
};

// How long a flash is busy when it erases and programs: as on a board, or about a hundredth of it.
enum class FlashTiming : std::uint8_t { real, fast };

constexpr std::string_view to_string(FlashTiming timing) {
    return timing == FlashTiming::real ? "real" : "fast";
}

class Storage : public PortOf<PortKind::storage> {
public:
    virtual void set_timing(FlashTiming timing) = 0;  // fast until then
    virtual std::span<const std::uint8_t> contents() const = 0;
    virtual std::uint64_t generation() const = 0;  // changes when the guest may have changed the contents
    // Puts an image there; does not count as the guest's writing. Throws InputError when it does not fit.
    virtual void load(std::size_t offset, std::span<const std::uint8_t> image) = 0;
};

class Button : public PortOf<PortKind::button> {
public:
    virtual void press(bool down) = 0;
};

// What MaixPy and the SDK's demos set their console to, and so users their terminals.
inline constexpr std::uint64_t kTerminalBaud = 115'200;

// What a host's end of a serial line asserts.
struct ModemLines {
    bool dtr = false, rts = false;
};

class SerialLine : public PortOf<PortKind::serial_line> {
public:
    virtual void connect(SerialSink& listener) = 0;  // hears what the guest sends; must outlive the machine
    virtual void send(std::string_view bytes) = 0;   // queued, and sent at the line's speed
    virtual std::size_t waiting() const = 0;         // bytes that have not been received yet
    bool sending() const { return waiting() != 0; }
    virtual void set_baud(std::uint64_t baud) = 0;  // of the host's end: kTerminalBaud until then
    virtual void set_modem_lines(ModemLines lines) = 0;
};

// What a camera delivers of an upright scene while none of its mirror bits is set.
enum class CameraMount : std::uint8_t { normal, mirror, flip, rotate180 };

class CameraInput : public PortOf<PortKind::camera_input> {
public:
    virtual void connect(CameraSource& scene) = 0;  // must outlive the machine
    virtual void mount(CameraMount mount) = 0;      // in place of how the board has it
};

// What a memory card holds when it is put in. Never changes meanwhile.
class CardImage {
public:
    static constexpr std::size_t kSectorBytes = 512;
    using Sector = std::array<std::uint8_t, kSectorBytes>;
    virtual ~CardImage() = default;
    virtual std::uint64_t sectors() const = 0;
    virtual void read(std::uint64_t sector, Sector& to) const = 0;
    // The first one from there on that may hold something else than zeros; sectors() when none does.
    virtual std::uint64_t next_data(std::uint64_t from) const { return from; }
};

enum class CardKind : std::uint8_t { sdsc, sdhc };  // standard capacity, up to 2 GiB, or high capacity

class CardSlot : public PortOf<PortKind::card_slot> {
public:
    // Throws InputError when no card of that kind has so many sectors. What was in is taken out.
    virtual void insert(std::shared_ptr<const CardImage> image, CardKind kind) = 0;
    virtual void remove() = 0;                   // what has been written and not taken is gone with it
    virtual const CardImage* image() const = 0;  // that was put in; none: the slot is empty
    bool occupied() const { return image() != nullptr; }
    // Of the card that is in, as the guest has it; zeros where there is none.
    virtual CardImage::Sector contents(std::uint64_t sector) const = 0;
    virtual std::uint64_t generation() const = 0;        // moves on when contents may have changed
    virtual std::set<std::uint64_t> take_written() = 0;  // sectors that have been written since the last call
    // First and last of the sectors that have been erased and, but for single ones, not been written since.
    virtual const std::map<std::uint64_t, std::uint64_t>& erased() const = 0;
};

class WifiModule : public PortOf<PortKind::wifi_module> {
public:
    // There is an access point from now on, and this is what lies behind it; must outlive the machine. What comes from
    // there depends on the host: runs no longer repeat.
    virtual void connect(Network& network) = 0;
};

class Touch : public PortOf<PortKind::touch> {
public:
    // Held down there until release(), in pixels of the picture that the board's display shows upright.
    virtual void touch(unsigned x, unsigned y) = 0;
    virtual void release() = 0;
};

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
    bool operator==(const Colour&) const = default;
};

class Light : public PortOf<PortKind::light> {
public:
    // What an eye sees now: one colour of a LED, one for each of a chain, from its beginning; black is dark. Valid
    // until the next call.
    virtual std::span<const Colour> colours() = 0;
};

class Encoder : public PortOf<PortKind::encoder> {
public:
    // So many clicks clockwise, or the other way when negative: they follow those that it has not finished yet.
    virtual void turn(int clicks) = 0;
};

// What feeds a power chip.
class PowerInputs : public PortOf<PortKind::power_inputs> {
public:
    virtual void plug_usb(bool plugged) = 0;
    virtual void set_battery(std::optional<unsigned> millivolts) = 0;  // none: it has been taken out
};

// Thousandths of a g along the chip's axes. Whatever rests feels one g upwards.
struct Acceleration {
    int x = 0, y = 0, z = 0;
    bool operator==(const Acceleration&) const = default;
};

class Accelerometer : public PortOf<PortKind::accelerometer> {
public:
    virtual void feel(Acceleration milli_g) = 0;  // from now on
};

class Microphone : public PortOf<PortKind::microphone> {
public:
    // From the first moment on that the guest listens; nullptr: silence.
    virtual void hear(std::shared_ptr<const Sound> sound) = 0;
};

class Speaker : public PortOf<PortKind::speaker> {
public:
    virtual void connect(SoundSink& listener) = 0;  // must outlive the machine
};

// The chip's clock. It is set as firmware would do it, and counts from there on; a reset of the chip clears it.
class Calendar : public PortOf<PortKind::calendar> {
public:
    virtual void set(std::chrono::sys_seconds date) = 0;  // throws InputError beyond the years that it tells
};

// What is wired to the chip's pads by hand, where no part of the board drives them.
class PadLevels : public PortOf<PortKind::pad_levels> {
public:
    // Held there until it is released, which is without a level. Throws InputError where it cannot be.
    virtual void drive(unsigned pad, std::optional<bool> level) = 0;
};

}  // namespace k210
