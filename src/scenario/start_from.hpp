// What a scenario may go on from: where another one ends, or a snapshot.
#pragma once
#include <filesystem>
#include <string_view>

#include "scenario/yaml_value.hpp"

namespace k210::scenario {

inline constexpr std::string_view kStartFrom = "start_from";

inline bool is_scenario(const std::filesystem::path& file) {
    return file.extension() == ".yaml" || file.extension() == ".yml";
}

// Keys that a scenario has for itself, whatever it starts from.
inline bool goes_with_start(std::string_view key) {
    return key == "camera" || key == "mic" || key == "timeout" || key == "wall-timeout";
}

inline void check_start_depth(const YamlValue& start_from, unsigned depth) {
    constexpr unsigned kDeepest = 16;
    if (depth >= kDeepest) start_from.refuse("the scenarios start from each other too deep");
}

}  // namespace k210::scenario
