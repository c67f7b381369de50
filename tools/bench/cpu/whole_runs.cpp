#include "whole_runs.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "child.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kIdleSeconds = 60, kLongSeconds = 600, kShortSeconds = 10;  // after the prompt
constexpr double kUpSeconds = 8, kWaitSeconds = 6;                           // of images that wait
constexpr double kNoTime = 1e-9;
constexpr int kStartUps = 10;  // a turn, for they are short
constexpr int kExpected = 0, kTimedOut = 42;

struct Figures {
    double wall = std::numeric_limits<double>::infinity(), cpu = wall, guest = 0, peak_mib = 0;

    void keep_best(const Figures& other) {
        wall = std::min(wall, other.wall);
        cpu = std::min(cpu, other.cpu);
        guest = other.guest;
        peak_mib = std::max(peak_mib, other.peak_mib);
    }
};

Figures run(const WholeRuns& runs, std::vector<std::string> arguments, int expected_status) {
    const fs::path report = fs::temp_directory_path() / fmt::format("bench_cpu.{}.json", ::getpid());
    arguments.insert(arguments.begin(), {runs.program, "run"});
    arguments.insert(arguments.end(), {"--report", report.string()});
    const ChildRun child = run_child(arguments);
    if (child.status != expected_status)
        throw InputError(
            fmt::format("{}: status {} instead of {}", fmt::join(arguments, " "), child.status, expected_status));
    const auto bytes = read_file(report);
    fs::remove(report);
    return {child.wall_seconds, child.cpu_seconds, nlohmann::json::parse(bytes)["guest_seconds"].get<double>(),
            child.peak_mib};
}

// Says so when one of them is not there.
bool all_there(std::string_view what, const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        if (!file.empty() && fs::exists(file)) continue;
        fmt::print("SKIPPED: {}: {}\n", what, file.empty() ? "no file given" : "no file " + file);
        return false;
    }
    return true;
}

struct Row {
    std::string name;
    std::vector<std::string> arguments;
    Figures best;
};

std::vector<Row> rows_for(const WholeRuns& runs) {
    std::vector<Row> rows;
    if (runs.boots.empty()) all_there("boot", {""});
    for (const std::string& image : runs.boots)
        if (all_there("boot", {image}))
            rows.push_back({"boot " + fs::path(image).stem().string(), {image, "--expect", "^>>> "}, {}});
    if (all_there("face detector", {runs.face_image, runs.face_model, runs.face_picture, runs.face_script}))
        rows.push_back({"face detector",
                        {runs.face_image, "--flash", runs.face_model, "--camera", runs.face_picture, "--script",
                         runs.face_script, "--expect", "frames done"},
                        {}});
    return rows;
}

void print_row(const Row& row) {
    fmt::print("{:<40}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.0f}\n", row.name, row.best.guest, row.best.wall,
               row.best.wall / row.best.guest, row.best.cpu, row.best.peak_mib);
}

void bench_idling(const WholeRuns& runs, int turns, Targets& targets) {
    const std::string& image = runs.boots[0];
    const auto for_seconds = [&](double seconds, const char* speed) {
        return run(runs, {image, "--speed", speed, "--timeout", fmt::format("{}", seconds)}, kTimedOut);
    };
    Figures start, boot, idle, short_run;
    for (int turn = 0; turn < turns; ++turn) {
        for (int i = 0; i < kStartUps; ++i) start.keep_best(for_seconds(kNoTime, "max"));
        boot.keep_best(run(runs, {image, "--speed", "max", "--expect", "^>>> "}, kExpected));
        idle.keep_best(for_seconds(boot.guest + kIdleSeconds, "max"));
        short_run.keep_best(for_seconds(boot.guest + kShortSeconds, "max"));
    }
    const Figures paced_boot = run(runs, {image, "--speed", "real", "--expect", "^>>> "}, kExpected);
    const Figures paced = for_seconds(boot.guest + kIdleSeconds, "real");
    const Figures long_run = for_seconds(boot.guest + kLongSeconds, "max");

    const double idle_wall = idle.wall - boot.wall;
    const double paced_share = (paced.cpu - paced_boot.cpu) / (paced.wall - paced_boot.wall) * 100;
    fmt::print(
        "\nstart-up to the first instruction and the end {:.0f} ms, of which {:.0f} ms on the CPU\n"
        "{} guest seconds at the prompt: {:.2f} s, the last {} of them {:.2f} s; paced, {:.1f} % of a core\n"
        "memory at its peak: {:.1f} MiB after {} guest seconds at the prompt, {:.1f} MiB after {}\n",
        start.wall * 1e3, start.cpu * 1e3, kIdleSeconds, idle_wall, kIdleSeconds - kShortSeconds,
        idle.wall - short_run.wall, paced_share, short_run.peak_mib, kShortSeconds, long_run.peak_mib, kLongSeconds);
    targets.at_most("60 guest seconds idle", idle_wall, 1, "s");
    targets.at_most("idle with --speed real", paced_share, 5, "% of a core");
    targets.at_most("start-up", start.wall * 1e3, 50, "ms");
    targets.at_most("memory", long_run.peak_mib, 150, "MiB");
    targets.at_most("memory growth in ten guest minutes", long_run.peak_mib - short_run.peak_mib, 1, "MiB");
}

// CPU seconds that a guest second takes once the image is up.
double waiting_cost(WholeRuns runs, const std::string& program, const std::string& image, int turns) {
    runs.program = program;
    const auto until = [&](double seconds) {
        return run(runs, {image, "--speed", "max", "--timeout", fmt::format("{}", seconds)}, kTimedOut).cpu;
    };
    double up = std::numeric_limits<double>::infinity(), waited = up;
    for (int turn = 0; turn < turns; ++turn) {
        up = std::min(up, until(kUpSeconds));
        waited = std::min(waited, until(kUpSeconds + kWaitSeconds));
    }
    return (waited - up) / kWaitSeconds;
}

void bench_waiting(const WholeRuns& runs, int turns) {
    fmt::print("\nCPU seconds for a guest second, from {} to {} guest seconds\n{:<40}{:>10}{:>10}{:>8}\n", kUpSeconds,
               kUpSeconds + kWaitSeconds, "", "now", runs.before.empty() ? "" : "before", "ratio");
    for (const std::string& image : runs.waiting) {
        if (!all_there("waiting", {image})) continue;
        const double now = waiting_cost(runs, runs.program, image, turns);
        fmt::print("{:<40}{:>10.3f}", fs::path(image).stem().string(), now);
        if (!runs.before.empty()) {
            const double before = waiting_cost(runs, runs.before, image, turns);
            fmt::print("{:>10.3f}{:>8.2f}", before, now / before);
        }
        fmt::print("\n");
        std::fflush(stdout);
    }
}

}  // namespace

void bench_whole_runs(const WholeRuns& runs, int turns, Targets& targets) {
    fmt::print("Whole runs with {}, best of {}; wall time with loading\n\n", runs.program, turns);
    if (!runs.waiting.empty()) bench_waiting(runs, turns);
    std::vector<Row> rows = rows_for(runs);
    if (rows.empty()) return;
    for (int turn = 0; turn < turns; ++turn)  // in turn, so that a disturbance hits all alike
        for (Row& row : rows) row.best.keep_best(run(runs, row.arguments, kExpected));
    fmt::print("{:<40}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "", "guest s", "wall s", "ratio", "CPU s", "MiB");
    for (const Row& row : rows) {
        print_row(row);
        targets.at_most(row.name + ": wall for a guest second", row.best.wall / row.best.guest, 1, "");
    }
    std::fflush(stdout);
    if (!runs.boots.empty() && all_there("idling", {runs.boots[0]})) bench_idling(runs, turns, targets);
}

}  // namespace k210::bench
