#include "app/run_command.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/card_input.hpp"
#include "app/console_input.hpp"
#include "app/console_output.hpp"
#include "app/ending_signals.hpp"
#include "app/escapes.hpp"
#include "app/files_apart.hpp"
#include "app/firmware_symbols.hpp"
#include "app/flash_keeper.hpp"
#include "app/flashing_tool.hpp"
#include "app/going_back.hpp"
#include "app/limits.hpp"
#include "app/outcome.hpp"
#include "app/output_names.hpp"
#include "app/outputs.hpp"
#include "app/picture_log.hpp"
#include "app/profile_session.hpp"
#include "app/recorder.hpp"
#include "app/report.hpp"
#include "app/rescue.hpp"
#include "app/run_inputs.hpp"
#include "app/run_window.hpp"
#include "app/snapshots.hpp"
#include "app/sound_files.hpp"
#include "app/trace_session.hpp"
#include "app/uart_ends.hpp"
#include "app/watchdog.hpp"
#include "debug/break_on.hpp"
#include "debug/gdb_server.hpp"
#include "debug/past.hpp"
#include "host/socket_network.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "k210/host/console.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/host_sdl/loudspeaker.hpp"
#include "k210/session/session.hpp"
#include "session/pace.hpp"
#include "session/replay.hpp"

namespace k210::app {
namespace {

using WallClock = Watchdog::Clock;
using Seconds = Pace::Seconds;

constexpr std::string_view kConsoleLost = "console_lost";
constexpr std::size_t kMostWaiting = 4096;  // of bytes on their way to the guest
constexpr Seconds kNap(0.01);               // how often host input is looked at while the guest has to wait
constexpr Seconds kIspNap(0.001);           // while a flashing tool, which waits for every answer, is to be heard

// What is no Session's: files, the terminal, the window, real time and signals.
class Run final : public SessionListener {
public:
    // What the options say to go on from, and to replay, or nullptr.
    Run(const RunOptions& options, CameraSource* camera, const SavedSession* from, Replay* replay)
        : options_(options), from_(from), replay_(replay), rescue_(options, firmware_name(options), started_) {
        limit(choose_limits(options.timeout_s, options.wall_timeout_s, true));  // reading inputs may take long, too
        set_log_levels(log_, options.log);
        SessionConfig config = open_inputs(camera);
        limit(choose_limits(options.timeout_s, options.wall_timeout_s, somebody_there()));
        config.deadline = replay_ ? replay_->end() : after(begun_at(), limits_.guest_deadline().ps);
        session_.emplace(std::move(config), log_, *this);
        if ((options.gdb || break_on_) && goes_forward_only(options).empty())
            past_.emplace(*session_, [this] { arm(machine()); });
        if (break_on_) break_on_->listen(log_, [this]() -> Machine& { return machine(); });
        check_ports();
        // What answers over a network does so in its own time: a guest at full speed would give up waiting for it.
        const bool at_board_speed = replay_ ? options.window : attended() || network_;
        const double speed = options.speed.value_or(at_board_speed ? kBoardSpeed : kFullSpeed);
        pace_.emplace(speed, wall_time());
        if (options.window) open_window(speed);
        pace_->begin_at(begun_at(), wall_time());
        be_watched();
        // Nothing of the user's has been touched so far.
        if (keeper_) keeper_->begin(flash(), now());
        if (recorder_) recorder_->open();
        if (debugger_) tell("k210emu: waits for a debugger: target remote {}\n", debugger_->address());
        if (!options_.flashing_tool.empty()) tool_.emplace(options_.flashing_tool, console_->address());
    }

    ExitStatus finish() {
        Outcome outcome = completed(loop());
        if (replay_ && over_) outcome = compared();
        rescue_.stopped(outcome.status);
        if (debugger_) debugger_->ended(outcome.status);
        watchdog_.enter(RunStage::writing_outputs);
        output_->finish();
        if (met_) tell("\n{}", met_->description);
        if (session_->stop_reason() == StopReason::crashed) tell("\n{}", machine().crash_report());
        Outputs outputs;
        if (outcome.name == kConsoleLost)
            outputs.lost(outcome.reason);
        else if (outcome.status != kSuccess || outcome.name == "script_finished" || outcome.name == "powered_off")
            tell("k210emu: {}\n", printable(outcome.reason));
        tell_untyped();
        rescue_.console(nullptr);
        input_.attach(nullptr);
        console_.reset();  // the terminal is itself again before anything below can fail
        uarts_->finish(outputs);
        snapshots_.finish(outputs);
        if (recorder_) outputs.attempt([&] { recorder_->finish(*session_); });
        if (states_) outputs.attempt([&] { states_->finish(*session_); });
        if (keeper_) outputs.attempt([&] { keeper_->finish(flash(), now()); });
        if (card_) outputs.attempt([&] { card_->finish(machine()); });
        if (options_.report) outputs.attempt([&] { write_report(outcome, outputs.status(outcome.status)); });
        if (options_.screenshot) outputs.attempt([&] { save_png(*options_.screenshot, screen()); });
        if (pictures_) pictures_->finish(*machine().first_port<Display>(), now(), outputs);
        if (speaker_) speaker_->finish(outputs);
        if (trace_) trace_->finish(outputs);
        if (profile_) profile_->finish(machine(), screen(), run_info(outcome), outputs);
        return outputs.status(outcome.status);
    }

private:
    // Reads and checks all that the run begins with. Touches nothing of the user's.
    SessionConfig open_inputs(CameraSource* camera) {
        check_files_apart(options_);
        check_output_names(options_);
        for (const auto& output : {options_.screenshot, options_.report})
            if (output) check_writable(*output);
        if (options_.screenshots || options_.screenshot_every_s || options_.video) pictures_.emplace(options_);
        if (options_.save_at) check_writable(options_.save_at->file);
        if (options_.save_on) check_writable(options_.save_on->file);
        if (options_.wifi && (options_.save_at || options_.save_on))
            throw InputError("--save-at and --save-on: what is behind --wifi cannot be saved");
        if (options_.record || options_.replay || options_.save_at || options_.save_on)
            check_camera_can_be_kept(options_);
        SessionConfig config = from_ ? from_->made_from : switched_on();
        config.replays = replay_ != nullptr;
        if (from_) {
            config.from = &from_->snapshot;
            firmware_sha256_ = options_.resumed->firmware_sha256;
        }
        if (options_.record || replay_) note_parts(config);
        config.expect = options_.expect;
        config.fail = options_.fail;
        if (options_.save_on) config.watch_for = options_.save_on->pattern;
        if (options_.profile) profile_.emplace(*options_.profile, symbols_of(options_));
        if (!camera) own_camera_ = make_camera(options_, log_);
        config.camera = camera ? camera : own_camera_.get();
        cameras_ = cameras_to_choose_from(*config.camera, options_, log_);
        config.microphone = make_microphone(options_);
        if (options_.audio && !options_.window) throw InputError("--audio: only beside a --window");
        if (options_.speaker) sounds_.add(speaker_.emplace(*options_.speaker).sink());
        if (options_.audio) sounds_.add(loudspeaker_.emplace());
        if (!sounds_.empty()) config.speaker = &sounds_once_;
        if (options_.script) config.script = read_script(options_);
        for (const std::string& text : options_.type) config.lines.push_back(unescape(text));
        if (options_.gdb) debugger_.emplace(*options_.gdb, debugged());
        if (!options_.break_on.empty()) break_on_.emplace(options_.break_on, symbols_of(options_));
        if (options_.trace_to) trace_.emplace(options_, symbols_of(options_), [this] { return again(); });
        console_ = make_console(options_.serial);
        uarts_.emplace(options_);
        config.uarts = uarts_->sinks();
        for (SerialSink*& sink : config.uarts)
            if (sink) sink = &uarts_once_.emplace_back(sink, nullptr, [this] { return again(); });
        output_.emplace(*console_,
                        options_.serial == "stdio" ? place_of_standard_streams() : ConsoleOutput::Place::apart,
                        [](std::string_view text) { tell(text); });
        return config;
    }
    // Of what there will be a record, or is one.
    void note_parts(const SessionConfig& config) {
        const RecordedParts parts = parts_of(config, options_);
        if (options_.record) recorder_.emplace(*options_.record, parts);
        if (!replay_) return;
        if (const std::string others = what_differs(replay_->record().parts, parts); !others.empty())
            tell("k210emu: {}: not the same as when it was recorded: {}\n", options_.replay->string(), others);
    }
    // What a board is switched on with.
    SessionConfig switched_on() {
        SessionConfig config = described();
        const std::size_t flash_bytes = config.board.storage_bytes(kFlashPort);
        if (options_.flash_image) {
            if (!flash_bytes) throw InputError(fmt::format("--flash-image: {} has no flash", config.board.name));
            keeper_.emplace(*options_.flash_image, flash_bytes);
        }
        Flash flash = make_flash(options_, keeper_ ? FlashImage(keeper_->contents()) : FlashImage(flash_bytes));
        if (options_.report || options_.save_at || options_.save_on || options_.window || options_.gdb)
            firmware_sha256_ = firmware_sha256(flash);
        config.flash = std::move(flash.contents);
        config.program = std::move(flash.program);
        if (options_.sd || options_.sd_snapshot || options_.sd_write_back || options_.sd_layout) {
            card_.emplace(options_);
            config.card = card_->card();
        }
        if (!options_.wifi && !options_.wifi_allow.empty()) throw InputError("--wifi-allow: needs --wifi");
        if (options_.wifi) config.network = &network_.emplace(options_.wifi_allow);
        return config;
    }
    // The board, and how it is set up: by a record, or by the options.
    SessionConfig described() const {
        if (replay_) return replay_->record().made_from;
        SessionConfig config{.board = choose_board(options_.board), .find_board = options_.board.empty()};
        config.settings.wires = parse_wires(options_);
        config.settings.camera_mount = options_.camera_mount;
        config.settings.timing = options_.timing;
        config.settings.crash_patience = guest_time(options_.crash_patience_s);
        config.settings.strictness = options_.strictness;
        config.settings.flash_timing = options_.flash_timing;
        config.settings.terminal_baud = options_.baud;
        if (options_.isp) config.settings.boot = options_.flashing_tool.empty() ? BootMode::isp : BootMode::isp_only;
        return config;
    }

    void open_window(double speed) {
        const auto tell_line = [this](std::string_view line) { tell_between_lines(line); };
        states_.emplace(options_, firmware_sha256_, tell_line);
        window_.emplace(RunWindow::Config{firmware_name(options_), speed, cameras_,
                                          [this] { watchdog_.request(StopRequest::window_closed); }, tell_line,
                                          &*states_, [this] { gone_elsewhere(); }},
                        *session_, screen());
    }

    // By a key of the window.
    void gone_elsewhere() {
        if (past_) past_->changed();
        pace_->begin_at(now(), wall_time());
    }

    // A board of the user's own need not have what options ask for.
    void check_ports() const {
        const auto require = [this](bool there, const char* option, bool given, const char* what) {
            if (given && !there)
                throw InputError(fmt::format("{}: {} has no {}", option, session_->board().name, what));
        };
        const bool display = machine().first_port<Display>();
        require(display, "--screenshot", options_.screenshot.has_value(), "display");
        require(display, "--screenshots", options_.screenshots.has_value(), "display");
        require(display, "--video", options_.video.has_value(), "display");
        require(display, "--window", options_.window, "display");
        require(machine().first_port<Speaker>(), "--speaker", options_.speaker.has_value(), "speaker");
        require(machine().first_port<Speaker>(), "--audio", options_.audio, "speaker");
        require(machine().first_port<WifiModule>(), "--wifi", options_.wifi, "Wi-Fi module");
        const bool console = console_line();
        require(console, "--script", options_.script.has_value(), "console");
        require(console, "--type", !options_.type.empty(), "console");
    }

    Machine& machine() const { return session_->machine(); }
    SimTime now() const { return session_->now(); }
    SimTime begun_at() const { return from_ ? from_->snapshot.when : SimTime{}; }
    const Picture& screen() const { return screen_of(machine()); }
    const Storage& flash() const { return machine().port<Storage>(kFlashPort); }
    SerialLine* console_line() const { return machine().find_port<SerialLine>(kConsolePort); }
    Seconds wall_time() const { return WallClock::now() - started_; }

    void limit(const Limits& limits) {
        limits_ = limits;
        rescue_.limits(limits);
        if (limits.wall_seconds == kNoLimit) return;
        wall_deadline_ = started_ + std::chrono::duration_cast<WallClock::duration>(Seconds(limits.wall_seconds));
        watchdog_.limit(*wall_deadline_);
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
            const int signal = EndingSignals::received();
            if (signal && signal != SIGINT) return StopRequest::terminated;
            const bool quit = signal || (stalled && input_.quit_requested_meanwhile());
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

    RunFigures figures() const { return figures_of(*session_, log_, firmware_sha256_, layers_ ? &*layers_ : nullptr); }
    void publish() { rescue_.publish(figures(), screen(), session_->awaited()); }

    // What the session tells.
    void console_says(std::uint8_t byte) override {
        if (again()) return;
        output_->receive(byte);
        if (recorder_) recorder_->hear(byte);
        if (profile_) profile_->hear(byte, now());
        if (states_) states_->hear(byte);
        if (replay_) replay_->hear(byte);
    }
    void given(const Input& input, InputOrigin origin) override {
        if (past_) past_->given(input, origin);
        if (again()) return;
        if (recorder_) recorder_->given(input);
        if (states_) states_->given(input);
    }
    void board_found(const Board& board, std::string_view why) override {
        tell_between_lines(fmt::format("k210emu: on the board {}: {}\n", board.name, why));
        if (window_) window_->board_changed();
    }
    void watched_for_is_said() override {
        if (!again()) snapshots_.on_pattern();
    }
    void starting_over() override {
        if (past_) past_->starting_over();
        output_->look(now());
        output_->start_over();
        uarts_->start_over();
        if (card_) card_->start_over();
        if (pictures_) pictures_->start_over();
        if (states_) states_->starting_over();
        if (speaker_) speaker_->start_over();
        discarded_ += wall_time() - machine_made_;
    }
    void making(MachineConfig& config) override {
        if (profile_) profile_->watch(config);
        if (trace_) trace_->watch(config, watchers_);
        if (options_.report) config.trace = &layers_.emplace(config.trace);
        if (recorder_) recorder_->begin(config.board, config.settings);
    }
    void made(Machine& machine) override {
        machine_made_ = wall_time();
        if (profile_) profile_->made(machine);
        if (trace_) trace_->made(machine);
        arm(machine);
        // Before the first one is made, nothing of the user's may be touched.
        if (keeper_ && session_) keeper_->begin(machine.port<Storage>(kFlashPort), machine.now());
    }
    // Somebody is watching: the guest runs no faster than its clock, unless told otherwise, and stays when it has
    // nothing left to do.
    bool attended() const override {
        const bool has_a_goal = !options_.expect.empty() || options_.timeout_s;
        return replay_ || options_.window || (at_a_line() && !has_a_goal);
    }
    bool at_a_line() const { return console_->interactive() || uarts_->interactive(); }
    bool somebody_there() const { return options_.window || options_.gdb || at_a_line(); }

    // With what is to stop it.
    void arm(Machine& machine) const {
        if (debugger_) debugger_->machine_made(machine);
        if (break_on_) break_on_->watch(machine);
    }
    // The guest is in its past, and does what it has done before.
    bool again() const { return past_ && past_->again(); }

    // Until something ends the run.
    Outcome loop() {
        console_->write({});  // what it replaces is gone from here on
        uarts_->begin();
        for (;;) {
            if (const auto outcome = hold()) return *outcome;
            if (const auto outcome = be_debugged()) return *outcome;
            if (replay_ && !again()) replay_->look(*session_);
            const SimTime at_most = replay_ ? replay_->next() : SimTime::never();
            const auto verdict = past_ ? past_->step(at_most) : session_->step(at_most);
            watchdog_.alive();
            if (debugger_ && debugger_->stopped()) continue;
            if (again()) {
                if (const auto outcome = ended_from_outside()) return *outcome;
                continue;
            }
            output_->look(now());
            if (break_on_ && (met_ = break_on_->look(machine(), past_ ? &*past_ : nullptr)))
                return {kBroken, "break", met_->what};
            snapshots_.look(*session_, firmware_sha256_);
            if (keeper_) keeper_->look(flash(), now(), log_);
            if (card_) card_->look(machine(), log_);
            if (pictures_) pictures_->look(*machine().first_port<Display>(), now());
            const bool waits_for_a_tool = tool_ || (console_->interactive() && machine().in_isp());
            over_ = verdict && !(verdict->end == Verdict::End::idle && waits_for_a_tool);
            if (over_ && verdict->end == Verdict::End::crashed && debugger_) {
                debugger_->crashed();
                if (const auto outcome = be_debugged()) return *outcome;
                if (again()) continue;
            }
            if (over_) return outcome_of(*verdict, session_->awaited(), limits_);
            if (const std::string why = console_->failure(); !why.empty()) return {kSuccess, kConsoleLost, why};
            if (const auto outcome = ended_from_outside()) return *outcome;
            if (tool_ && tool_->ended()) return tool_outcome(*tool_->ended());
            take_input();
            if (rescue_.due(WallClock::now())) publish();
            if (const auto outcome = keep_pace()) return *outcome;
        }
    }

    // What has been said comes first; then whatever ended the run, with what is useful to know.
    Outcome completed(Outcome outcome) {
        const SimTime end = now();
        if (const auto said = session_->last_words()) {
            outcome = outcome_of(*said, false, limits_);
            if (said->end == Verdict::End::failed) outcome.reason += after_guest_seconds(end);
            matched_ = said->what;
            return outcome;
        }
        if (outcome.name == kConsoleLost) return outcome;
        outcome.reason += after_guest_seconds(end) + outcome.note +
                          still_awaited(session_->awaited(), session_->met(), options_.expect.size());
        if (outcome.status == kTimedOut)
            outcome.reason += suspects(machine().missing_blocks(), session_->last_sign_of_life(), end);
        return outcome;
    }

    // With the record that was replayed.
    Outcome compared() {
        replay_->finish(*session_);
        const auto& departure = replay_->departure();
        if (!departure) return {kSuccess, "replayed", "the run was the same again"};
        return {kGuestFailed, "departed", fmt::format("{}: departs {}", options_.replay->string(), *departure)};
    }

    static Outcome tool_outcome(int status) {
        if (status == 0) return {kSuccess, "flashed", "the flashing tool has finished"};
        return {kGuestFailed, "not_flashed", fmt::format("the flashing tool ended with status {}", status)};
    }

    std::optional<Outcome> ended_from_outside() {
        if (input_.quit_requested()) watchdog_.request(StopRequest::interrupted);
        if (window_) window_->look(*session_, wall_time(), !replay_ && !again());
        const StopRequest request = watchdog_.requested();
        if (request == StopRequest::none) return {};
        return app::ended_from_outside(request, session_->awaited(), limits_);
    }

    // What the window's keys have asked for: another pace, or that the guest waits.
    std::optional<Outcome> hold() {
        if (!window_) return {};
        const RunControl& asked = window_->control();
        if (asked.speed() != pace_->speed()) pace_->set_speed(asked.speed(), now(), wall_time());
        if (!asked.paused()) return {};
        while (asked.paused()) {
            std::this_thread::sleep_for(kNap);
            watchdog_.alive();
            if (const auto outcome = ended_from_outside()) return outcome;
            take_input();
        }
        pace_->begin_at(now(), wall_time());
        return {};
    }

    debug::MonitorHost debugged() {
        return {[this]() -> Session& { return *session_; },
                [this](const std::string& file) { write_snapshot(file, *session_, options_, firmware_sha256_); },
                [this] { return past_ ? &*past_ : nullptr; }};
    }
    // Serves a debugger, for as long as it holds the guest. Neither guest time nor what limits real time goes on then.
    std::optional<Outcome> be_debugged() {
        if (!debugger_) return {};
        debugger_->look();
        if (debugger_->holds()) {
            const WallClock::time_point begun = WallClock::now();
            watchdog_.limit(WallClock::time_point::max());
            for (; debugger_->holds(); debugger_->look()) {
                debugger_->wait();
                watchdog_.alive();
                if (const auto outcome = ended_from_outside()) return outcome;
            }
            if (wall_deadline_) watchdog_.limit(*wall_deadline_ += WallClock::now() - begun);
            pace_->begin_at(now(), wall_time());
        }
        if (debugger_->killed()) return Outcome{kSuccess, "killed", "the debugger has ended the run"};
        return {};
    }

    // Sleeps until the guest is no longer ahead of its clock; listens meanwhile.
    std::optional<Outcome> keep_pace() {
        // Lines that hold the chip in reset let go one by one, and are looked at together after a nap.
        const bool idle = session_->stop_reason() == StopReason::idle || machine().held_in_reset();
        if (machine().in_isp() && !replay_) {
            // Tools count the host's time: what comes in is taken as fast as it can be.
            if (idle) std::this_thread::sleep_for(kIspNap);
            pace_->begin_at(now(), wall_time());
            return {};
        }
        // With nothing left to do but to wait for somebody, there is no hurry.
        if (idle && pace_->at_full_speed() && !replay_) std::this_thread::sleep_for(kNap);
        for (;;) {
            const Seconds ahead = pace_->ahead(now(), wall_time());
            if (ahead.count() <= 0) return {};
            std::this_thread::sleep_for(std::min(ahead, kNap));
            watchdog_.alive();
            if (const auto outcome = ended_from_outside()) return outcome;
            take_input();
        }
    }

    // No further ahead of the guest than a serial port's driver would be.
    void take_input() {
        if (replay_) return;
        uarts_->look(*session_);
        auto* const line = console_line();
        while (!session_->rate_changing()) {
            if (!line || line->waiting() < kMostWaiting)
                if (const std::string typed = input_.take(); line && !typed.empty())
                    session_->give(SerialInput{std::string(kConsolePort), typed});
            const auto change = input_.take_line_change();
            if (!change) return;
            if (line) apply(*change);
        }
    }
    void apply(const LineChange& change) {
        if (change.baud) session_->change_rate(kConsolePort, *change.baud);
        if (!change.dtr && !change.rts) return;
        modem_lines_ = {change.dtr.value_or(modem_lines_.dtr), change.rts.value_or(modem_lines_.rts)};
        session_->give(ModemInput{std::string(kConsolePort), modem_lines_});
    }

    void tell_untyped() const {
        const auto say = [](std::string_view what) {
            tell("k210emu: {} was not typed: the guest had no prompt for it\n", what);
        };
        if (session_->script_untyped()) say("the script");
        for (const std::string& line : session_->untyped()) say(fmt::format("--type '{}'", printable(line)));
    }

    profile::RunInfo run_info(const Outcome& outcome) const {
        return {fmt::format("{} on {}", firmware_name(options_), session_->board().name), options_.profile->command,
                matched_.empty() ? std::string(outcome.name) : fmt::format("{}: {}", outcome.name, matched_),
                std::string(to_string(options_.timing))};
    }

    void write_report(const Outcome& outcome, ExitStatus status) const {
        const std::string firmware = firmware_name(options_);
        const RunFacts facts{firmware,     options_.timing, options_.flash_timing,
                             outcome.name, outcome.reason,  matched_,
                             status,       false,           (wall_time() - discarded_).count()};
        write_file_atomically(*options_.report, make_report(facts, figures()));
    }

    // Ending the run comes first, so that nothing below can keep it from that.
    const RunOptions& options_;
    const SavedSession* const from_;
    Replay* const replay_;
    const WallClock::time_point started_ = WallClock::now();
    Limits limits_;
    std::optional<WallClock::time_point> wall_deadline_;
    const EndingSignals signals_;
    Rescue rescue_;
    ConsoleInput input_;
    Watchdog watchdog_{watchdog_config()};

    Log log_ = Log::writing_to([this](std::string_view line) {
        if (!again()) tell_between_lines(line);
    });
    std::optional<FlashKeeper> keeper_;
    std::optional<CardInput> card_;
    std::optional<PictureLog> pictures_;
    std::unique_ptr<CameraSource> own_camera_;
    std::optional<SpeakerFile> speaker_;
    std::optional<Loudspeaker> loudspeaker_;
    SoundSinks sounds_;
    HeardOnce sounds_once_{nullptr, &sounds_, [this] { return again(); }};
    std::vector<std::shared_ptr<CameraSource>> cameras_;  // for the window
    std::unique_ptr<Console> console_;
    std::optional<ConsoleOutput> output_;
    // However the run ends, the watchdog no longer asks for the console once that is gone.
    struct Unwatched {
        Run& run;
        ~Unwatched() {
            run.rescue_.console(nullptr);
            run.input_.attach(nullptr);
        }
    } unwatched_{*this};
    SnapshotWriter snapshots_{options_};
    std::optional<Recorder> recorder_;
    std::optional<SocketNetwork> network_;
    std::optional<UartEnds> uarts_;
    std::deque<HeardOnce> uarts_once_;
    std::optional<ProfileSession> profile_;
    trace::HartWatchers watchers_;
    std::optional<TraceSession> trace_;
    std::optional<KpuLayerTimes> layers_;  // for the report
    std::optional<debug::GdbServer> debugger_;
    std::optional<debug::BreakOn> break_on_;
    std::optional<debug::BreakOn::Met> met_;
    std::optional<Session> session_;
    std::optional<debug::Past> past_;
    std::optional<Pace> pace_;
    std::optional<FlashingTool> tool_;
    std::optional<WindowStates> states_;
    std::optional<RunWindow> window_;
    ModemLines modem_lines_;
    std::string firmware_sha256_;             // where somebody is told
    bool over_ = false;                       // by itself
    std::string matched_;                     // what --expect or --fail matched
    Seconds machine_made_{0}, discarded_{0};  // what other machines have taken
};

void check_beginning(const RunOptions& options, const Replay& replay) {
    const bool from_snapshot = !replay.record().parts.from.empty();
    if (from_snapshot && !options.from)
        throw InputError(
            fmt::format("--replay {}: begins with a snapshot, which --from names", options.replay->string()));
    if (!from_snapshot && options.from)
        throw InputError(
            fmt::format("--replay {}: begins with no snapshot, and takes no --from", options.replay->string()));
}

}  // namespace

ExitStatus run(const RunOptions& options, CameraSource* camera) {
    std::optional<Replay> replay;
    if (options.replay) replay.emplace(read_recording(*options.replay));
    if (replay) check_beginning(options, *replay);
    RunOptions chosen = options;
    std::optional<SavedSession> from;
    if (options.from) {
        from = read_snapshot(*options.from);
        chosen = resuming(options, *from);
    } else if (replay) {
        chosen.timing = replay->record().made_from.settings.timing;
        chosen.flash_timing = replay->record().made_from.settings.flash_timing;
    }
    return Run(chosen, camera, from ? &*from : nullptr, replay ? &*replay : nullptr).finish();
}

}  // namespace k210::app
