// One run of a scenario, and how it came out.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/result.hpp"
#include "scenario/setting.hpp"

namespace k210::suite {

struct Case {
    std::filesystem::path file;
    scenario::Settings settings{};
    std::string id{};     // the file, and of the settings those that tell it from the file's other cases
    std::string again{};  // the command that runs it
};

struct CaseResult {
    Case test{};
    std::string name{};  // as the scenario calls itself
    scenario::Result result{};
    // What it has left behind, in a folder beside the file that holds the results.
    std::filesystem::path folder{};
    std::vector<std::string> artifacts{};
};

}  // namespace k210::suite
