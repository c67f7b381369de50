// A whole K210 board: the facade for programs that embed the emulator and for system tests.
//
//     Log log;
//     TestChart camera;                     // or any CameraSource
//     MyConsole console;                    // a SerialSink
//     MachineConfig config{.board = find_board("maix_bit"), .flash = ..., .camera = camera, .console = console};
//     Machine machine(config, log);
//     machine.run_until(SimTime{2 * kPsPerSecond});
//     save_png("lcd.png", machine.screen());
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/base/units.hpp"
#include "k210/bus/wires.hpp"
#include "k210/cpu/hart_observer.hpp"
#include "k210/cpu/strictness.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/host/picture.hpp"
#include "k210/loader/program.hpp"
#include "k210/sim/cost_model.hpp"
#include "k210/sim/state.hpp"
#include "k210/sim/trace.hpp"
#include "k210/soc/board.hpp"

namespace k210 {

// What MaixPy and the SDK's demos set their console to, and so users their terminals.
inline constexpr std::uint64_t kTerminalBaud = 115'200;

struct MachineConfig {
    const Board& board;
    std::vector<std::uint8_t> flash;  // padded with 0xff to board.flash_bytes
    std::optional<Program> program;   // put straight into memory, as a debugger would, instead of booting the flash
    CameraSource& camera;             // must outlive the machine, as must console
    SerialSink& console;              // hears what the board's console pins send
    TraceSink* trace = nullptr;       // told what the blocks do; must outlive the machine, as must
    std::array<HartObserver*, 2> hart_observers{};  // these, told what the harts do
    TimingModel timing = TimingModel::approximate;
    // How long a hart may be in a fault that it has not returned from before the machine counts as crashed: time for
    // the guest's own crash message, or its recovery. A watchdog that runs is waited for besides.
    SimTime crash_patience{kPsPerSecond};
    bool skip_idle_loops = true;                  // jump over loops that only wait; the guest cannot tell
    Strictness strictness = Strictness::trap;     // towards misaligned loads and stores
    std::uint64_t terminal_baud = kTerminalBaud;  // what the terminal on the console is set to
    std::optional<CameraMount> camera_mount{};    // none: as the board has it
};

enum class StopReason {
    time_reached,
    requested,  // stop() was called
    idle,       // every hart waits for an interrupt that nothing can raise, and all is sent: the guest has ended
    crashed,    // a hart trapped and did not come back, nor will a watchdog reset it; see crash_report()
};

struct MachineCounters {
    struct Hart {
        std::uint64_t instructions, interrupts;
    };
    std::array<Hart, 2> harts;
    std::uint64_t cpu_cycles;
    std::uint64_t kpu_layers;
    std::uint64_t frames_captured, frames_shown;
    std::uint64_t resets;  // by the guest: watchdog or SYSCTL
};

// A block of the chip that is not modelled and that the guest has touched.
struct MissingBlock {
    std::string name;
    std::uint64_t reads, writes;
    SimTime last_access;
};

class Machine {
public:
    // Throws InputError when the flash holds nothing that the boot ROM would start.
    Machine(const MachineConfig& config, Log& log);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    SimTime now() const;
    StopReason run_until(SimTime t);
    void stop();  // from a callback: run_until() returns at the end of the current slice

    void type(std::string_view bytes);  // queued, and sent to the board's console at its line speed
    bool typing() const;                // some of it has not been received yet
    void press(Button button, bool down);

    // The pad on which the guest clocks an LCD, once it has routed one: tells what board it was built for.
    std::optional<unsigned> lcd_clock_pad() const;
    const Picture& screen();                  // what the panel shows
    std::uint64_t screen_generation() const;  // changes when the picture may have

    std::vector<std::uint8_t> flash() const;
    std::uint64_t flash_generation() const;  // changes when its contents may have

    MachineCounters counters() const;
    std::vector<MissingBlock> missing_blocks() const;  // in the order of the memory map
    std::string crash_report() const;                  // registers of both harts and the last device access

    Snapshot save();
    // Of a machine made from the same board. Throws InputError, and changes nothing, when the snapshot cannot be one.
    void restore(const Snapshot& snapshot);

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
