// What two runs have left, compared: consoles, pictures, and figures such as the times of steps, layers and frames.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace k210::app {

struct ArtifactDifference {
    std::filesystem::path file;     // relative to the folders
    std::vector<std::string> what;  // for people, a line each
};

// Of all files in both folders, in order of their names; what is alike is left out, and so is what the host's speed
// decides: keys of JSON with "wall" in their name. Throws InputError.
std::vector<ArtifactDifference> compare_artifacts(const std::filesystem::path& before,
                                                  const std::filesystem::path& after);

}  // namespace k210::app
