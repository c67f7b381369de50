// Runs cases, each in a process of its own, some beside each other.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "k210/base/error.hpp"
#include "scenario/scenario.hpp"
#include "suite/process_pool.hpp"
#include "suite/results.hpp"

namespace k210::suite {

inline constexpr int kResultLost = 3;  // the exit status of a program that could not write what a case came to

struct SuiteConfig {
    // What runs one case: these words, and behind them "FILE --result JSON --artifacts DIR [--set KEY=VALUE]...",
    // where others start from its end also "--keep-end", and where it starts from one "--from SNAPSHOT".
    std::vector<std::string> program;
    std::filesystem::path artifacts;  // of all cases
    std::size_t processes = 1;
    ProcessPool::Seconds grace{10};  // beyond a case's own limit of real time, which it looks at itself
    // Looks at what a scenario names, and throws InputError when it cannot be used.
    std::function<void(const scenario::Scenario&)> check = [](const scenario::Scenario&) {};
};

class SuiteListener {
public:
    virtual ~SuiteListener() = default;
    virtual void began(const Case&) {}
    virtual void ended(const CaseResult&) {}
    // Looked at a few times a second.
    virtual bool stop() { return false; }
};

// Mistakes in scenarios: what() is the first, and each is a line.
class BadScenarios : public InputError {
public:
    explicit BadScenarios(std::vector<std::string> each) : InputError(each.at(0)), each_(std::move(each)) {}
    const std::vector<std::string>& each() const { return each_; }

private:
    std::vector<std::string> each_;
};

// Reads all scenarios first, and throws BadScenarios before anything runs. Throws InputError when nothing can be run.
// What several start from runs once. Results are in the order of the cases; those that have not run, after stop(), are
// left out.
Results run(const SuiteConfig& config, const std::vector<Case>& cases, SuiteListener& listener);

}  // namespace k210::suite
