// What `k210emu run` was asked to do.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/card_folder.hpp"
#include "k210/base/log.hpp"
#include "k210/cpu/strictness.hpp"
#include "k210/part/ports.hpp"
#include "k210/sim/cost_model.hpp"

namespace CLI {
class App;
}

namespace k210::app {

// What `k210emu profile` takes beyond what `k210emu run` does.
struct ProfileOptions {
    std::optional<std::filesystem::path> trace, html, stacks;  // to write
    std::optional<std::string> from, to;                       // patterns of lines between which time counts
    std::string command;                                       // the whole command, as a shell takes it
};

inline constexpr std::array<std::string_view, 3> kUartOptions{"--uart1", "--uart2", "--uart3"};

inline constexpr std::uint64_t kDefaultTraceLines = 1'000'000;

// When to write a snapshot, and where to.
struct SaveAt {
    double guest_seconds;
    std::filesystem::path file;
};
struct SaveOn {
    std::string pattern;
    std::filesystem::path file;
};

// What a snapshot says of the run that it is of.
struct Resumed {
    std::string firmware, firmware_sha256;  // as in reports
    std::string camera;                     // the kind of what was seen
    std::string microphone;                 // and heard
};

struct RunOptions {
    std::optional<std::filesystem::path> firmware;  // none: the built-in demo
    std::string board;                              // empty: the default one
    std::vector<std::string> flash;                 // ADDR=FILE, or a kfpkg
    std::optional<std::filesystem::path> flash_image;
    std::optional<std::filesystem::path> sd, sd_snapshot;
    std::optional<CardLayout> sd_layout;
    bool sd_write_back = false;
    std::optional<std::filesystem::path> camera;
    std::vector<std::filesystem::path> more_cameras;  // for the window's key
    std::optional<CameraMount> camera_mount;          // none: the board's
    std::optional<std::filesystem::path> mic, mic_once, speaker;
    bool audio = false;
    std::optional<std::filesystem::path> script;
    std::vector<std::string> type;
    std::vector<std::string> expect;  // in this order
    std::optional<std::string> fail;
    std::optional<double> timeout_s;       // guest time; kNoLimit: none, even where there would be one
    std::optional<double> wall_timeout_s;  // the same
    double crash_patience_s = 1;           // guest time
    TimingModel timing = TimingModel::approximate;
    Strictness strictness = Strictness::trap;
    FlashTiming flash_timing = FlashTiming::fast;
    std::optional<double> speed;  // times the board's; none: depends on who is watching
    std::optional<std::filesystem::path> screenshot, report;
    std::optional<std::filesystem::path> screenshots, video;
    std::optional<double> screenshot_every_s;  // guest time
    std::string serial = "stdio";
    bool isp = false;
    std::vector<std::string> flashing_tool;  // run beside the machine, which is there for it alone: see flash_command
    std::array<std::optional<std::string>, 3> uarts;  // far ends of uart1 to uart3
    std::vector<std::string> wires;                   // A=B
    bool wifi = false;
    std::vector<std::string> wifi_allow;  // HOST:PORT
    std::uint64_t baud = kTerminalBaud;
    std::optional<SaveAt> save_at;
    std::optional<SaveOn> save_on;
    std::optional<std::filesystem::path> from;  // a snapshot to go on from
    std::optional<Resumed> resumed;             // it says that
    std::optional<std::filesystem::path> record, replay;
    std::optional<std::string> gdb;  // [HOST:]PORT, where a debugger is waited for
    std::vector<std::string> break_on;
    std::optional<std::filesystem::path> symbols;  // ELF
    std::vector<std::string> trace_mmio;           // devices
    bool trace_calls = false;
    std::optional<std::filesystem::path> trace_to;
    std::optional<std::uint64_t> trace_lines;
    bool window = false, headless = false;
    std::vector<std::string> log;  // LEVEL or KIND=LEVEL
    std::optional<ProfileOptions> profile;
};

void add_run_options(CLI::App& command, RunOptions& options);
void add_profile_options(CLI::App& command, ProfileOptions& options);

// Throws InputError on unknown kinds or levels.
void set_log_levels(Log& log, const std::vector<std::string>& settings);

}  // namespace k210::app
