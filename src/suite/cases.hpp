// The cases of scenarios: each with all that its matrix, or the command line, offers.
#pragma once
#include <filesystem>
#include <span>
#include <vector>

#include "scenario/setting.hpp"
#include "suite/case.hpp"

namespace k210::suite {

// KEY=A,B. Throws InputError.
scenario::Choices parse_choices(const std::string& text);
// KEY=VALUE, whatever is in it. The same.
scenario::Setting parse_setting(const std::string& text);

struct Given {
    std::vector<scenario::Choices> matrix{};  // part of a case's id
    scenario::Settings set{};
};

// By id. Throws InputError on scenarios whose matrix has a mistake, and on a key that none of them knows.
std::vector<Case> cases_of(std::span<const std::filesystem::path> files, const Given& given);

// What the scenario `file` has of these settings when a case of another one starts from it.
scenario::Settings settings_of_base(const std::filesystem::path& file, const scenario::Settings& settings);

}  // namespace k210::suite
