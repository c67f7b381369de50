#include "app/scenario_artifacts.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/new_file.hpp"
#include "app/report.hpp"
#include "base/file_access.hpp"
#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "suite/artifact_folder.hpp"

namespace k210::app {

namespace fs = std::filesystem;
using scenario::Status;

ScenarioArtifacts::ScenarioArtifacts(fs::path folder, std::function<SimTime()> now)
    : folder_(std::move(folder)), now_(std::move(now)) {
    attempt([&] { make_folder(folder_); });
    open();
}

void ScenarioArtifacts::open() {
    attempt([&] { console_.emplace(folder_ / "console.txt"); });
    attempt([&] { log_.emplace(folder_ / "log.txt"); });
}

void ScenarioArtifacts::record(RecordedParts parts) {
    attempt([&] { recorder_.emplace(folder_ / suite::kRecordFile, std::move(parts)).open(); });
}

void ScenarioArtifacts::making(MachineConfig& config) {
    config.trace = &layers_.emplace();
    if (recorder_) recorder_->begin(config.board, config.settings);
}

void ScenarioArtifacts::starting_over() {
    said_.clear();
    said_before_.reset();
    last_second_.clear();
    open();
}

void ScenarioArtifacts::console_says(std::uint8_t byte) {
    said_ += static_cast<char>(byte);
    last_second_.console_says(now_(), byte);
    if (recorder_) recorder_->hear(byte);
}

void ScenarioArtifacts::log(std::string_view line) {
    if (log_) log_->write(line);
    last_second_.add(now_(), "log", line.substr(0, line.find_last_not_of('\n') + 1));
}

void ScenarioArtifacts::given(const Input& input) {
    last_second_.add(input.when, "input", describe(input.action));
    if (recorder_) recorder_->given(input);
}

void ScenarioArtifacts::began(const scenario::Step& step) {
    last_second_.add(now_(), "step", fmt::format("{}: {}", to_string(step.place), step.shown));
}

void ScenarioArtifacts::looked(Session& session) {
    if (const auto* const display = session.machine().first_port<Display>()) last_second_.look(session.now(), *display);
    if (!said_before_) {
        const std::string_view all = session.console_tail();
        said_before_ = all.substr(0, all.size() - std::min(all.size(), said_.size()));
    }
    if (console_) console_->write(said_);
    said_.clear();
}

void ScenarioArtifacts::keep_picture(std::string_view name, const Picture& picture) {
    if (!picture.empty()) attempt([&] { save_png(folder_ / name, picture); });
}

void ScenarioArtifacts::ending(const Session& session) {
    end_ = session.now();
    if (layers_)
        attempt([&] { write_file_atomically(folder_ / suite::kFiguresFile, make_figures(session, *layers_)); });
    if (recorder_) attempt([&] { recorder_->finish(session); });
}

void ScenarioArtifacts::finish(scenario::Result& result, const std::optional<fs::path>& begun_from) {
    for (auto* const file : {&console_, &log_})
        if (*file) attempt([&] { (*file)->finish(); });
    keep_picture("last.png", result.screen);
    keep_picture("diff.png", result.difference);
    if (end_ && result.status != Status::passed) {
        keep_what_tells_why(begun_from);
    } else {
        std::error_code error;
        fs::remove(folder_ / suite::kRecordFile, error);
    }
    result.lost = lost_;
}

void ScenarioArtifacts::keep_what_tells_why(const std::optional<fs::path>& begun_from) {
    attempt([&] { write_file_atomically(folder_ / suite::kTimelineFile, last_second_.text(*end_)); });
    if (said_before_ && !said_before_->empty())
        attempt([&] { write_file_atomically(folder_ / suite::kConsoleBeforeFile, *said_before_); });
    if (begun_from) attempt([&] { write_file_atomically(folder_ / suite::kBeginFile, read_file(*begun_from)); });
}

}  // namespace k210::app
