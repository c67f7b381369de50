// What the outside world does with a board: look at its display, press its buttons, talk to its serial lines. Parts
// offer these by name; programs ask a machine for them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "k210/bus/wires.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/host/picture.hpp"

namespace k210 {

enum class PortKind : std::uint8_t { display, storage, button, serial_line, camera_input, touch };
inline constexpr std::size_t kPortKinds = 6;

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

class Display : public PortOf<PortKind::display> {
public:
    // What a viewer sees. The reference stays valid, its pixels until the next call.
    virtual const Picture& picture() = 0;
    virtual std::uint64_t generation() const = 0;    // moves on whenever picture() may look different
    virtual std::uint64_t frames_shown() const = 0;  // whole pictures that the guest has drawn
};

class Storage : public PortOf<PortKind::storage> {
public:
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

class SerialLine : public PortOf<PortKind::serial_line> {
public:
    virtual void connect(SerialSink& listener) = 0;  // hears what the guest sends; must outlive the machine
    virtual void send(std::string_view bytes) = 0;   // queued, and sent at the line's speed
    virtual bool sending() const = 0;                // some of it has not been received yet
    virtual void set_baud(std::uint64_t baud) = 0;   // of the host's end: kTerminalBaud until then
};

// What a camera delivers of an upright scene while none of its mirror bits is set.
enum class CameraMount : std::uint8_t { normal, mirror, flip, rotate180 };

class CameraInput : public PortOf<PortKind::camera_input> {
public:
    virtual void connect(CameraSource& scene) = 0;  // must outlive the machine
    virtual void mount(CameraMount mount) = 0;      // in place of how the board has it
};

class Touch : public PortOf<PortKind::touch> {
public:
    // Held down there until release(), in pixels of the picture that the board's display shows upright.
    virtual void touch(unsigned x, unsigned y) = 0;
    virtual void release() = 0;
};

}  // namespace k210
