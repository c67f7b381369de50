// A folder among the system's temporary files, gone with its owner unless that keeps it.
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

    void keep() { kept_ = true; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
    bool kept_ = false;
};

}  // namespace k210::app
