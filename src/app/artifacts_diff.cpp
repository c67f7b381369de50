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

constexpr std::size_t kMostShown = 80, kMostLines = 60;

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
    return value;
}

// Six digits of a measure are enough; a count that is whole is told whole.
std::string figure(const json& value) {
    return value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump();
}

std::string in_per_cent(const json& before, const json& after) {
    if (!before.is_number() || !after.is_number() || before.get<double>() == 0) return {};
    return fmt::format(" ({:+.1f} %)", 100 * (after.get<double>() / before.get<double>() - 1));
}

std::string change(const std::string& key, const json& before, const json& after) {
    const bool bytes = before.is_number() && after.is_number() && key.ends_with("_bytes");
    return (bytes ? fmt::format("{:.1f} -> {:.1f} KiB", before.get<double>() / 1024, after.get<double>() / 1024)
                  : fmt::format("{} -> {}", figure(before), figure(after))) +
           in_per_cent(before, after);
}

// Layers as `kmodel profile --json` has them, a line each; they are taken out of both.
std::vector<std::string> compare_layers(json& before, json& after) {
    const auto take = [](json& value) {
        json layers = json::array();
        if (!value.is_object() || !value.contains("layers") || !value["layers"].is_array()) return layers;
        const bool timed = std::ranges::all_of(value["layers"], [](const json& layer) {
            return layer.is_object() && layer.contains("kind") && layer["kind"].is_string() && layer.contains("ms") &&
                   layer["ms"].is_number();
        });
        if (!timed) return layers;
        layers = std::move(value["layers"]);
        value.erase("layers");
        return layers;
    };
    const json a = take(before), b = take(after);
    const auto told = [](const json& layer) {
        return fmt::format("{}, {} ms", layer["kind"].get<std::string>(), figure(layer["ms"]));
    };
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const std::string name = fmt::format("layer {}: ", i);
        if (i >= a.size())
            lines.push_back(name + "only in the second: " + told(b[i]));
        else if (i >= b.size())
            lines.push_back(name + "only in the first: " + told(a[i]));
        else if (a[i]["kind"] != b[i]["kind"])
            lines.push_back(fmt::format("{}{} -> {}", name, told(a[i]), told(b[i])));
        else if (a[i]["ms"] != b[i]["ms"])
            lines.push_back(fmt::format("{}{}, {} -> {} ms{}", name, a[i]["kind"].get<std::string>(),
                                        figure(a[i]["ms"]), figure(b[i]["ms"]), in_per_cent(a[i]["ms"], b[i]["ms"])));
    }
    for (std::string& line : lines) line = printable(line, 2 * kMostShown);
    return lines;
}

std::vector<std::string> compare_figures(json before, json after) {
    const std::vector<std::string> layers = compare_layers(before, after);
    before = before.flatten();
    after = after.flatten();
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
            lines.push_back(fmt::format("{}: {}", key, printable(change(key, *a, *b), 2 * kMostShown)));
    }
    lines.insert(lines.end(), layers.begin(), layers.end());
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
