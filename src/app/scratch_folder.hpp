// A folder among the system's temporary files, gone with its owner.
#pragma once
#include <filesystem>
#include <string_view>

namespace k210::app {

class ScratchFolder {
public:
    explicit ScratchFolder(std::string_view name);  // the beginning of it. Throws InputError.
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace k210::app
