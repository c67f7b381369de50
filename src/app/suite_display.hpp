// What people see of a suite that runs: a line for each scenario, more where it has not passed, and on a terminal what
// runs just now.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "suite/suite.hpp"

namespace k210::app {

class SuiteDisplay final : public suite::SuiteListener {
public:
    // `total`: how many will run. `steps`: say each of them, too.
    SuiteDisplay(std::size_t total, std::filesystem::path artifacts, bool steps);
    ~SuiteDisplay() override { clear(); }

    void began(const suite::Case& test) override;
    void ended(const suite::CaseResult& result) override;
    bool stop() override;

private:
    void clear();
    void draw();

    const std::size_t total_;
    const std::filesystem::path artifacts_;
    const bool steps_, terminal_;
    std::size_t done_ = 0, not_passed_ = 0;
    std::vector<std::string> running_;  // ids
    bool drawn_ = false;
};

// Prints "failed boot.yaml (1.250 guest seconds, 0.4 s)" and what belongs to it; bad input is told on standard error.
void show(const suite::CaseResult& result, const std::filesystem::path& artifacts, bool steps);

}  // namespace k210::app
