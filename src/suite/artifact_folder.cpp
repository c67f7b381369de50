#include "suite/artifact_folder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/file_access.hpp"
#include "base/shell_word.hpp"

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

std::optional<std::string> replay_command(const CaseResult& result, const fs::path& artifacts) {
    const auto kept = [&](std::string_view name) {
        return std::ranges::find(result.artifacts, name) != result.artifacts.end();
    };
    if (!kept(kRecordFile)) return {};
    const auto option = [&](std::string_view words, std::string_view name) {
        return fmt::format(" {} {}", words, shell_word((artifacts / result.folder / name).string()));
    };
    std::string command = "k210emu run";
    if (!result.result.made_from.empty()) command += " " + result.result.made_from;
    if (kept(kBeginFile)) command += option("--from", kBeginFile);
    return command + option("--replay", kRecordFile);
}

}  // namespace k210::suite
