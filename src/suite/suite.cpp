#include "suite/suite.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "scenario/read_scenario.hpp"
#include "suite/artifact_folder.hpp"
#include "suite/result_json.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;
using scenario::Scenario;
using scenario::Status;

constexpr std::chrono::milliseconds kLookEvery{200};

struct Job {
    Case test;
    std::string name;
    double wall_limit_s = 0;
    std::optional<std::string> missing;
    std::optional<CaseResult> result{};
};

// Without what is large.
Job job_for(const Case& test) {
    const Scenario scenario = scenario::read_scenario(test.file, test.settings);
    return {test, scenario.name, scenario.wall_timeout_s, scenario.missing};
}

std::vector<Job> read_all(const std::vector<Case>& cases) {
    std::vector<Job> jobs;
    std::vector<std::string> complaints;
    for (const Case& test : cases) {
        try {
            jobs.push_back(job_for(test));
        } catch (const InputError& error) {
            if (std::ranges::find(complaints, error.what()) == complaints.end()) complaints.emplace_back(error.what());
        }
    }
    if (!complaints.empty()) throw BadScenarios(std::move(complaints));
    return jobs;
}

std::string last_line_of(const fs::path& file) {
    const auto bytes = read_file(file);
    std::string text(bytes.begin(), bytes.end());
    text.erase(text.find_last_not_of('\n') + 1);
    return text.substr(text.rfind('\n') + 1);
}

class Run {
public:
    Run(const SuiteConfig& config, const std::vector<Case>& cases, SuiteListener& listener)
        : config_(config), listener_(listener), jobs_(read_all(cases)), pool_(config.grace) {}

    Results run() {
        const auto began = ProcessPool::Clock::now();
        std::size_t next = 0;
        while (next < jobs_.size() || pool_.running() > 0) {
            if (!stopped_ && listener_.stop()) {
                stopped_ = true;
                pool_.stop();
            }
            if (stopped_ && pool_.running() == 0) break;
            if (!stopped_ && next < jobs_.size() && pool_.running() < config_.processes) {
                start(next++);
                continue;
            }
            if (const auto ended = pool_.wait(kLookEvery); ended && !stopped_) end(*ended);
        }
        Results results{.interrupted = stopped_};
        for (Job& job : jobs_)
            if (job.result) results.cases.push_back(std::move(*job.result));
        results.wall_s = ProcessPool::Seconds(ProcessPool::Clock::now() - began).count();
        return results;
    }

private:
    fs::path folder(const Job& job) const { return config_.artifacts / folder_of(job.test); }

    void start(std::size_t index) {
        Job& job = jobs_[index];
        if (job.missing) return finish(job, {.status = Status::skipped, .message = *job.missing});
        const fs::path place = folder(job);
        begin_folder(place);
        std::vector<std::string> command = config_.program;
        command.insert(command.end(), {job.test.file.string(), "--result", (place / kResultFile).string(),
                                       "--artifacts", place.string()});
        for (const auto& [key, value] : job.test.settings)
            command.insert(command.end(), {"--set", fmt::format("{}={}", key, value)});
        pool_.start(index, std::move(command), place / kOutputFile,
                    ProcessPool::Seconds{job.wall_limit_s} + config_.grace);
        listener_.began(job.test);
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
            const std::string said = printable(last_line_of(place / kOutputFile));
            const std::string how =
                ended.status < 0 ? fmt::format("signal {}", -ended.status) : fmt::format("status {}", ended.status);
            return failed(Status::failed, fmt::format("the emulator has ended by itself with {}{}{}", how,
                                                      said.empty() ? "" : ": ", said));
        }
    }

    void finish(Job& job, scenario::Result result) {
        const fs::path place = folder(job);
        const bool has_run = result.status != Status::skipped;
        job.result = CaseResult{.test = job.test,
                                .name = job.name,
                                .result = std::move(result),
                                .folder = folder_of(job.test),
                                .artifacts = has_run ? artifacts_in(place) : std::vector<std::string>{}};
        listener_.ended(*job.result);
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
