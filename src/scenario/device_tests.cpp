#include "scenario/device_tests.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <glob.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"

namespace k210::scenario {
namespace {

constexpr std::size_t kMostShown = 80;

std::vector<std::filesystem::path> matching(const std::filesystem::path& pattern) {
    glob_t found{};
    std::vector<std::filesystem::path> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    return files;
}

std::string text_of(const std::filesystem::path& file) {
    const auto bytes = read_file(file);
    return {bytes.begin(), bytes.end()};
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return line;
}

}  // namespace

std::vector<DeviceTest> find_device_tests(const YamlValue& files, const std::vector<std::string>& exclude) {
    std::set<std::filesystem::path> all;
    for (const YamlValue& pattern : files.one_or_more()) {
        const auto found = matching(files.place().file.parent_path() / pattern.text());
        if (found.empty()) pattern.refuse(fmt::format("there is no file {}", pattern.text()));
        all.insert(found.begin(), found.end());
    }
    std::vector<DeviceTest> tests;
    for (const std::filesystem::path& file : all) {
        if (std::ranges::find(exclude, file.filename().string()) != exclude.end()) continue;
        const std::filesystem::path expected = file.string() + ".exp";
        std::error_code error;
        if (!std::filesystem::exists(expected, error))
            files.refuse(
                fmt::format("{} has no {} that says what it is to print", file.string(), expected.filename().string()));
        tests.push_back({file, text_of(file), as_expected(text_of(expected))});
    }
    return tests;
}

std::string as_expected(std::string_view said) {
    std::string text(said);
    std::erase(text, '\r');
    return text;
}

bool is_skipped(std::string_view said) {
    return said == "SKIP\n" || said == "SKIP-TOO-LARGE\n";
}

std::string difference_of(std::string_view expected, std::string_view said) {
    for (std::size_t number = 1; !expected.empty() || !said.empty(); ++number) {
        const bool more_expected = !expected.empty(), more_said = !said.empty();
        const std::string_view wanted = take_line(expected), line = take_line(said);
        if (!more_expected) return fmt::format("line {} is too much: '{}'", number, printable(line, kMostShown));
        if (!more_said) return fmt::format("line {} is missing: '{}'", number, printable(wanted, kMostShown));
        if (wanted != line)
            return fmt::format("line {} is '{}', not '{}'", number, printable(line, kMostShown),
                               printable(wanted, kMostShown));
    }
    return {};
}

}  // namespace k210::scenario
