#include "suite/suite.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "scenario/read_scenario.hpp"
#include "scenario/start_from.hpp"
#include "suite/artifact_folder.hpp"
#include "suite/cases.hpp"
#include "suite/result_json.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;
using scenario::Scenario;
using scenario::Settings;
using scenario::Status;

constexpr std::chrono::milliseconds kLookEvery{200};

struct Job {
    enum class State : std::uint8_t { waiting, running, done };

    Case test;
    std::string name;
    double wall_limit_s = 0;
    std::optional<std::string> missing;
    std::optional<fs::path> start_from;  // another scenario, whose end it begins with
    bool asked_for = true;               // or only there for others to start from
    std::optional<std::size_t> base{};   // which of the jobs that is
    bool is_base = false;
    State state = State::waiting;
    CaseResult result{};
};

// Without what is large.
Job job_for(const Case& test, const SuiteConfig& config) {
    const Scenario scenario = scenario::read_scenario(test.file, test.settings);
    if (!scenario.missing) config.check(scenario);
    const bool from_scenario = scenario.start_from && scenario::is_scenario(*scenario.start_from);
    return {test, scenario.name, scenario.wall_timeout_s, scenario.missing,
            from_scenario ? scenario.start_from : std::nullopt};
}

// Scenarios that are not asked for come behind those that are.
class JobList {
public:
    JobList(const SuiteConfig& config, const std::vector<Case>& cases) : config_(config) {
        for (const Case& test : cases) add(test);
        for (std::size_t i = 0; i < jobs_.size(); ++i)  // those that are added meanwhile, too
            if (jobs_[i].start_from) {
                const std::size_t base = base_of(jobs_[i]);
                if (base == jobs_.size()) break;  // it is bad
                jobs_[i].base = base;
                jobs_[base].is_base = true;
            }
        if (!complaints_.empty()) throw BadScenarios(std::move(complaints_));
    }
    std::vector<Job> take() { return std::move(jobs_); }

private:
    bool add(const Case& test) {
        try {
            jobs_.push_back(job_for(test, config_));
            return true;
        } catch (const InputError& error) {
            if (std::ranges::find(complaints_, error.what()) == complaints_.end())
                complaints_.emplace_back(error.what());
            return false;
        }
    }

    std::size_t base_of(const Job& job) {
        const fs::path file = job.start_from->lexically_normal();
        const Settings settings = settings_of_base(file, job.test.settings);
        for (std::size_t i = 0; i < jobs_.size(); ++i)
            if (same_file(jobs_[i].test.file, file) && jobs_[i].test.settings == settings) return i;
        std::string told;
        for (const auto& [key, value] : settings) told += fmt::format("{}{}={}", told.empty() ? "" : ",", key, value);
        const Case base{.file = file,
                        .settings = settings,
                        .id = told.empty() ? file.string() : fmt::format("{}[{}]", file.string(), told)};
        if (add(base)) jobs_.back().asked_for = false;
        return jobs_.size() - (complaints_.empty() ? 1 : 0);
    }
    static bool same_file(const fs::path& a, const fs::path& b) {
        return fs::weakly_canonical(a) == fs::weakly_canonical(b);
    }

    const SuiteConfig& config_;
    std::vector<Job> jobs_;
    std::vector<std::string> complaints_;
};

std::string last_line_of(const fs::path& file) {
    const auto bytes = read_file(file);
    std::string text(bytes.begin(), bytes.end());
    text.erase(text.find_last_not_of('\n') + 1);
    return text.substr(text.rfind('\n') + 1);
}

class Run {
public:
    Run(const SuiteConfig& config, const std::vector<Case>& cases, SuiteListener& listener)
        : config_(config), listener_(listener), jobs_(JobList(config, cases).take()), pool_(config.grace) {}

    Results run() {
        const auto began = ProcessPool::Clock::now();
        while (!all_done()) {
            if (!stopped_ && listener_.stop()) {
                stopped_ = true;
                pool_.stop();
            }
            if (stopped_ && pool_.running() == 0) break;
            if (!stopped_ && pool_.running() < config_.processes) {
                if (const auto next = next_to_start()) {
                    start(*next);
                    continue;
                }
            }
            if (const auto ended = pool_.wait(kLookEvery); ended && !stopped_) end(*ended);
        }
        Results results{.interrupted = stopped_};
        for (Job& job : jobs_)
            if (job.state == Job::State::done && job.asked_for) results.cases.push_back(std::move(job.result));
        results.wall_s = ProcessPool::Seconds(ProcessPool::Clock::now() - began).count();
        return results;
    }

private:
    bool all_done() const {
        return std::ranges::all_of(jobs_, [](const Job& job) { return job.state == Job::State::done; });
    }
    // What others start from goes first.
    std::optional<std::size_t> next_to_start() const {
        std::optional<std::size_t> first;
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            const Job& job = jobs_[i];
            if (job.state != Job::State::waiting) continue;
            if (job.base && jobs_[*job.base].state != Job::State::done) continue;
            if (job.is_base) return i;
            if (!first) first = i;
        }
        return first;
    }

    fs::path folder(const Job& job) const { return config_.artifacts / folder_of(job.test); }

    void start(std::size_t index) {
        Job& job = jobs_[index];
        if (job.missing) return finish(job, {.status = Status::skipped, .message = *job.missing});
        if (job.base && jobs_[*job.base].result.result.status != Status::passed) return finish(job, without_base(job));
        const fs::path place = folder(job);
        try {
            begin_folder(place);
        } catch (const InputError& error) {
            const std::string why = fmt::format("{}: has not run: {}", job.test.file.string(), error.what());
            return finish(job, {.status = Status::lost, .message = why});
        }
        std::vector<std::string> command = config_.program;
        command.insert(command.end(), {job.test.file.string(), "--result", (place / kResultFile).string(),
                                       "--artifacts", place.string()});
        for (const auto& [key, value] : job.test.settings)
            command.insert(command.end(), {"--set", fmt::format("{}={}", key, value)});
        if (job.base) command.insert(command.end(), {"--from", (folder(jobs_[*job.base]) / kEndFile).string()});
        if (job.is_base) command.emplace_back("--keep-end");
        job.state = Job::State::running;
        pool_.start(index, std::move(command), place / kOutputFile,
                    ProcessPool::Seconds{job.wall_limit_s} + config_.grace);
        if (job.asked_for) listener_.began(job.test);
    }

    // There is nothing to begin with.
    scenario::Result without_base(const Job& job) const {
        const CaseResult& base = jobs_[*job.base].result;
        return {.status = base.result.status,
                .message = fmt::format("{}: starts from {}, which has not passed: {}", job.test.file.string(),
                                       base.test.id, base.result.message)};
    }

    void end(const ProcessPool::Ended& ended) {
        Job& job = jobs_[ended.job];
        finish(job, result_of(job, ended));
    }

    scenario::Result result_of(const Job& job, const ProcessPool::Ended& ended) const {
        const fs::path place = folder(job);
        const auto failed = [&](Status status, const std::string& why) {
            scenario::Result result{.status = status, .message = fmt::format("{}: {}", job.test.file.string(), why)};
            result.wall_s = ended.wall_s;
            return result;
        };
        if (ended.out_of_time)
            return failed(Status::wall_timeout,
                          fmt::format("{} seconds of real time are over, and the emulator hangs", job.wall_limit_s));
        try {
            return result_from(nlohmann::ordered_json::parse(read_file(place / kResultFile)));
        } catch (const std::exception&) {  // no such file, or half of one
            if (ended.status == kResultLost)
                return failed(Status::lost, fmt::format("its result could not be written to {}", place.string()));
            const std::string said = printable(last_line_of(place / kOutputFile));
            const std::string how =
                ended.status < 0 ? fmt::format("signal {}", -ended.status) : fmt::format("status {}", ended.status);
            return failed(Status::failed, fmt::format("the emulator has ended by itself with {}{}{}", how,
                                                      said.empty() ? "" : ": ", said));
        }
    }

    void finish(Job& job, scenario::Result result) {
        const bool has_run = job.state == Job::State::running;
        job.state = Job::State::done;
        job.result = {.test = job.test,
                      .name = job.name,
                      .result = std::move(result),
                      .folder = folder_of(job.test),
                      .artifacts = has_run ? artifacts_in(folder(job)) : std::vector<std::string>{}};
        if (job.asked_for) listener_.ended(job.result);
    }

    const SuiteConfig& config_;
    SuiteListener& listener_;
    std::vector<Job> jobs_;
    ProcessPool pool_;
    bool stopped_ = false;
};

}  // namespace

Results run(const SuiteConfig& config, const std::vector<Case>& cases, SuiteListener& listener) {
    return Run(config, cases, listener).run();
}

}  // namespace k210::suite
