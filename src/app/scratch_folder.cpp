#include "app/scratch_folder.hpp"

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/file_access.hpp"

namespace k210::app {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder(std::string_view name) {
    std::string folder = (fs::temp_directory_path() / fmt::format("{}-XXXXXX", name)).string();
    if (!::mkdtemp(folder.data())) fail_on(folder, errno);
    path_ = folder;
}

ScratchFolder::~ScratchFolder() {
    if (kept_) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace k210::app
