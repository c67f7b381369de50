#include "app/run_options.hpp"

#include <array>
#include <charconv>
#include <span>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/choice.hpp"
#include "app/command_names.hpp"
#include "app/limits.hpp"
#include "app/speed.hpp"
#include "base/spelling.hpp"
#include "k210/base/error.hpp"

namespace k210::app {
namespace {

constexpr std::array kLevels = {
    std::pair{"debug", LogLevel::debug}, std::pair{"info", LogLevel::info}, std::pair{"warn", LogLevel::warn},
    std::pair{"error", LogLevel::error}, std::pair{"off", LogLevel::off},
};
constexpr std::array kKinds = {LogKind::guest_error, LogKind::unimplemented, LogKind::unverified, LogKind::host};

[[noreturn]] void refuse_log(const std::string& setting, const char* what, std::string_view name,
                             std::span<const std::string> known) {
    throw InputError(fmt::format("--log {}: no {} '{}' ({}){}", setting, what, name, fmt::join(known, ", "),
                                 suggestion(name, known)));
}

LogLevel parse_level(const std::string& setting, std::string_view name) {
    std::vector<std::string> names;
    for (const auto& [known, level] : kLevels) {
        if (name == known) return level;
        names.emplace_back(known);
    }
    refuse_log(setting, "level", name, names);
}

LogKind parse_kind(const std::string& setting, std::string_view name) {
    std::vector<std::string> names;
    for (const LogKind kind : kKinds) {
        if (name == to_string(kind)) return kind;
        names.emplace_back(to_string(kind));
    }
    refuse_log(setting, "kind", name, names);
}

std::uint64_t parse_number(const char* option, std::string_view text, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
        throw InputError(fmt::format("{} {}: no number from {} to {}", option, text, least, most));
    return number;
}

std::uint64_t parse_baud(std::string_view text) {
    constexpr std::uint64_t kSlowest = 300, kFastest = 5'000'000;
    return parse_number("--baud", text, kSlowest, kFastest);
}

// What is traced is kept in memory until it is written, and a line takes a hundred bytes.
std::uint64_t parse_lines(std::string_view text) {
    constexpr std::uint64_t kMost = 10'000'000;
    return parse_number("--trace-lines", text, 1, kMost);
}

using TwoValues = std::pair<std::string, std::string>;

void refuse_beside(const CLI::App& command, std::string_view option, std::string_view why,
                   std::initializer_list<const char*> refused) {
    for (const char* name : refused)
        if (const CLI::Option* other = command.get_option(name); other->count() > 0)
            throw InputError(fmt::format("{}: {}, and takes no {}", option, why,
                                         other->get_positional() ? other->get_option_text() : name));
}

void check_options_together(const CLI::App& command, const RunOptions& o) {
    if (o.from)
        refuse_beside(command, "--from", "a snapshot has its own",
                      {"firmware", "--board", "--flash", "--flash-image", "--sd", "--sd-snapshot", "--sd-layout",
                       "--sd-write-back", "--camera-mount", "--crash-patience", "--timing", "--flash-timing",
                       "--strict", "--wire", "--wifi", "--wifi-allow", "--baud", "--isp"});
    if (o.replay)
        refuse_beside(
            command, "--replay", "a record has its own",
            {"--board", "--camera-mount", "--crash-patience", "--timing", "--flash-timing", "--strict", "--wire",
             "--wifi",  "--wifi-allow",   "--baud",           "--isp",    "--script",       "--type",   "--expect",
             "--fail",  "--timeout",      "--uart1",          "--uart2",  "--uart3",        "--record"});
    const bool traces = !o.trace_mmio.empty() || o.trace_calls;
    if (traces && !o.trace_to) throw InputError("--trace-mmio and --trace-calls: need --trace-to FILE");
    if (!traces && o.trace_to) throw InputError("--trace-to: needs --trace-mmio or --trace-calls");
    if (o.trace_lines && !o.trace_to) throw InputError("--trace-lines: needs --trace-to");
    if (o.gdb) refuse_beside(command, "--gdb", "a debugger sets its own", {"--break-on"});
    if (o.record) refuse_beside(command, "--record", "a record is of a run that repeats", {"--wifi"});
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& o) {
    command
        .add_option("firmware", o.firmware,
                    "raw .bin, flash image with header, .kfpkg or ELF; without it the built-in demo runs")
        ->option_text("FIRMWARE");
    command
        .add_option(
            "--board", o.board,
            "board to emulate: one that `k210emu boards` lists, or a file of your own (default: maix_bit, or what the "
            "firmware's pins tell)")
        ->option_text("NAME|FILE.toml");
    command
        .add_option("--flash", o.flash, "put FILE into the flash at ADDR, or a kfpkg's files at their own addresses")
        ->option_text("ADDR=FILE");
    command.add_option("--flash-image", o.flash_image, "keep the flash's contents in FILE from run to run")
        ->option_text("FILE");
    command
        .add_option("--sd", o.sd,
                    "put a card into the board's slot: an image, written in place, or one made of a folder")
        ->option_text("IMAGE|FOLDER");
    command.add_option("--sd-snapshot", o.sd_snapshot, "the same, but what the guest changes is dropped at the end")
        ->option_text("IMAGE|FOLDER");
    command
        .add_option_function<std::string>(
            "--sd-layout",
            [&o](const std::string& name) {
                o.sd_layout = choose<CardLayout>("--sd-layout", name,
                                                 {{"mbr", CardLayout::mbr}, {"superfloppy", CardLayout::superfloppy}});
            },
            "a card made of a folder has a partition table (mbr, the default) or none")
        ->option_text("mbr|superfloppy");
    command.add_flag("--sd-write-back", o.sd_write_back,
                     "bring files that are new or changed on a card of a folder back into it");
    command
        .add_option_function<std::vector<std::string>>(
            "--camera",
            [&o](const std::vector<std::string>& paths) {
                o.camera = paths.front();
                o.more_cameras.assign(paths.begin() + 1, paths.end());
            },
            "what the camera sees: a picture, a folder of them as a sequence, or a webcam of this machine's; several: "
            "a key of the window goes on to the next")
        ->option_text("FILE|DIR|/dev/videoN");
    command
        .add_option_function<std::string>(
            "--camera-mount",
            [&o](const std::string& name) {
                o.camera_mount = choose<CameraMount>("--camera-mount", name,
                                                     {{"normal", CameraMount::normal},
                                                      {"mirror", CameraMount::mirror},
                                                      {"flip", CameraMount::flip},
                                                      {"rotate180", CameraMount::rotate180}});
            },
            "how the camera hangs: what it sends of an upright scene before firmware mirrors or flips (default: as on "
            "the board)")
        ->option_text("normal|mirror|flip|rotate180");
    command
        .add_option("--mic", o.mic,
                    "what the board's microphone hears from when the guest first listens on, over and over")
        ->option_text("FILE.wav");
    command.add_option("--mic-once", o.mic_once, "the same, but once, and silence behind it")->option_text("FILE.wav");
    command.add_option("--speaker", o.speaker, "write what the board's speaker plays")->option_text("FILE.wav");
    command.add_flag("--audio", o.audio, "play it here, beside a --window");
    command.add_option("--script", o.script, "enter a Python file at the REPL")->option_text("FILE.py");
    command
        .add_option("--type", o.type, "type TEXT and Enter when the guest is ready (escapes: \\n \\r \\t \\\\ \\xNN)")
        ->option_text("TEXT");
    command
        .add_option("--expect", o.expect,
                    "end with status 0 when the console shows this (RE2 syntax); several: in this order")
        ->option_text("REGEX");
    command.add_option("--fail", o.fail, "end with status 1 when the console shows this, whatever --expect says")
        ->option_text("REGEX");
    const auto add_limit = [&](const char* name, std::optional<double>& limit, const char* help) {
        return command.add_option_function<std::string>(
            name, [name, &limit](const std::string& text) { limit = parse_limit(name, text); }, help);
    };
    add_limit(
        "--timeout", o.timeout_s,
        "end after so much guest time, with status 42; 0 is none (default: 30 where nobody is at the console and there "
        "is no --wall-timeout)")
        ->option_text("GUEST_SECONDS|none");
    add_limit("--wall-timeout", o.wall_timeout_s,
              "end after so much real time, with status 42; 0 is none (default: 600 where --timeout's default applies)")
        ->option_text("SECONDS|none");
    command
        .add_option_function<std::string>(
            "--crash-patience",
            [&o](const std::string& text) { o.crash_patience_s = parse_seconds("--crash-patience", text); },
            "take a hart for crashed that has not returned from a fault for so long (default: 1); a watchdog that runs "
            "is "
            "waited for besides")
        ->option_text("GUEST_SECONDS");
    command
        .add_option_function<std::string>(
            "--timing",
            [&o](const std::string& name) {
                o.timing = choose<TimingModel>("--timing", name,
                                               {{to_string(TimingModel::approximate), TimingModel::approximate},
                                                {to_string(TimingModel::instructions), TimingModel::instructions},
                                                {to_string(TimingModel::thorough), TimingModel::thorough}});
            },
            "what instructions take: as on a board, nearly (approximate, the default); one cycle each (instructions); "
            "or "
            "as by default, with every load and store seen by the data cache, which slows the host down (thorough)")
        ->option_text("approximate|instructions|thorough");
    command
        .add_option_function<std::string>(
            "--flash-timing",
            [&o](const std::string& name) {
                o.flash_timing = choose<FlashTiming>("--flash-timing", name,
                                                     {{to_string(FlashTiming::real), FlashTiming::real},
                                                      {to_string(FlashTiming::fast), FlashTiming::fast}});
            },
            "how long the flash is busy when it erases and programs: about a hundredth of a board's time (fast, the "
            "default), or a board's")
        ->option_text("real|fast");
    command
        .add_option_function<std::string>(
            "--strict",
            [&o](const std::string& name) {
                o.strictness = choose<Strictness>(
                    "--strict", name,
                    {{"trap", Strictness::trap}, {"warn", Strictness::warn}, {"off", Strictness::off}});
            },
            "misaligned loads and stores: trap as on the chip (trap, the default), work but are told (warn), or work")
        ->option_text("trap|warn|off");
    command
        .add_option_function<std::string>(
            "--speed", [&o](const std::string& text) { o.speed = parse_speed(text); },
            "as fast as it can (max), at the board's pace (real), or N times that (default: real where somebody "
            "watches, "
            "else max)")
        ->option_text("max|real|N");
    command.add_option("--screenshot", o.screenshot, "write what the LCD shows at the end")->option_text("FILE.png");
    command
        .add_option("--screenshots", o.screenshots,
                    "write what the LCD shows now and then to a new or empty folder, where it has changed")
        ->option_text("DIR");
    command
        .add_option_function<std::string>(
            "--screenshot-every",
            [&o](const std::string& text) { o.screenshot_every_s = parse_seconds("--screenshot-every", text); },
            "how often that is (default: 1)")
        ->option_text("GUEST_SECONDS");
    command.add_option("--video", o.video, "write what the LCD shows all through the run")->option_text("FILE.webp");
    command.add_option("--report", o.report, "write the run's figures")->option_text("FILE.json");
    command
        .add_option("--serial", o.serial,
                    "the console: stdio (the default), pty, tcp:PORT, rfc2217:PORT, file:FILE or null")
        ->option_text("WHERE");
    for (std::size_t i = 0; i < kUartOptions.size(); ++i)
        command
            .add_option(std::string(kUartOptions[i]), o.uarts[i],
                        fmt::format("the far end of UART{}, on whatever pads firmware routes it to: pty, tcp:PORT, "
                                    "file:FILE or null",
                                    i + 1))
            ->option_text("WHERE");
    command.add_option("--wire", o.wires, "join two pads with a wire")->option_text("PAD=PAD");
    command.add_flag("--wifi", o.wifi,
                     "let the board's Wi-Fi module join a network and open TCP connections to this machine's loopback");
    command.add_option("--wifi-allow", o.wifi_allow, "and to this host and port besides")->option_text("HOST:PORT");
    command
        .add_option_function<std::string>(
            "--baud", [&o](const std::string& text) { o.baud = parse_baud(text); },
            "the rate of the terminal on the console: what is typed comes at it, and a guest that sends at "
            "another is told (default: 115200)")
        ->option_text("RATE");
    command
        .add_option_function<TwoValues>(
            "--save-at",
            [&o](const TwoValues& values) {
                o.save_at = {parse_seconds("--save-at", values.first), values.second};
            },
            "write a snapshot, from which --from goes on, when so much guest time has passed, and run on")
        ->option_text("GUEST_SECONDS FILE");
    command
        .add_option_function<TwoValues>(
            "--save-on",
            [&o](const TwoValues& values) {
                o.save_on = {values.first, values.second};
            },
            "the same when the console shows this for the first time (RE2 syntax)")
        ->option_text("REGEX FILE");
    command
        .add_option("--from", o.from,
                    "go on from a snapshot: firmware, board, card and what has been typed are as they were")
        ->option_text("FILE");
    command
        .add_option("--record", o.record,
                    "write all that comes to the guest from outside, each with its guest time, for --replay")
        ->option_text("FILE");
    command
        .add_option("--replay", o.replay,
                    "give the same firmware what a record holds: the same run again, or where it departs (status 1)")
        ->option_text("FILE");
    command
        .add_option("--gdb", o.gdb,
                    "wait for gdb on a TCP port, of the loopback interface without a HOST, and run as it says")
        ->option_text("[HOST:]PORT");
    command
        .add_option("--break-on", o.break_on,
                    "end with status 43 before this happens, and show registers, code and stack: a fault, a reset, an "
                    "access to LEN bytes (4, or what has that name), or the code there; ADDR may be a name in an ELF "
                    "file; or as soon as a block is touched that is not modelled, or the guest errs")
        ->option_text("fault|stub|guest_error|reset|write:ADDR[+LEN]|read:ADDR[+LEN]|pc:ADDR|sym:NAME");
    command
        .add_option("--symbols", o.symbols,
                    "the firmware's ELF file, where FIRMWARE is none: for --break-on, traces and profiles")
        ->option_text("FILE.elf");
    command
        .add_option("--trace-mmio", o.trace_mmio,
                    "trace what the harts read and write in a device, or in all of them: time, code, register, value")
        ->option_text("DEVICE|all");
    command.add_flag("--trace-calls", o.trace_calls, "trace the calls that the harts make: time, depth, from and to");
    command.add_option("--trace-to", o.trace_to, "where to write these, a line each")->option_text("FILE");
    command
        .add_option_function<std::string>(
            "--trace-lines", [&o](const std::string& text) { o.trace_lines = parse_lines(text); },
            fmt::format("at most so many of them, the first ones (default: {})", kDefaultTraceLines))
        ->option_text("N");
    command.add_flag("--isp", o.isp, "begin in the boot ROM's serial mode, where a flashing tool writes the firmware");
    command.add_flag("--window", o.window, "show the LCD in a window, which is a console, too");
    command.add_flag("--headless", o.headless, "no window (the default)");
    command.callback([&command, &o] {
        check_options_together(command, o);
        if (o.window && o.headless) throw CLI::ExcludesError("--headless", "--window");
        refuse_empty_values(command);
    });
    command
        .add_option("--log", o.log, "how much to say: debug, info, warn (the default), error or off; of all or a KIND")
        ->option_text("LEVEL|KIND=LEVEL,...")
        ->delimiter(',');
    // Each of these takes one value a time, so that FIRMWARE may follow.
    for (const char* repeatable :
         {"--flash", "--camera", "--type", "--expect", "--log", "--wire", "--wifi-allow", "--break-on", "--trace-mmio"})
        command.get_option(repeatable)->allow_extra_args(false);
}

void add_profile_options(CLI::App& command, ProfileOptions& o) {
    command.add_option("--trace", o.trace, "write a timeline that opens in Perfetto and Chrome's tracing page")
        ->option_text("FILE.json");
    command.add_option("--html", o.html, "write a page that shows where the time went")->option_text("FILE.html");
    command.add_option("--stacks", o.stacks, "write what ran for how many microseconds, to make flame graphs of")
        ->option_text("FILE");
    command
        .add_option(
            "--profile-from", o.from,
            "count time only behind a line of the console in which this is (RE2 syntax), each time that it comes")
        ->option_text("REGEX");
    command
        .add_option("--profile-to", o.to,
                    "count time only up to a line in which this is; both: between the two, as often as they come")
        ->option_text("REGEX");
}

void set_log_levels(Log& log, const std::vector<std::string>& settings) {
    for (const std::string& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos)
            log.set_level(parse_level(setting, setting));
        else
            log.set_level(parse_kind(setting, setting.substr(0, equals)),
                          parse_level(setting, setting.substr(equals + 1)));
    }
}

}  // namespace k210::app
