// Reads a scenario: a YAML file, with what it names. Every mistake is an InputError of one line: "FILE:LINE: why", or
// what a file that it names is refused with.
#pragma once
#include <filesystem>

#include "scenario/scenario.hpp"
#include "scenario/setting.hpp"

namespace k210::scenario {

Scenario read_scenario(const std::filesystem::path& file, const Settings& settings = {});

}  // namespace k210::scenario
