#include "suite/artifact_folder.hpp"

#include <algorithm>

#include "base/file_access.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;

// Different words stay different.
std::string file_name(std::string_view word) {
    std::string name;
    for (const char c : word) {
        if (c == '/')
            name += "%2F";
        else if (c == '%')
            name += "%25";
        else
            name += c;
    }
    if (name == ".." || name == ".") name.replace(0, 1, "%2E");
    return name;
}

}  // namespace

fs::path folder_of(const Case& test) {
    fs::path folder;
    for (const fs::path& part : test.file) folder /= file_name(part.string());
    const std::string file = test.file.string();
    if (test.id.size() > file.size() + 2)
        folder /= file_name(std::string_view(test.id).substr(file.size() + 1, test.id.size() - file.size() - 2));
    return folder;
}

void begin_folder(const fs::path& folder) {
    std::error_code error;
    // Only what is known to be of such a run is removed.
    if (fs::exists(folder / kResultFile, error))
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            if (entry.is_regular_file()) fs::remove(entry.path(), error);
    fs::create_directories(folder, error);
    if (error) fail_on(folder, error.message());
}

std::vector<std::string> artifacts_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file(error) && name != kResultFile && entry.file_size(error) > 0) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace k210::suite
