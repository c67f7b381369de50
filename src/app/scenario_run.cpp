#include "app/scenario_run.hpp"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/outputs.hpp"
#include "app/run_inputs.hpp"
#include "app/scenario_artifacts.hpp"
#include "app/scenario_host.hpp"
#include "app/snapshots.hpp"
#include "app/sound_files.hpp"
#include "app/watchdog.hpp"
#include "base/shell_word.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "scenario/read_scenario.hpp"
#include "scenario/runner.hpp"
#include "scenario/start_from.hpp"
#include "suite/artifact_folder.hpp"
#include "suite/result_json.hpp"

namespace k210::app {
namespace {

using scenario::Result;
using scenario::Scenario;
using scenario::Status;

constexpr double kGraceSeconds = 5;  // of a host that may still end by itself

// As `k210emu run` would be told.
RunOptions run_options(const Scenario& scenario) {
    RunOptions options;
    options.firmware = scenario.firmware;
    options.flash = scenario.flash;
    options.camera = scenario.camera;
    options.mic = scenario.mic;
    if (scenario.card) {
        options.sd_snapshot = scenario.card->path;
        if (scenario.card->superfloppy) options.sd_layout = CardLayout::superfloppy;
    }
    return options;
}

std::string as_words(const RunOptions& options) {
    std::vector<std::string> words;
    const auto add = [&](std::string_view option, const std::string& value) {
        if (!option.empty()) words.emplace_back(option);
        words.push_back(shell_word(value));
    };
    if (options.firmware) add("", options.firmware->lexically_normal().string());
    for (const std::string& part : options.flash) add("--flash", part);
    if (options.sd_snapshot) add("--sd-snapshot", options.sd_snapshot->lexically_normal().string());
    if (options.sd_layout) add("--sd-layout", "superfloppy");
    if (options.camera) add("--camera", options.camera->lexically_normal().string());
    if (options.mic) add("--mic", options.mic->lexically_normal().string());
    return fmt::format("{}", fmt::join(words, " "));
}

struct Start {
    SessionConfig config;
    std::string firmware_sha256;          // for artifacts
    std::optional<SavedSession> saved{};  // that it goes on from
};

Start switched_on(const Scenario& scenario, const ScenarioOptions& options, ScenarioHost& host) {
    SessionConfig config{.board = scenario.board ? *scenario.board : choose_board({}), .find_board = !scenario.board};
    const std::size_t flash_bytes = config.board.storage_bytes(kFlashPort);
    Flash flash = make_flash(run_options(scenario), FlashImage(flash_bytes));
    std::string hash = options.artifacts ? firmware_sha256(flash) : std::string();
    config.flash = std::move(flash.contents);
    config.program = std::move(flash.program);
    config.settings.camera_mount = scenario.camera_mount;
    config.settings.wires = scenario.wires;
    config.settings.timing = scenario.timing;
    config.settings.strictness = scenario.strictness;
    config.settings.flash_timing = scenario.flash_timing;
    if (scenario.card) config.card = host.make_card(*scenario.card);
    return {std::move(config), std::move(hash)};
}

Start resumed(const std::filesystem::path& file) {
    Start start{.config = {}, .firmware_sha256 = {}, .saved = read_snapshot(file)};
    start.config = start.saved->made_from;
    start.firmware_sha256 = resuming({}, *start.saved).resumed->firmware_sha256;
    return start;
}

// Where the scenario begins; a snapshot that it names itself needs not be given.
std::optional<std::filesystem::path> snapshot_of(const Scenario& scenario, const ScenarioOptions& options) {
    if (options.from) return options.from;
    if (scenario.start_from && scenario::is_scenario(*scenario.start_from))
        throw InputError(
            fmt::format("{}: starts from {}, and needs --from", scenario.file.string(), scenario.start_from->string()));
    return scenario.start_from;
}

void write_result(const std::filesystem::path& path, const Result& result) {
    write_file_atomically(path, suite::to_text(suite::to_json(result)));
}

// Ends the process when the host hangs where nobody looks at the time.
class HangGuard {
public:
    explicit HangGuard(const ScenarioOptions& options) : options_(options) {}

    void limit(const ScenarioHost& host, double seconds) {
        limit_s_ = seconds;
        watchdog_.limit(host.began() + std::chrono::duration_cast<Watchdog::Clock::duration>(
                                           Watchdog::Seconds(seconds + kGraceSeconds)));
        watchdog_.enter(RunStage::running);
    }

private:
    Watchdog::Config config() {
        Watchdog::Config config;
        config.look = [](bool) { return StopRequest::none; };
        config.end = [this](StopRequest) { end(); };
        return config;
    }
    [[noreturn]] void end() const {
        Result result{.status = Status::wall_timeout};
        result.message = fmt::format("{}: {} seconds of real time are over, and the emulator does not answer",
                                     options_.file.string(), limit_s_);
        result.wall_s = limit_s_ + kGraceSeconds;
        tell("k210emu: {}\n", printable(result.message));
        try {
            if (options_.result) write_result(*options_.result, result);
        } catch (const InputError& error) { tell("k210emu: {}\n", printable(error.what())); }
        std::_Exit(kTimedOut);
    }

    const ScenarioOptions& options_;
    double limit_s_ = 0;
    Watchdog watchdog_{config()};
};

Result run_to_the_end(const ScenarioOptions& options) {
    const Scenario scenario = scenario::read_scenario(options.file, options.settings);
    if (scenario.missing) return {.status = Status::skipped, .message = *scenario.missing};
    std::optional<ScenarioArtifacts> artifacts;
    Log log = Log::writing_to([&](std::string_view line) {
        if (artifacts) artifacts->log(line);
    });
    if (options.artifacts) artifacts.emplace(*options.artifacts, [&] { return log.now ? log.now() : SimTime{}; });
    ScenarioHost host(artifacts ? &*artifacts : nullptr);
    if (options.update_goldens) host.update_goldens();
    HangGuard guard(options);
    guard.limit(host, scenario.wall_timeout_s);

    RunOptions run = run_options(scenario);
    run.from = snapshot_of(scenario, options);
    Start start = run.from ? resumed(*run.from) : switched_on(scenario, options, host);
    if (start.saved) {
        start.config.from = &start.saved->snapshot;
        run = resuming(std::move(run), *start.saved);
    }
    const auto camera = make_camera(run, log);
    start.config.camera = camera.get();
    start.config.microphone = make_microphone(run);
    if (artifacts) artifacts->record(parts_of(start.config, run));
    host.at_end = [&](Session& session, Status status) {
        if (!artifacts) return;
        artifacts->ending(session);
        if (options.keep_end || (status != Status::passed && status != Status::bad_input))
            artifacts->attempt(
                [&] { write_snapshot(artifacts->folder() / suite::kEndFile, session, run, start.firmware_sha256); });
    };
    Result result = scenario::run(scenario, start.config, log, host);
    result.made_from = as_words(run);
    if (artifacts) artifacts->finish(result, run.from);
    return result;
}

}  // namespace

Result run_scenario(const ScenarioOptions& options) {
    Result result;
    try {
        result = run_to_the_end(options);
    } catch (const InputError& error) {
        // What a scenario names says what is wrong with it, and not who has named it.
        const std::string file = options.file.string(), why = error.what();
        result = {.status = Status::bad_input, .message = why.starts_with(file) ? why : file + ": " + why};
    }
    if (options.result) write_result(*options.result, result);
    return result;
}

ExitStatus exit_status_of(Status status) {
    switch (status) {
        case Status::passed:
        case Status::skipped: return kSuccess;
        case Status::failed: return kGuestFailed;
        case Status::timeout:
        case Status::wall_timeout: return kTimedOut;
        case Status::lost: return kOutputLost;
        case Status::bad_input: break;
    }
    return kBadInput;
}

}  // namespace k210::app
