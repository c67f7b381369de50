// A model as people name it: a file, or a part of a package.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace k210::app {

struct ModelFile {
    std::string name;   // for people: "face.kmodel", "face.kfpkg:face.kmodel"
    std::string where;  // the same with its folder, for complaints
    std::vector<std::uint8_t> bytes;
};

// "FILE", or "FILE.kfpkg:PART" with PART as the package's list calls it. Of a package that holds one model, this one.
// Throws InputError; what the file holds is not looked at further.
ModelFile load_model_file(const std::filesystem::path& argument);

}  // namespace k210::app
