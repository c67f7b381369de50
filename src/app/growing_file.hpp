// A file that grows while something runs. What goes wrong meanwhile is told when it ends.
#pragma once
#include <filesystem>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace k210::app {

class GrowingFile {
public:
    // Begins what is there anew. Throws InputError.
    explicit GrowingFile(std::filesystem::path path);

    void write(std::string_view text);
    // Throws InputError when not all of it is there.
    void finish();

private:
    std::filesystem::path path_;
    FileDescriptor file_;
    int error_ = 0;
};

}  // namespace k210::app
