// Tests as MicroPython and CanMV keep them for boards: Python files, with what each is to print beside it in FILE.exp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario.hpp"
#include "scenario/yaml_value.hpp"

namespace k210::scenario {

// Of a step's `files`, patterns as a shell has them, in order of their names. Throws InputError.
std::vector<DeviceTest> find_device_tests(const YamlValue& files, const std::vector<std::string>& exclude);

// What a test has said, as .exp files have it.
std::string as_expected(std::string_view said);
// A test that finds that it cannot run says so.
bool is_skipped(std::string_view said);
// In one line, from where it departs; empty when it does not.
std::string difference_of(std::string_view expected, std::string_view said);

}  // namespace k210::scenario
