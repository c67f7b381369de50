// A whole K210 board: the facade for programs that embed the emulator and for system tests.
//
//     Log log;
//     TestChart camera;                     // or any CameraSource
//     MyConsole console;                    // a SerialSink
//     MachineConfig config{.board = find_board("maix_bit"), .flash = ..., .camera = camera, .console = console};
//     Machine machine(config, log);
//     machine.run_until(SimTime{2 * kPsPerSecond});
//     machine.port<SerialLine>("console").send("print(6 * 7)\r");
//     machine.run_until(SimTime{3 * kPsPerSecond});
//     save_png("lcd.png", machine.port<Display>("lcd").picture());
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/base/units.hpp"
#include "k210/board/board.hpp"
#include "k210/bus/guest_wiring.hpp"
#include "k210/bus/wires.hpp"
#include "k210/cpu/hart_observer.hpp"
#include "k210/cpu/strictness.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/loader/program.hpp"
#include "k210/machine/device_view.hpp"
#include "k210/part/ports.hpp"
#include "k210/sim/cost_model.hpp"
#include "k210/sim/state.hpp"
#include "k210/sim/trace.hpp"

namespace k210 {

class Hart;

// What the boot ROM does as the machine starts.
enum class BootMode : std::uint8_t {
    flash,     // boots what is in the flash
    isp,       // begins in its serial mode, as if IO16 were low; later resets go by IO16
    isp_only,  // the same, and boots nothing later: for writing the flash and nothing else
};

// How it is set up, besides what it is made of.
struct MachineSettings {
    TimingModel timing = TimingModel::approximate;
    // How long a hart may be in a fault that it has not returned from before the machine counts as crashed: time for
    // the guest's own crash message, or its recovery. A watchdog that runs is waited for besides.
    SimTime crash_patience{kPsPerSecond};
    Strictness strictness = Strictness::trap;     // towards misaligned loads and stores
    std::uint64_t terminal_baud = kTerminalBaud;  // what the terminal on the console is set to
    BootMode boot = BootMode::flash;
    FlashTiming flash_timing = FlashTiming::fast;
    std::optional<CameraMount> camera_mount{};  // of every camera; none: as the board has it
    std::vector<Wire> wires{};                  // besides the board's own
};

struct MachineConfig {
    const Board& board;
    std::vector<std::uint8_t> flash;  // what the board's flash holds; what follows is erased
    std::optional<Program> program;   // put straight into memory, as a debugger would, instead of booting the flash
    CameraSource& camera;             // what every camera sees; must outlive the machine, as must console
    SerialSink& console;              // hears what the board's console sends
    TraceSink* trace = nullptr;       // told what the blocks do; must outlive the machine, as must
    std::array<HartObserver*, 2> hart_observers{};  // these, told what the harts do
    AccessObserver* access_observer = nullptr;      // and what they do to devices
    MachineSettings settings{};
    bool skip_idle_loops = true;  // jump over loops that only wait; the guest cannot tell
    bool switched_on = true;      // otherwise it waits for restore(), and needs nothing to boot
};

enum class StopReason {
    time_reached,
    requested,    // stop() was called
    idle,         // every hart waits for an interrupt that nothing can raise, and all is sent: the guest has ended
    crashed,      // a hart trapped and did not come back, nor will a watchdog reset it; see crash_report()
    powered_off,  // a power chip has switched the board off, at the guest's wish or the user's, and nothing runs any
                  // more
    debugger,     // a hart has come to one of its StopPoints, or has stepped; the next run_until() goes on from there
};

struct MachineCounters {
    struct Hart {
        std::uint64_t instructions, interrupts;
    };
    std::array<Hart, 2> harts;
    std::uint64_t cpu_cycles;
    std::uint64_t kpu_layers;
    std::uint64_t frames_captured, frames_shown;
    std::uint64_t resets;  // by the guest's watchdog or SYSCTL, and by the reset pin
};

// A block of the chip that is not modelled and that the guest has touched.
struct MissingBlock {
    std::string name;
    std::uint64_t reads, writes;
    SimTime last_access;
};

class Machine {
public:
    // Throws InputError when the flash holds nothing that the boot ROM would start, or a wire cannot be.
    Machine(const MachineConfig& config, Log& log);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    SimTime now() const;
    StopReason run_until(SimTime t);
    void stop();  // from a callback: run_until() returns at the end of the current slice
    // The board's power fails, and comes back at once: chip and parts start as they did at the beginning, memory is
    // empty, and what lasts without power is left, the flash as it is now. A page, sector or block that it was about to
    // program or erase is undefined then: `seed` decides, the same one the same way. A board that is switched off stays
    // so. Not from a callback.
    void cut_power(std::uint64_t seed);

    // Chips of the caller's own, on pads of the K210 as a board's parts are. They must outlive the machine, and save
    // and restore themselves. Throws InputError where a part, or another of these, has the same place already.
    void hang(I2cTarget& chip, const I2cPlace& place);
    void hang(SpiTarget& chip, const SpiPads& pads);

    // What the board's parts offer, called as its file calls them, and what every board has: the button "reset", and
    // the far ends of "uart1" to "uart3", wherever firmware routes those.
    std::span<const NamedPort> ports() const;
    // Throws InputError, which lists those of that kind, when the board has none of that name.
    template <class P>
    P& port(std::string_view name) const {
        return static_cast<P&>(port(P::kKind, name));
    }
    // nullptr where there is none.
    template <class P>
    P* find_port(std::string_view name) const {
        return static_cast<P*>(find_port(P::kKind, name));
    }
    template <class P>
    P* first_port() const {
        const NamedPort* const found = first(P::kKind);
        return found ? static_cast<P*>(found->port) : nullptr;
    }
    // Empty where there is none.
    template <class P>
    std::string first_name() const {
        const NamedPort* const found = first(P::kKind);
        return found ? found->name : std::string();
    }

    // The pad on which the guest clocks an LCD, once it has routed one.
    std::optional<unsigned> lcd_clock_pad() const;
    // What board_that_fits() takes.
    GuestWiring guest_wiring() const;
    // The boot ROM's serial mode waits for a flashing tool, and no guest code runs.
    bool in_isp() const;
    bool held_in_reset() const;  // by its button or a part: nothing runs

    MachineCounters counters() const;
    std::vector<MissingBlock> missing_blocks() const;  // in the order of the memory map
    std::string crash_report() const;                  // registers of both harts and the last device access

    // What is in memory there; empty unless all of it is memory. Valid until the machine runs on.
    std::span<const std::uint8_t> memory(std::uint32_t address, std::uint32_t bytes) const;
    // A hart's, "pc", "a0", "mepc", or one of a block of the chip, "uarths.div": nothing notices that it is looked at.
    std::optional<std::uint64_t> register_value(unsigned hart, std::string_view name) const;

    // For debuggers, between calls of run_until(); it knows Hart's part for them.
    Hart& hart(unsigned id);
    static constexpr unsigned kHarts = 2;
    // A byte at a physical address; nothing notices. None where there is neither memory nor a register that shows it.
    std::optional<std::uint8_t> peek(std::uint32_t address) const;
    // Memory is written as a loader would, and a word of a device as code would. False where neither is.
    bool poke(std::uint32_t address, std::span<const std::uint8_t> bytes);
    std::vector<std::string> device_names() const;
    std::optional<DeviceAccess> last_device_access() const;
    // Whether run_until() ends, as for a debugger, before a reset that the guest or somebody has asked for; once each.
    void stop_before_resets(bool wanted);
    std::optional<std::string_view> reset_due() const;  // what has asked for it
    std::optional<DeviceView> device(std::string_view name) const;

    Snapshot save();
    // Of a machine made from the same board. Throws InputError, and changes nothing, when the snapshot cannot be one; a
    // machine that has waited for it is no use then.
    void restore(const Snapshot& snapshot);

private:
    Port& port(PortKind kind, std::string_view name) const;
    Port* find_port(PortKind kind, std::string_view name) const;
    const NamedPort* first(PortKind kind) const;

    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
