#include "app/test_command.hpp"

#include <optional>

#include <fmt/format.h>

#include "app/command_group.hpp"
#include "app/scenario_run.hpp"
#include "k210/base/message.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kFooter = R"(Exit status:
  0   passed
  1   failed: the guest did something else, crashed, or was too slow
  2   bad arguments or a bad scenario; nothing has run
  42  what was waited for did not come in time)";

struct TestOptions {
    std::filesystem::path file;
    std::optional<std::filesystem::path> artifacts, result;
    bool one = false, verbose = false;
};

void show(const scenario::StepResult& step) {
    fmt::print("  {:9.3f} s  {}:{}: {}{}\n", step.ended_s, step.place.file.filename().string(), step.place.line,
               step.shown, step.why.empty() ? "" : ": " + step.why);
}

void show(const TestOptions& options, const scenario::Result& result) {
    if (result.status == scenario::Status::bad_input) return tell("k210emu: {}\n", printable(result.message));
    fmt::print("{} {} ({:.3f} guest seconds, {:.1f} s)\n", scenario::to_string(result.status), options.file.string(),
               result.guest_s, result.wall_s);
    if (!result.message.empty()) fmt::print("  {}\n", printable(result.message));
    if (!result.detail.empty()) fmt::print("{}", result.detail);
}

int test(const TestOptions& options) {
    ScenarioOptions scenario{options.file, options.artifacts, options.result};
    if (options.verbose) scenario.step_ended = [](const scenario::StepResult& step) { show(step); };
    const scenario::Result result = run_scenario(scenario);
    if (!options.one) show(options, result);
    return exit_status_of(result.status);
}

}  // namespace

void add_test_command(CLI::App& program, std::function<int()>& chosen) {
    add_command<TestOptions>(
        program, chosen, "test", "run a scenario: a scripted test of firmware",
        [](CLI::App& command, TestOptions& o) {
            command.add_option("FILE", o.file, "a scenario, in YAML")->required();
            command.add_option("--artifacts", o.artifacts, "keep console, log, screenshots and the last picture there")
                ->option_text("DIR");
            command.add_flag("-v,--verbose", o.verbose, "print a line for each step");
            // For a program that runs many of them, each in a process.
            command.add_flag("--one", o.one)->group("");
            command.add_option("--result", o.result)->group("");
            command.footer(std::string(kFooter));
        },
        test);
}

}  // namespace k210::app
