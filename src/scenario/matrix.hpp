// What a scenario is run with, over and over: all combinations of what its matrix offers.
//
//     matrix: {firmware: [a.bin, b.bin], board: [maix_bit, maix_go]}   # 4 combinations
//     matrix: [{firmware: a.bin, banner: v0.5}, {firmware: b.bin, banner: v0.6}]
//
// A key of the scenario takes the place of its value there; each is also what ${key} stands for in all texts.
#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/setting.hpp"
#include "scenario/yaml_value.hpp"

namespace k210::scenario {

// Keys of a scenario whose values a setting can take the place of.
std::span<const std::string_view> settable_keys();
bool is_settable(std::string_view key);

class Matrix {
public:
    // Of the scenario, and of what it starts from. Throws InputError: "FILE:LINE: why".
    explicit Matrix(const std::filesystem::path& file);

    // The scenario would notice.
    bool knows(std::string_view key) const { return is_settable(key) || offers(key); }
    bool offers(std::string_view key) const;  // itself
    bool varies(std::string_view key) const;  // it offers more than one
    std::vector<std::string> keys() const;

    // Each once; a key that is given is offered no more. One without any where there is nothing to choose.
    std::vector<Settings> combinations(const std::vector<Choices>& given) const;

private:
    std::vector<Settings> rows_;
};

// What a scenario's own matrix says for a setting, with its place in the file.
std::optional<YamlValue> offered(const YamlValue& root, const Setting& setting);

// Every ${key} in the texts of a file is replaced, where there are settings. Throws InputError on other words there.
void replace_words(const YamlValue& root, const Settings& settings);

}  // namespace k210::scenario
