#include "app/test_command.hpp"

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "app/command_group.hpp"
#include "app/ending_signals.hpp"
#include "app/new_file.hpp"
#include "app/scenario_check.hpp"
#include "app/scenario_run.hpp"
#include "app/suite_display.hpp"
#include "app/suite_files.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "suite/cases.hpp"
#include "suite/discovery.hpp"
#include "suite/suite.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using scenario::Status;

constexpr const char *kArtifacts = "k210emu-artifacts", *kResults = "results.json";

constexpr std::string_view kFooter = R"(Each scenario runs in a process of its own. Exit status:
  0   all have passed
  1   some have not: a guest did something else, crashed, or was too slow
  2   bad arguments or a bad scenario; nothing has run
  3   otherwise 0, but a file could not be written
  42  none has failed, but what was waited for did not come in time)";

struct TestOptions {
    std::vector<fs::path> paths;
    std::optional<fs::path> artifacts, result, from;
    SuiteFiles files;
    std::optional<unsigned> jobs;
    std::string filter, shard = "1/1";
    std::vector<std::string> matrix, set;
    bool rerun_failed = false, one = false, keep_end = false, update_goldens = false, verbose = false;
};

struct MergeOptions {
    std::vector<fs::path> parts;
    SuiteFiles files;
};

std::vector<suite::Case> chosen_cases(const TestOptions& o, const std::vector<fs::path>& files) {
    suite::Given given;
    for (const std::string& text : o.matrix) given.matrix.push_back(suite::parse_choices(text));
    for (const std::string& text : o.set) given.set.push_back(suite::parse_setting(text));
    auto cases = suite::cases_of(files, given);
    if (!o.filter.empty()) cases = suite::filtered(std::move(cases), o.filter);
    if (cases.empty()) throw InputError(fmt::format("--filter '{}': no scenario has such a name", o.filter));
    return suite::of_shard(std::move(cases), suite::parse_shard(o.shard));
}

unsigned processes(const TestOptions& o) {
    constexpr unsigned kMost = 1024;
    if (!o.jobs) return std::max(std::thread::hardware_concurrency(), 1U);
    if (*o.jobs < 1 || *o.jobs > kMost) throw InputError(fmt::format("-j {} is not 1 to {}", *o.jobs, kMost));
    return *o.jobs;
}

std::string own_program() {
    return fs::read_symlink("/proc/self/exe").string();
}

// For what a run of several scenarios comes to.
ExitStatus suite_status(const suite::Results& results) {
    if (results.interrupted) return kGuestFailed;
    return exit_status_of(verdict(results));
}

int run_suite(const TestOptions& o) {
    const auto files = suite::find_scenarios(o.paths);
    auto cases = chosen_cases(o, files);
    const fs::path artifacts = o.artifacts.value_or(kArtifacts);
    std::optional<suite::Results> before;
    if (o.rerun_failed) {
        before = suite::read_results(artifacts / kResults);
        cases = suite::not_passed(std::move(cases), *before);
        if (cases.empty()) {
            fmt::print("nothing has failed in the last run\n");
            return kSuccess;
        }
    }
    static_assert(suite::kResultLost == kOutputLost);
    suite::SuiteConfig config{{own_program(), "test", "--one"}, artifacts, processes(o)};
    if (o.update_goldens) config.program.emplace_back("--update-goldens");
    ScenarioCheck check;
    config.check = [&](const scenario::Scenario& scenario) { check.look(scenario); };
    make_folder(artifacts);
    check_suite_files(o.files, files);  // some may be in that folder
    check_writable(artifacts / kResults);

    suite::Results results;
    {
        const EndingSignals signals;
        SuiteDisplay display(cases.size(), artifacts, o.verbose);
        results = suite::run(config, cases, display);
    }
    results.shard = suite::parse_shard(o.shard);
    fmt::print("{}{}\n", summary(results), results.interrupted ? "; interrupted" : "");
    const ExitStatus status = suite_status(results);
    if (before) results = suite::updated(std::move(*before), results);
    Outputs outputs;
    for (const suite::CaseResult& test : results.cases)
        for (const std::string& what : test.result.lost) outputs.lost(what);
    outputs.attempt([&] { write_file_atomically(artifacts / kResults, suite::to_json_text(results)); });
    write_suite_files(o.files, results, artifacts, outputs);
    return outputs.status(status);
}

int run_one(const TestOptions& o) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody waits for it any more
    if (o.paths.size() != 1) throw InputError("--one takes one scenario");
    ScenarioOptions options{.file = o.paths.front(),
                            .artifacts = o.artifacts,
                            .from = o.from,
                            .keep_end = o.keep_end,
                            .update_goldens = o.update_goldens,
                            .result = o.result};
    for (const std::string& text : o.set) options.settings.push_back(suite::parse_setting(text));
    try {
        return exit_status_of(run_scenario(options).status);
    } catch (const InputError& error) {  // the result could not be written
        tell("k210emu: {}\n", printable(error.what()));
        return kOutputLost;
    }
}

int test(const TestOptions& o) {
    if (o.paths.empty()) throw InputError("test: names no scenario, and no folder with some");
    if (o.one) return run_one(o);
    try {
        return run_suite(o);
    } catch (const suite::BadScenarios& bad) {
        for (const std::string& line : bad.each()) tell("k210emu: {}\n", printable(line));
        return kBadInput;
    }
}

int merge(const MergeOptions& o) {
    std::vector<suite::ResultsFile> parts;
    for (const fs::path& file : o.parts) parts.push_back({file, suite::read_results(file)});
    check_suite_files(o.files, o.parts);
    const suite::Results merged = suite::merge(parts);
    for (const suite::CaseResult& result : merged.cases)
        if (result.result.status != Status::passed) show(result, {}, false);
    fmt::print("{}\n", summary(merged));
    Outputs outputs;
    write_suite_files(o.files, merged, {}, outputs);
    return outputs.status(suite_status(merged));
}

void add_options(CLI::App& command, TestOptions& o) {
    command.add_option("PATH", o.paths, "scenarios, and folders with some");
    command.add_option("-j,--jobs", o.jobs, "how many run at once (default: as many as there are processors)")
        ->option_text("N");
    add_suite_files(command, o.files);
    command
        .add_option("--artifacts", o.artifacts,
                    fmt::format("keep results, consoles, logs and pictures there (default: {})", kArtifacts))
        ->option_text("DIR");
    command.add_flag("--rerun-failed", o.rerun_failed, "only those that have not passed the last time");
    command.add_flag("--update-goldens", o.update_goldens,
                     "golden pictures become what is seen: look at them afterwards");
    command.add_option("--shard", o.shard, "only one of N equal parts: for several machines, see merge")
        ->option_text("I/N");
    command.add_option("--filter", o.filter, "only those whose name has a match")->option_text("REGEX");
    command.add_option("--matrix", o.matrix, "run with each: a key of the scenario, or a word of its matrix")
        ->option_text("KEY=A,B,...")
        ->allow_extra_args(false);
    command.add_option("--set", o.set, "the same, with one value whatever is in it")
        ->option_text("KEY=VALUE")
        ->allow_extra_args(false);
    command.add_flag("-v,--verbose", o.verbose, "print a line for each step");
    // What runs one of them: in this process.
    command.add_flag("--one", o.one)->group("");
    command.add_option("--result", o.result)->group("");
    command.add_option("--from", o.from)->group("");
    command.add_flag("--keep-end", o.keep_end)->group("");
    command.footer(std::string(kFooter));
}

}  // namespace

void add_test_command(CLI::App& program, std::function<int()>& chosen) {
    CLI::App* command = program.add_subcommand("test", "run scenarios: scripted tests of firmware");
    const auto options = std::make_shared<TestOptions>();
    add_options(*command, *options);
    add_command<MergeOptions>(
        *command, chosen, "merge", "join the results of several machines",
        [](CLI::App& merging, MergeOptions& o) {
            merging.add_option("RESULTS", o.parts, "results.json of each, or what --json has written")->required();
            add_suite_files(merging, o.files);
        },
        merge);
    command->callback([command, &chosen, options] {
        if (!command->get_subcommands().empty()) return;
        refuse_empty_values(*command);
        chosen = [options] { return test(*options); };
    });
}

}  // namespace k210::app
