// The far end of the board's serial console.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace k210 {

// What the far end of a serial line has set besides sending bytes; true: asserted.
struct LineChange {
    std::optional<bool> dtr, rts;
    std::optional<std::uint64_t> baud;
};

class Console {
public:
    virtual ~Console() = default;

    virtual void write(std::string_view bytes) = 0;
    // Fills `bytes` with what has been typed since and returns how much that was. Never waits.
    virtual std::size_t read(std::span<std::uint8_t> bytes) = 0;

    // What has changed since, once everything that was typed before has been read.
    virtual std::optional<LineChange> take_line_change() { return {}; }

    virtual std::string failure() const { return {}; }     // why nothing can be written any more; empty while it can
    virtual bool interactive() const { return false; }     // somebody may be sitting there
    virtual bool quit_requested() const { return false; }  // they asked the emulator, not the guest, to end
    virtual bool reads_apart() const { return false; }     // read() may run beside write(), on another thread
    virtual std::string address() const { return {}; }     // where to connect, when it is to be connected to
};

// What ends the run from a terminal: Ctrl-], or Ctrl-C three times within a second. Everything else, and Ctrl-C itself,
// goes to the guest: a REPL needs it.
inline constexpr std::uint8_t kQuitCharacter = 0x1d, kInterruptCharacter = 0x03;
inline constexpr unsigned kInterruptsToQuit = 3;

inline constexpr std::string_view kConsoleLine = "console";

// InputError when `spec` is none of these, or cannot be had:
//   stdio      Standard input and output. A terminal is raw, so that every key reaches the guest, and itself again
//   however
//              the program ends; while something else owns it (a shell, after bg) it is left alone. Where standard
//              input is no terminal, its bytes go to the guest as they are and signals keep their meaning.
//   pty        A new pseudo-terminal; standard error says which.
//   tcp:PORT   Port PORT of this host's loopback, 0 for any; standard error says which. One client at a time: others
//   wait,
//              and one that left may come back.
//   rfc2217:PORT  The same with the line's rate, DTR and RTS, for clients that speak RFC 2217.
//   file:FILE  Output only, as it comes, replacing FILE at the first write(), be it of nothing.
//   null       Nobody.
// What a pty or TCP port sends while nobody is connected is lost, as on a serial line.
// `option` is what the user has said it with, `line` what it is the far end of. Lines other than the console are on
// none of the standard streams.
std::unique_ptr<Console> make_console(std::string_view spec, std::string_view option = "--serial",
                                      std::string_view line = kConsoleLine);

}  // namespace k210
