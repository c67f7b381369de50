#include "app/suite_display.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/ending_signals.hpp"
#include "k210/base/message.hpp"
#include "suite/artifact_folder.hpp"

namespace k210::app {
namespace {

using scenario::Status;

constexpr std::size_t kWidth = 78;  // of the line that is drawn again and again

std::string step_line(const scenario::StepResult& step) {
    return fmt::format("  {:9.3f} s  {}:{}: {}{}\n", step.ended_s, step.place.file.filename().string(), step.place.line,
                       step.shown, step.why.empty() ? "" : ": " + step.why);
}

// The results have all of it.
std::string beginning_of(std::string_view detail) {
    constexpr int kMostLines = 16;
    std::string text;
    int lines = 0;
    for (; !detail.empty() && lines < kMostLines; ++lines) {
        const std::size_t end = std::min(detail.find('\n'), detail.size());
        text += fmt::format("    {}\n", printable(detail.substr(0, end)));
        detail.remove_prefix(std::min(end + 1, detail.size()));
    }
    return detail.empty() ? text : text + "    ...\n";
}

std::string lines_for(const suite::CaseResult& result, const std::filesystem::path& artifacts, bool steps) {
    const scenario::Result& r = result.result;
    if (r.status == Status::skipped)
        return fmt::format("skipped {}: {}\n", printable(result.test.id), printable(r.message));
    std::string text = fmt::format("{} {} ({:.3f} guest seconds, {:.1f} s)\n", to_string(r.status),
                                   printable(result.test.id), r.guest_s, r.wall_s);
    if (steps)
        for (const scenario::StepResult& step : r.steps) text += step_line(step);
    if (r.status == Status::passed) return text;
    if (r.status != Status::bad_input) text += fmt::format("  {}\n", printable(r.message));
    text += beginning_of(r.detail);
    if (!result.artifacts.empty())
        text +=
            fmt::format("  kept in {}: {}\n", (artifacts / result.folder).string(), fmt::join(result.artifacts, ", "));
    text += fmt::format("  again: {}\n", result.test.again);
    if (const auto replay = suite::replay_command(result, artifacts)) text += fmt::format("  replay: {}\n", *replay);
    return text;
}

}  // namespace

void show(const suite::CaseResult& result, const std::filesystem::path& artifacts, bool steps) {
    fmt::print("{}", lines_for(result, artifacts, steps));
    std::fflush(stdout);
    if (result.result.status == Status::bad_input) tell("k210emu: {}\n", printable(result.result.message));
}

SuiteDisplay::SuiteDisplay(std::size_t total, std::filesystem::path artifacts, bool steps)
    : total_(total), artifacts_(std::move(artifacts)), steps_(steps), terminal_(::isatty(STDERR_FILENO) == 1) {}

void SuiteDisplay::began(const suite::Case& test) {
    running_.push_back(test.id);
    draw();
}

void SuiteDisplay::ended(const suite::CaseResult& result) {
    std::erase(running_, result.test.id);
    ++done_;
    if (result.result.status != Status::passed && result.result.status != Status::skipped) ++not_passed_;
    clear();
    show(result, artifacts_, steps_);
    draw();
}

bool SuiteDisplay::stop() {
    return EndingSignals::received() != 0;
}

void SuiteDisplay::clear() {
    if (drawn_) tell("\r{:{}}\r", "", kWidth);
    drawn_ = false;
}

void SuiteDisplay::draw() {
    if (!terminal_ || running_.empty()) return;
    clear();
    std::string line = fmt::format("{} of {}", done_, total_);
    if (not_passed_ != 0) line += fmt::format(", {} not passed", not_passed_);
    tell("{}", printable(fmt::format("{}: {}", line, fmt::join(running_, ", ")), kWidth));
    drawn_ = true;
}

}  // namespace k210::app
