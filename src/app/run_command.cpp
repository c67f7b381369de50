#include "app/run_command.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/card_input.hpp"
#include "app/console_input.hpp"
#include "app/console_output.hpp"
#include "app/ending_signals.hpp"
#include "app/files_apart.hpp"
#include "app/flash_keeper.hpp"
#include "app/flashing_tool.hpp"
#include "app/limits.hpp"
#include "app/outcome.hpp"
#include "app/output_names.hpp"
#include "app/outputs.hpp"
#include "app/pace.hpp"
#include "app/profile_session.hpp"
#include "app/report.hpp"
#include "app/rescue.hpp"
#include "app/run_inputs.hpp"
#include "app/script_end.hpp"
#include "app/signs_of_life.hpp"
#include "app/transcript.hpp"
#include "app/typist.hpp"
#include "app/uart_ends.hpp"
#include "app/watchdog.hpp"
#include "app/window_buttons.hpp"
#include "app/window_status.hpp"
#include "host/socket_network.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "k210/board/board_choice.hpp"
#include "k210/host/console.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/host_sdl/window.hpp"
#include "k210/machine/machine.hpp"

namespace k210::app {
namespace {

using WallClock = Watchdog::Clock;
using Seconds = Pace::Seconds;

constexpr std::string_view kFlash = "flash", kConsole = "console";  // as board files call them
constexpr std::string_view kConsoleLost = "console_lost", kScriptFinished = "script_finished",
                           kPoweredOff = "powered_off";
constexpr std::size_t kMostWaiting = 4096;  // of bytes on their way to the guest
constexpr std::uint64_t kAnswerPs = ps_from_us(10'000);
constexpr std::uint64_t kStepPs = ps_from_us(2000);  // host input and typing are looked at this often, in guest time
constexpr Seconds kNap(0.01);                        // and this often, in real time, while the guest has to wait
constexpr Seconds kIspNap(0.001);        // while a flashing tool, which waits for every answer, is to be heard
constexpr Seconds kStatusInterval(0.1);  // of the window's text

class Run {
public:
    Run(const RunOptions& options, CameraSource* camera)
        : options_(options), rescue_(options, firmware_name(options), started_), board_(choose_board(options.board)),
          transcript_(options.expect, options.fail) {
        limit(choose_limits(options.timeout_s, options.wall_timeout_s, true));  // reading inputs may take long, too
        set_log_levels(log_, options.log);
        check_files_apart(options);
        check_output_names(options);
        for (const auto& output : {options.screenshot, options.report})
            if (output) check_writable(*output);
        const std::size_t flash_bytes = board_.storage_bytes(kFlash);
        if (options.flash_image) {
            if (!flash_bytes) throw InputError(fmt::format("--flash-image: {} has no flash", board_.name));
            keeper_.emplace(*options.flash_image, flash_bytes);
        }
        flash_ = make_flash(options, keeper_ ? FlashImage(keeper_->contents()) : FlashImage(flash_bytes));
        wires_ = parse_wires(options);
        if (options.board.empty()) {
            boards_to_find_ = boards_that_can_be_found();
            if (const auto choice = board_named_in(flash_.contents, boards_to_find_)) settle_on(*choice);
        }
        if (options.sd || options.sd_snapshot || options.sd_write_back || options.sd_layout) card_.emplace(options);
        if (options.profile) profile_.emplace(*options.profile, options.firmware);
        if (!camera) own_camera_ = make_camera(options, log_);
        camera_ = camera ? camera : own_camera_.get();
        const std::string script = read_script(options);
        std::vector<std::string> lines;
        for (const std::string& text : options.type) lines.push_back(unescape(text));
        if (!options.wifi && !options.wifi_allow.empty()) throw InputError("--wifi-allow: needs --wifi");
        if (options.wifi) network_.emplace(options.wifi_allow);
        console_ = make_console(options.serial);
        uarts_.emplace(options);
        output_.emplace(
            *console_, transcript_,
            options.serial == "stdio" ? place_of_standard_streams() : ConsoleOutput::Place::apart,
            [this] { machine_->stop(); }, [](std::string_view text) { tell(text); });
        log_before_machine_ = log_;
        make_machine();
        check_ports();
        if (options.script) typist_.add_script(script);
        for (std::string& line : lines) typist_.add_line(std::move(line));
        if (options.window) {
            window_.emplace(
                window_title(), screen(), [this] { watchdog_.request(StopRequest::window_closed); }, kStatusLines);
            show_status();
        }
        limit(choose_limits(options.timeout_s, options.wall_timeout_s, somebody_there()));
        // What answers over a network does so in its own time: a guest at full speed would give up waiting for it.
        const bool at_board_speed = attended() || network_;
        pace_.emplace(options.speed.value_or(at_board_speed ? kBoardSpeed : kFullSpeed), wall_time());
        be_watched();
        // Nothing of the user's has been touched so far.
        if (keeper_) keeper_->begin(flash(), machine_->now());
        if (!options_.flashing_tool.empty()) tool_.emplace(options_.flashing_tool, console_->address());
    }

    ExitStatus finish() {
        const Outcome outcome = judge(loop());
        rescue_.stopped(outcome.status);
        watchdog_.enter(RunStage::writing_outputs);
        output_->finish();
        if (outcome.name == "crashed") tell("\n{}", machine_->crash_report());
        Outputs outputs;
        if (outcome.name == kConsoleLost)
            outputs.lost(outcome.reason);
        else if (outcome.status != kSuccess || outcome.name == kScriptFinished || outcome.name == kPoweredOff)
            tell("k210emu: {}\n", printable(outcome.reason));
        tell_untyped();
        rescue_.console(nullptr);
        input_.attach(nullptr);
        console_.reset();  // the terminal is itself again before anything below can fail
        uarts_->finish(outputs);
        if (keeper_) outputs.attempt([&] { keeper_->finish(flash(), machine_->now()); });
        if (card_) outputs.attempt([&] { card_->finish(*machine_); });
        if (options_.report) outputs.attempt([&] { write_report(outcome, outputs.status(outcome.status)); });
        if (options_.screenshot) outputs.attempt([&] { save_png(*options_.screenshot, screen()); });
        if (profile_) profile_->finish(machine_->now(), screen(), run_info(outcome), outputs);
        return outputs.status(outcome.status);
    }

private:
    void make_machine() {
        machine_.reset();
        MachineConfig config{board_, flash_.contents, flash_.program, *camera_, *output_};
        config.timing = options_.timing;
        config.crash_patience = guest_time(options_.crash_patience_s);
        config.strictness = options_.strictness;
        config.camera_mount = options_.camera_mount;
        config.terminal_baud = baud_;
        if (options_.isp) config.boot = options_.flashing_tool.empty() ? BootMode::isp : BootMode::isp_only;
        config.wires = wires_;
        if (profile_) profile_->watch(config);
        machine_.emplace(config, log_);
        machine_made_ = wall_time();
        log_.now = [this] { return machine_->now(); };
        if (card_) card_->insert(*machine_);
        uarts_->connect(*machine_);
        if (network_)
            if (auto* const module = machine_->first_port<WifiModule>()) module->connect(*network_);
        display_ = machine_->first_port<Display>();
        touched_.reset();
    }

    // A board of the user's own need not have what options ask for.
    void check_ports() const {
        const auto require = [this](bool there, const char* option, bool given, const char* what) {
            if (given && !there) throw InputError(fmt::format("{}: {} has no {}", option, board_.name, what));
        };
        require(display_, "--screenshot", options_.screenshot.has_value(), "display");
        require(display_, "--window", options_.window, "display");
        require(machine_->first_port<WifiModule>(), "--wifi", options_.wifi, "Wi-Fi module");
        const bool console = machine_->find_port<SerialLine>(kConsole);
        require(console, "--script", options_.script.has_value(), "console");
        require(console, "--type", !options_.type.empty(), "console");
    }
    const Picture& screen() const {
        static const Picture kNone;
        return display_ ? display_->picture() : kNone;
    }
    const Storage& flash() const { return machine_->port<Storage>(kFlash); }

    void limit(const Limits& limits) {
        limits_ = limits;
        rescue_.limits(limits);
        if (limits.wall_seconds != kNoLimit)
            watchdog_.limit(started_ + std::chrono::duration_cast<WallClock::duration>(Seconds(limits.wall_seconds)));
    }

    // From here on the watchdog has all that it may need.
    void be_watched() {
        rescue_.console(&*output_);
        input_.attach(&*console_);
        publish();
        watchdog_.enter(RunStage::running);
    }

    Watchdog::Config watchdog_config() {
        Watchdog::Config config;
        config.look = [this](bool stalled) {
            const bool quit = EndingSignals::received() || (stalled && input_.quit_requested_meanwhile());
            return quit ? StopRequest::interrupted : StopRequest::none;
        };
        config.end = [this](StopRequest request) { rescue_.end(request); };
        return config;
    }

    void tell_between_lines(std::string_view line) {
        if (output_)
            output_->message(line);
        else
            tell(line);
    }

    RunFigures figures() const { return figures_of(board_.name, board_reason_, *machine_, log_, life_.last()); }
    void publish() { rescue_.publish(figures(), screen(), transcript_.awaited()); }

    // Without --board: what firmware does with pads and buses before anybody has typed. Starting over loses nothing.
    void follow_firmware_to_its_board() {
        if (!options_.board.empty() || typed_ || options_.isp) return;
        GuestWiring wiring = machine_->guest_wiring();
        if (wiring != seen_wiring_) {  // it may not be complete
            seen_wiring_ = std::move(wiring);
            wiring_judged_ = false;
            return;
        }
        if (std::exchange(wiring_judged_, true)) return;
        if (const auto choice = board_that_fits(seen_wiring_, board_, boards_to_find_)) start_over_on(*choice);
    }
    void start_over_on(const BoardChoice& choice) {
        settle_on(choice);
        wiring_judged_ = false;
        output_->start_over();
        transcript_ = Transcript(options_.expect, options_.fail);
        typist_.start_over();
        life_ = {};
        log_ = *log_before_machine_;
        discarded_ += wall_time() - machine_made_;
        uarts_->start_over();
        make_machine();
        if (keeper_) keeper_->begin(flash(), machine_->now());
    }
    // Each board is tried once: firmware may look for what no board has together.
    void settle_on(const BoardChoice& choice) {
        board_reason_ = choice.why;
        board_ = *choice.board;
        std::erase_if(boards_to_find_, [&](const Board& board) { return board.name == board_.name; });
        tell_between_lines(fmt::format("k210emu: on the board {}: {}\n", board_.name, board_reason_));
        if (window_) window_->set_title(window_title());
    }
    // Those that have all that the options may need.
    std::vector<Board> boards_that_can_be_found() const {
        std::vector<Board> found;
        for (const Board& board : boards())
            if (board.name != board_.name && board.offers(PortKind::display) &&
                board.storage_bytes(kFlash) == board_.storage_bytes(kFlash) && wires_fit(board))
                found.push_back(board);
        return found;
    }

    bool wires_fit(const Board& board) const {
        return std::ranges::none_of(wires_, [&](const Wire& wire) { return board.complaint_about(wire).has_value(); });
    }

    Seconds wall_time() const { return WallClock::now() - started_; }

    // Until something ends the run; judge() has the last word.
    Outcome loop() {
        const SimTime deadline = limits_.guest_deadline();
        console_->write({});  // what it replaces is gone from here on
        uarts_->begin();
        for (;;) {
            const StopReason reason = machine_->run_until(std::min(deadline, after(machine_->now(), kStepPs)));
            const SimTime now = machine_->now();
            watchdog_.alive();
            output_->look(now);
            life_.look(machine_->counters(), transcript_.bytes(), now);
            if (keeper_) keeper_->look(flash(), now, log_);
            if (card_) card_->look(*machine_, log_);
            if (transcript_.look(now) || transcript_.verdict() != Transcript::Verdict::none) return {};
            if (reason == StopReason::crashed) return {kGuestFailed, "crashed", "the guest has crashed"};
            if (reason == StopReason::powered_off) return ended(kPoweredOff, "the board has switched itself off");
            if (reason == StopReason::idle && !attended() && !waits_for_a_tool())
                return ended("ended", "the guest has nothing left to do");
            if (const std::string why = console_->failure(); !why.empty()) return {kSuccess, kConsoleLost, why};
            if (now >= deadline) return timed_out(limits_);
            if (const auto outcome = ended_from_outside()) return *outcome;
            if (tool_ && tool_->ended()) return tool_outcome(*tool_->ended());
            follow_firmware_to_its_board();
            if (const auto outcome = script_outcome(now)) return *outcome;
            if (const std::string line = typist_.look(now); !line.empty())
                log_.host(LogLevel::warn, "type", "'{}' was typed after a second of silence, without a prompt", line);
            take_input();
            if (rescue_.due(WallClock::now())) publish();
            if (const auto outcome = keep_pace(reason)) return *outcome;
        }
    }

    // What the patterns say comes first; then whatever ended the run, completed by what is useful to know.
    Outcome judge(Outcome outcome) {
        transcript_.finish();
        switch (transcript_.verdict()) {
            case Transcript::Verdict::expected: return {kSuccess, "expected", {}};
            case Transcript::Verdict::failed:
                return {kGuestFailed, "failed",
                        fmt::format("--fail: the guest said '{}'{}", transcript_.matched(),
                                    after_guest_seconds(machine_->now()))};
            case Transcript::Verdict::none: break;
        }
        if (outcome.name == kConsoleLost) return outcome;
        const SimTime now = machine_->now();
        outcome.reason += after_guest_seconds(now) + outcome.note + still_awaited(transcript_);
        if (outcome.status == kTimedOut) outcome.reason += suspects(machine_->missing_blocks(), life_.last(), now);
        return outcome;
    }

    static Outcome tool_outcome(int status) {
        if (status == 0) return {kSuccess, "flashed", "the flashing tool has finished"};
        return {kGuestFailed, "not_flashed", fmt::format("the flashing tool ended with status {}", status)};
    }

    std::optional<Outcome> ended_from_outside() {
        if (input_.quit_requested()) watchdog_.request(StopRequest::interrupted);
        if (window_) show_window();
        const StopRequest request = watchdog_.requested();
        if (request == StopRequest::none) return {};
        return app::ended_from_outside(request, transcript_.awaited(), limits_);
    }

    // Where nobody is there to go on, a script's end is the run's.
    std::optional<Outcome> script_outcome(SimTime now) const {
        if (!options_.script || !options_.expect.empty() || attended() || !typist_.script_entered()) return {};
        if (const auto exception = exception_before_prompt(transcript_.said()); exception && typist_.at_prompt())
            return Outcome{kGuestFailed, "script_raised", fmt::format("the script has raised {}", *exception)};
        if (typist_.finished(now)) return Outcome{kSuccess, kScriptFinished, "the script has finished"};
        return {};
    }

    // Sleeps until the guest is no longer ahead of its clock; listens meanwhile.
    std::optional<Outcome> keep_pace(StopReason reason) {
        if (machine_->in_isp()) {
            // Tools count the host's time: what comes in is taken as fast as it can be.
            if (reason == StopReason::idle) std::this_thread::sleep_for(kIspNap);
            pace_->begin_at(machine_->now(), wall_time());
            return {};
        }
        // With nothing left to do but to wait for somebody, there is no hurry.
        if (reason == StopReason::idle && pace_->at_full_speed()) std::this_thread::sleep_for(kNap);
        for (;;) {
            const Seconds ahead = pace_->ahead(machine_->now(), wall_time());
            if (ahead.count() <= 0) return {};
            std::this_thread::sleep_for(std::min(ahead, kNap));
            watchdog_.alive();
            if (const auto outcome = ended_from_outside()) return outcome;
            take_input();
        }
    }

    Outcome ended(std::string_view name, std::string reason) const {
        return {transcript_.awaited() ? kGuestFailed : kSuccess, name, std::move(reason)};
    }

    bool at_a_line() const { return console_->interactive() || uarts_->interactive(); }
    bool somebody_there() const { return window_ || at_a_line(); }
    // Somebody is watching: the guest runs no faster than its clock, unless told otherwise, and stays when it has
    // nothing left to do.
    bool attended() const {
        const bool has_a_goal = !options_.expect.empty() || options_.timeout_s;
        return window_.has_value() || (at_a_line() && !has_a_goal);
    }

    // No further ahead of the guest than a serial port's driver would be.
    void take_input() {
        if (uarts_->look(*machine_)) typed_ = true;
        auto* const line = machine_->find_port<SerialLine>(kConsole);
        for (;;) {
            if (new_baud_ && !change_rate(*line)) return;
            if (!line || line->waiting() < kMostWaiting)
                if (const std::string typed = input_.take(); !typed.empty()) type(typed);
            const auto change = input_.take_line_change();
            if (!change) return;
            if (line) apply(*change, *line);
        }
    }
    void apply(const LineChange& change, SerialLine& line) {
        if (change.baud) {
            new_baud_ = change.baud;
            baud_due_ = SimTime::never();
            baud_due_at_last_ = after(machine_->now(), kPsPerSecond);
        }
        if (!change.dtr && !change.rts) return;
        typed_ = true;  // there may be something else in the flash by now
        modem_lines_ = {change.dtr.value_or(modem_lines_.dtr), change.rts.value_or(modem_lines_.rts)};
        line.set_modem_lines(modem_lines_);
    }
    // Once what was sent before has arrived, and the guest has had time to answer it: a tool has slept meanwhile, in
    // time of the host's. A guest that takes nothing holds that up only so long. False: not yet.
    bool change_rate(SerialLine& line) {
        const SimTime now = machine_->now();
        if (line.sending())
            baud_due_ = SimTime::never();
        else if (baud_due_ == SimTime::never())
            baud_due_ = after(now, kAnswerPs);
        if (now < std::min(baud_due_, baud_due_at_last_)) return false;
        line.set_baud(baud_ = *std::exchange(new_baud_, std::nullopt));
        return true;
    }
    bool waits_for_a_tool() const { return tool_ || (console_->interactive() && machine_->in_isp()); }

    void type(std::string_view keys) {
        typed_ = true;
        if (auto* const console = machine_->find_port<SerialLine>(kConsole)) console->send(keys);
    }

    std::string window_title() const { return fmt::format("{} on {} - k210emu", firmware_name(options_), board_.name); }

    void show_window() {
        if (display_->generation() != shown_generation_) {
            shown_generation_ = display_->generation();
            window_->show(screen());
        }
        show_lights();
        if (wall_time() - status_shown_ >= kStatusInterval) show_status();
        const Window::Input input = window_->take_input();
        if (!input.typed.empty()) type(input.typed);
        for (const auto& [key, button, label] : kWindowButtons)
            if (Button* const there = machine_->find_port<Button>(button))
                there->press(input.pressed[static_cast<std::size_t>(key)]);
        if (auto* const encoder = machine_->find_port<Encoder>(kWindowEncoder))
            for (const auto& [key, clicks, label] : kWindowTurns) {
                const auto which = static_cast<std::size_t>(key);
                if (input.pressed[which] && !pressed_before_[which]) encoder->turn(clicks);
            }
        pressed_before_ = input.pressed;
        touch(input.touched);
    }

    void show_lights() {
        std::vector<Window::Lamp> lamps;
        for (const auto& [name, colours] : lights_of(*machine_)) {
            lamps.push_back({name, {}});
            for (const Colour& c : colours) lamps.back().colours.push_back({c.red, c.green, c.blue});
        }
        if (lamps == shown_lamps_) return;
        window_->show_lamps(lamps);
        shown_lamps_ = std::move(lamps);
    }

    void touch(std::optional<Window::Pixel> there) {
        auto* const screen = machine_->first_port<Touch>();
        if (!screen || there == touched_) return;
        touched_ = there;
        if (there)
            screen->touch(there->x, there->y);
        else
            screen->release();
    }

    void show_status() {
        status_shown_ = wall_time();
        const SimTime now = machine_->now();
        window_->show_status(
            window_status(firmware_name(options_), board_, now, speedometer_.look(now, status_shown_)));
        if (drawn_) return;
        const auto notice = window_notice(screen(), machine_->lcd_clock_pad().has_value());
        window_->show_notice(notice);
        drawn_ = notice.empty();
    }

    void tell_untyped() const {
        const auto say = [](std::string_view what) {
            tell("k210emu: {} was not typed: the guest had no prompt for it\n", what);
        };
        if (typist_.script_untyped()) say("the script");
        for (const std::string& line : typist_.untyped_lines()) say(fmt::format("--type '{}'", printable(line)));
    }

    profile::RunInfo run_info(const Outcome& outcome) const {
        return {fmt::format("{} on {}", firmware_name(options_), board_.name), options_.profile->command,
                transcript_.matched().empty() ? std::string(outcome.name)
                                              : fmt::format("{}: {}", outcome.name, transcript_.matched()),
                std::string(to_string(options_.timing))};
    }

    void write_report(const Outcome& outcome, ExitStatus status) const {
        const std::string firmware = firmware_name(options_);
        const RunFacts facts{firmware,
                             options_.timing,
                             outcome.name,
                             outcome.reason,
                             transcript_.matched(),
                             status,
                             false,
                             (wall_time() - discarded_).count()};
        write_file_atomically(*options_.report, make_report(facts, figures()));
    }

    // Ending the run comes first, so that nothing below can keep it from that.
    const RunOptions& options_;
    const WallClock::time_point started_ = WallClock::now();
    Limits limits_;
    const EndingSignals signals_;
    Rescue rescue_;
    ConsoleInput input_;
    Watchdog watchdog_{watchdog_config()};

    Board board_;
    std::string board_reason_{options_.board.empty() ? "the default" : "asked for"};
    std::vector<Board> boards_to_find_;
    GuestWiring seen_wiring_;
    bool wiring_judged_ = false;  // it fits no other board better
    std::optional<FlashKeeper> keeper_;
    std::optional<CardInput> card_;
    Flash flash_;  // as it was at the start
    Log log_ = Log::writing_to([this](std::string_view line) { tell_between_lines(line); });
    std::optional<Log> log_before_machine_;
    Transcript transcript_;
    std::unique_ptr<CameraSource> own_camera_;
    CameraSource* camera_ = nullptr;
    std::unique_ptr<Console> console_;
    std::optional<ConsoleOutput> output_;
    std::vector<Wire> wires_;
    std::optional<SocketNetwork> network_;
    std::optional<UartEnds> uarts_;
    std::optional<ProfileSession> profile_;
    std::optional<Machine> machine_;
    SignsOfLife life_;
    Display* display_ = nullptr;  // of the machine; none: the board has none
    std::optional<Pace> pace_;
    std::optional<FlashingTool> tool_;
    Typist typist_{transcript_, [this](std::string_view keys) { type(keys); }};
    bool typed_ = false;
    std::uint64_t baud_ = options_.baud;     // of the terminal on the console, which may change it
    std::optional<std::uint64_t> new_baud_;  // that it will have
    SimTime baud_due_, baud_due_at_last_;
    ModemLines modem_lines_;
    std::optional<Window> window_;
    std::optional<Window::Pixel> touched_;  // by the mouse
    std::uint64_t shown_generation_ = ~0ull;
    std::vector<Window::Lamp> shown_lamps_;
    std::array<bool, kFunctionKeys> pressed_before_{};
    bool drawn_ = false;  // something on the LCD
    Seconds status_shown_{0};
    Seconds machine_made_{0}, discarded_{0};  // what other machines have taken
    Speedometer speedometer_;
};

}  // namespace

ExitStatus run(const RunOptions& options, CameraSource* camera) {
    return Run(options, camera).finish();
}

}  // namespace k210::app
