// Finds scenarios in folders.
#pragma once
#include <filesystem>
#include <span>
#include <vector>

namespace k210::suite {

// The files among `paths`, whatever they are, and of the folders, and those in them, all YAML files that have steps at
// their top level. In order, and each once. Hidden folders and links to folders are left out. Throws InputError on what
// is not there, and on a folder without any.
std::vector<std::filesystem::path> find_scenarios(std::span<const std::filesystem::path> paths);

}  // namespace k210::suite
