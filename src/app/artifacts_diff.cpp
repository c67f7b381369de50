#include "app/artifacts_diff.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "k210/host/picture_file.hpp"
#include "scenario/picture_check.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostShown = 80, kMostLines = 20;

std::set<fs::path> files_in(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) throw InputError(fmt::format("{}: is no folder", folder.string()));
    std::set<fs::path> files;
    for (fs::recursive_directory_iterator i(folder, error), end; !error && i != end; i.increment(error))
        if (i->is_regular_file(error)) files.insert(i->path().lexically_relative(folder));
    if (error) throw InputError(fmt::format("{}: {}", folder.string(), error.message()));
    return files;
}

std::string text_of(const fs::path& file) {
    const auto bytes = read_file(file);
    return {bytes.begin(), bytes.end()};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        lines.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return lines;
}

std::vector<std::string> compare_text(const std::string& before, const std::string& after) {
    const auto a = lines_of(before), b = lines_of(after);
    const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto shown = [](const auto& lines, auto at) {
        return at == lines.end() ? std::string("the end") : fmt::format("'{}'", printable(*at, kMostShown));
    };
    return {fmt::format("from line {} on: {} -> {}", at_a - a.begin() + 1, shown(a, at_a), shown(b, at_b))};
}

std::vector<std::string> compare_pictures(const fs::path& before, const fs::path& after) {
    scenario::PictureCheck check;
    check.golden = load_picture(before);
    const auto found = scenario::difference(load_picture(after), check);
    return found ? std::vector{found->why} : std::vector<std::string>();
}

std::optional<json> json_of(const fs::path& file) {
    json value = json::parse(text_of(file), nullptr, false);
    if (value.is_discarded()) return {};
    return value.flatten();
}

std::string change(const json& before, const json& after) {
    std::string text = fmt::format("{} -> {}", before.dump(), after.dump());
    if (before.is_number() && after.is_number() && before.get<double>() != 0)
        text += fmt::format(" ({:+.1f} %)", 100 * (after.get<double>() / before.get<double>() - 1));
    return text;
}

std::vector<std::string> compare_figures(const json& before, const json& after) {
    std::set<std::string> keys;
    for (const json* const side : {&before, &after})
        for (const auto& [key, value] : side->items())
            if (key.find("wall") == key.npos) keys.insert(key);
    std::vector<std::string> lines;
    for (const std::string& key : keys) {
        const auto a = before.find(key), b = after.find(key);
        if (a == before.end())
            lines.push_back(fmt::format("{}: only in the second: {}", key, printable(b->dump(), kMostShown)));
        else if (b == after.end())
            lines.push_back(fmt::format("{}: only in the first: {}", key, printable(a->dump(), kMostShown)));
        else if (*a != *b)
            lines.push_back(fmt::format("{}: {}", key, printable(change(*a, *b), 2 * kMostShown)));
    }
    return lines;
}

std::vector<std::string> compare_files(const fs::path& before, const fs::path& after) {
    if (before.extension() == ".png") return compare_pictures(before, after);
    if (before.extension() == ".json")
        if (const auto a = json_of(before), b = json_of(after); a && b) return compare_figures(*a, *b);
    const std::string a = text_of(before), b = text_of(after);
    if (a == b) return {};
    if (before.extension() == ".txt" || before.extension() == ".json") return compare_text(a, b);
    return {fmt::format("differs, from byte {} on",
                        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin())};
}

}  // namespace

std::vector<ArtifactDifference> compare_artifacts(const fs::path& before, const fs::path& after) {
    const std::set<fs::path> first = files_in(before), second = files_in(after);
    std::set<fs::path> all = first;
    all.insert(second.begin(), second.end());
    std::vector<ArtifactDifference> differences;
    for (const fs::path& file : all) {
        ArtifactDifference difference{file, {}};
        if (!second.contains(file))
            difference.what = {"only in the first"};
        else if (!first.contains(file))
            difference.what = {"only in the second"};
        else
            difference.what = compare_files(before / file, after / file);
        if (difference.what.size() > kMostLines) {
            const std::size_t more = difference.what.size() - kMostLines;
            difference.what.resize(kMostLines);
            difference.what.push_back(fmt::format("and {} more", more));
        }
        if (!difference.what.empty()) differences.push_back(std::move(difference));
    }
    return differences;
}

}  // namespace k210::app
