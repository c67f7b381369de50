#include "app/run_command.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "app/builtin_demo.hpp"
#include "app/demo_camera.hpp"
#include "app/flash_keeper.hpp"
#include "app/outputs.hpp"
#include "app/pace.hpp"
#include "app/profile_session.hpp"
#include "app/report.hpp"
#include "app/transcript.hpp"
#include "app/typist.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/console.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/host_sdl/window.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/soc/machine.hpp"

namespace k210::app {
namespace {

SimTime guest_time(double seconds) {
    return {static_cast<std::uint64_t>(seconds * static_cast<double>(kPsPerSecond))};
}

using WallClock = std::chrono::steady_clock;

constexpr std::uint64_t kStepPs = ps_from_us(2000);  // host input and typing are looked at this often, in guest time
constexpr Pace::Seconds kNap(0.01);                  // and this often, in real time, while the guest has to wait
constexpr std::string_view kDefaultBoard = "maix_bit";
constexpr std::string_view kConsoleLost = "console_lost";

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C and termination end the run in order, with report and screenshot written.
class InterruptGuard {
public:
    InterruptGuard() {
        interrupted = 0;
        for (std::size_t i = 0; i < std::size(kSignals); ++i)
            previous_[i] = std::signal(kSignals[i], [](int) { interrupted = 1; });
    }
    ~InterruptGuard() {
        for (std::size_t i = 0; i < std::size(kSignals); ++i) std::signal(kSignals[i], previous_[i]);
    }
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    void (*previous_[std::size(kSignals)])(int);
};

// What the guest says goes to the console and into the transcript; a verdict stops the machine.
class GuestOutput final : public SerialSink {
public:
    GuestOutput(Console& console, Transcript& transcript, std::function<void()> verdict)
        : console_(console), transcript_(transcript), verdict_(std::move(verdict)) {}
    void receive(std::uint8_t byte) override {
        if (repeated_) {
            --repeated_;
            return;
        }
        pending_ += static_cast<char>(byte);
        if (transcript_.add(byte)) verdict_();
    }
    void start_over() { repeated_ = transcript_.bytes(); }  // the guest will say the same again
    void flush() {
        if (!pending_.empty()) console_.write(pending_);
        pending_.clear();
    }

private:
    Console& console_;
    Transcript& transcript_;
    std::function<void()> verdict_;
    std::string pending_;
    std::uint64_t repeated_ = 0;
};

struct Outcome {
    ExitStatus status;
    std::string_view name;
};

std::unique_ptr<CameraSource> make_camera(const RunOptions& options, Log& log) {
    if (options.camera)
        return open_camera_source(*options.camera,
                                  [&log](const std::string& why) { log.host(LogLevel::warn, "camera", "{}", why); });
    if (!options.firmware) return std::make_unique<DemoCamera>();
    return std::make_unique<TestChartCamera>();
}

// Firmware, overlays and the kept image, put together as the flash chip's contents.
struct Flash {
    std::vector<std::uint8_t> contents;
    std::optional<Program> program;
};

Flash make_flash(const RunOptions& options, FlashImage image) {
    std::optional<Program> program;
    if (options.firmware)
        program = load_firmware(*options.firmware, image);
    else
        program = load_firmware(demo_firmware(), "the built-in demo", image);
    for (const std::string& overlay : options.flash) load_overlay(overlay, image);
    return {std::move(image).release(), std::move(program)};
}

class Run {
public:
    explicit Run(const RunOptions& options)
        : options_(options), board_(&find_board(options.board.empty() ? kDefaultBoard : options.board)),
          transcript_(options.expect, options.fail) {
        set_log_levels(log_, options.log);
        for (const auto& output : {options.screenshot, options.report})
            if (output) check_writable(*output);
        if (options.flash_image) keeper_.emplace(*options.flash_image, board_->flash.size_bytes);
        flash_ = make_flash(
            options, keeper_ ? FlashImage(keeper_->contents()) : FlashImage(std::size_t{board_->flash.size_bytes}));
        if (options.profile) profile_.emplace(*options.profile, options.firmware);
        camera_ = make_camera(options, log_);
        const std::string script = read_script();
        std::vector<std::string> lines;
        for (const std::string& text : options.type) lines.push_back(unescape(text));
        console_ = make_console(options.serial);
        output_.emplace(*console_, transcript_, [this] { machine_->stop(); });
        make_machine();
        log_.now = [this] { return machine_->now(); };
        if (options.script) typist_.add_script(script);
        for (std::string& line : lines) typist_.add_line(std::move(line));
        if (options.window) window_.emplace("k210emu: " + std::string(board_->name), machine_->screen());
        pace_.emplace(options.speed.value_or(attended() ? kBoardSpeed : kFullSpeed), wall_time());
        // Nothing of the user's has been touched so far.
        if (keeper_) keeper_->begin(*machine_);
    }

    ExitStatus finish() {
        const Outcome outcome = loop();
        output_->flush();
        if (outcome.name == "crashed") tell("\n{}", machine_->crash_report());
        Outputs outputs;
        if (outcome.name == kConsoleLost) outputs.lost(console_->failure());
        console_.reset();  // the terminal is itself again before anything below can fail
        if (keeper_) outputs.attempt([&] { keeper_->finish(*machine_); });
        if (options_.report) outputs.attempt([&] { write_report(outcome, outputs.status(outcome.status)); });
        if (options_.screenshot) outputs.attempt([&] { save_png(*options_.screenshot, machine_->screen()); });
        if (profile_) profile_->finish(*machine_, run_info(outcome), outputs);
        return outputs.status(outcome.status);
    }

private:
    void make_machine() {
        machine_.reset();
        MachineConfig config{*board_, flash_.contents, flash_.program, *camera_, *output_};
        config.timing = options_.timing;
        config.crash_patience = guest_time(options_.crash_patience_s);
        config.strictness = options_.strictness;
        if (profile_) profile_->watch(config);
        machine_.emplace(config, log_);
    }

    // Without --board, the pad on which firmware clocks its LCD tells what it was built for. That is known before
    // anybody has typed, so starting over on the right board loses nothing.
    void follow_firmware_to_its_board() {
        const auto pad = machine_->lcd_clock_pad();
        if (!options_.board.empty() || typed_ || !pad || *pad == board_->lcd.clock_pad) return;
        for (const Board& other : boards()) {
            if (other.lcd.clock_pad != *pad) continue;
            log_.host(LogLevel::info, "board", "the firmware drives an LCD as on {}: starting over there", other.name);
            board_ = &other;
            output_->start_over();
            make_machine();
            if (keeper_) keeper_->begin(*machine_);
            return;
        }
    }

    std::string read_script() const {
        if (!options_.script) return {};
        const auto bytes = read_file(*options_.script);
        return {bytes.begin(), bytes.end()};
    }

    Pace::Seconds wall_time() const { return WallClock::now() - started_; }

    Outcome loop() {
        const InterruptGuard guard;
        const SimTime deadline = options_.timeout_s ? guest_time(*options_.timeout_s) : SimTime::never();
        console_->write({});  // what it replaces is gone from here on
        for (;;) {
            const StopReason reason = machine_->run_until(std::min(deadline, after(machine_->now(), kStepPs)));
            output_->flush();
            if (keeper_) keeper_->look(*machine_, log_);
            transcript_.look(machine_->now());
            if (transcript_.verdict() == Transcript::Verdict::expected) return {kSuccess, "expected"};
            if (transcript_.verdict() == Transcript::Verdict::failed) return {kGuestFailed, "failed"};
            if (reason == StopReason::crashed) return {kGuestFailed, "crashed"};
            if (reason == StopReason::idle && !attended()) return ended("ended");
            if (!console_->failure().empty()) return {kSuccess, kConsoleLost};
            if (machine_->now() >= deadline) return {kTimedOut, "timeout"};
            if (const auto outcome = ended_from_outside()) return *outcome;
            follow_firmware_to_its_board();
            if (const std::string line = typist_.look(machine_->now()); !line.empty())
                log_.host(LogLevel::warn, "type", "'{}' was typed after a second of silence, without a prompt", line);
            take_input();
            if (const auto outcome = keep_pace(reason)) return *outcome;
        }
    }

    std::optional<Outcome> ended_from_outside() {
        if (options_.wall_timeout_s && wall_time().count() >= *options_.wall_timeout_s)
            return Outcome{kTimedOut, "wall_timeout"};
        if (interrupted || console_->quit_requested()) return ended("interrupted");
        if (window_ && !show_window()) return ended("ended");
        return {};
    }

    // Sleeps until the guest is no longer ahead of its clock; listens meanwhile.
    std::optional<Outcome> keep_pace(StopReason reason) {
        // With nothing left to do but to wait for somebody, there is no hurry.
        if (reason == StopReason::idle && pace_->at_full_speed()) std::this_thread::sleep_for(kNap);
        for (;;) {
            const Pace::Seconds ahead = pace_->ahead(machine_->now(), wall_time());
            if (ahead.count() <= 0) return {};
            std::this_thread::sleep_for(std::min(ahead, kNap));
            if (const auto outcome = ended_from_outside()) return outcome;
            take_input();
        }
    }

    Outcome ended(std::string_view name) const { return {transcript_.awaited() ? kGuestFailed : kSuccess, name}; }

    // Somebody is watching: the guest runs no faster than its clock, unless told otherwise, and stays when it has
    // nothing left to do.
    bool attended() const {
        const bool has_a_goal = !options_.expect.empty() || options_.timeout_s;
        return window_.has_value() || (console_->interactive() && !has_a_goal);
    }

    void take_input() {
        std::array<std::uint8_t, 256> typed;
        if (const std::size_t count = console_->read(typed)) type({reinterpret_cast<const char*>(typed.data()), count});
    }

    void type(std::string_view keys) {
        typed_ = true;
        machine_->type(keys);
    }

    bool show_window() {
        if (machine_->screen_generation() != shown_generation_) {
            shown_generation_ = machine_->screen_generation();
            window_->show(machine_->screen());
        }
        if (!window_->poll()) return false;
        for (std::size_t i = 0; i < kButtons; ++i) {
            const auto button = static_cast<Button>(i);
            machine_->press(button, window_->pressed(button));
        }
        return true;
    }

    std::string firmware_name() const { return options_.firmware ? options_.firmware->filename().string() : "demo"; }

    profile::RunInfo run_info(const Outcome& outcome) const {
        return {fmt::format("{} on {}", firmware_name(), board_->name), options_.profile->command,
                transcript_.matched().empty() ? std::string(outcome.name)
                                              : fmt::format("{}: {}", outcome.name, transcript_.matched()),
                std::string(to_string(options_.timing))};
    }

    void write_report(const Outcome& outcome, ExitStatus status) const {
        const std::string firmware = firmware_name();
        const RunFacts facts{firmware, board_->name,        outcome.name,   transcript_.matched(),
                             status,   wall_time().count(), options_.timing};
        write_file_atomically(*options_.report, make_report(facts, *machine_, log_));
    }

    const RunOptions& options_;
    const Board* board_;
    std::optional<FlashKeeper> keeper_;
    Flash flash_;  // as it was at the start
    const WallClock::time_point started_ = WallClock::now();
    Log log_;
    Transcript transcript_;
    std::unique_ptr<CameraSource> camera_;
    std::unique_ptr<Console> console_;
    std::optional<GuestOutput> output_;
    std::optional<ProfileSession> profile_;
    std::optional<Machine> machine_;
    std::optional<Pace> pace_;
    Typist typist_{transcript_, [this](std::string_view keys) { type(keys); }};
    bool typed_ = false;
    std::optional<Window> window_;
    std::uint64_t shown_generation_ = ~0ull;
};

}  // namespace

ExitStatus run(const RunOptions& options) {
    return Run(options).finish();
}

}  // namespace k210::app
