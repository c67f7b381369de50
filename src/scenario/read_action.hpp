// What one step of a scenario does, read from its word and what follows that.
#pragma once
#include <span>
#include <string_view>

#include "scenario/scenario.hpp"
#include "scenario/yaml_value.hpp"

namespace k210::scenario {

// Words that steps begin with, in the order in which people are told of them.
std::span<const std::string_view> action_words();
// The key of `value` is one of them.
Action read_action(const YamlValue& value);

// Of a button, encoder and so on; refused when the scenario's board is known and has none. Empty names the only one.
void check_ports(const Step& step, const Board& board);

}  // namespace k210::scenario
