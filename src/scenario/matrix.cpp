#include "scenario/matrix.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "scenario/start_from.hpp"

namespace k210::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMatrix = "matrix";
constexpr std::array<std::string_view, 12> kSettable{"firmware", "board",        "flash",        "sd",
                                                     "camera",   "camera-mount", "timeout",      "wall-timeout",
                                                     "strict",   "timing",       "flash-timing", "mic"};
constexpr std::size_t kMostRows = 10'000;

std::optional<YamlValue> find(const YamlValue& map, std::string_view key) {
    if (!map.is_map()) return {};
    for (const auto& [name, value] : map.pairs())
        if (name == key) return value;
    return {};
}

// A word that ${} can hold.
void check_key(const std::string& key, const YamlValue& value) {
    const bool fine = !key.empty() &&
                      std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
    if (!fine) value.refuse(fmt::format("'{}' is no word of letters, digits, _ and -", key));
}

// `what` offers them.
void check_count(std::size_t rows, std::size_t times, std::string_view what) {
    if (rows * times > kMostRows) throw InputError(fmt::format("{}: has more than {} combinations", what, kMostRows));
}

std::vector<Settings> product(const std::vector<Settings>& rows, const std::string& key,
                              const std::vector<std::string>& values, std::string_view what) {
    check_count(rows.size(), values.size(), what);
    std::vector<Settings> all;
    for (const Settings& row : rows)
        for (const std::string& value : values) {
            all.push_back(row);
            all.back().push_back({key, value});
        }
    return all;
}

Settings row_of(const YamlValue& map) {
    Settings row;
    for (const auto& [key, value] : map.pairs()) {
        check_key(key, value);
        row.push_back({key, value.text()});
    }
    return row;
}

std::vector<Settings> rows_of(const YamlValue& root) {
    std::vector<Settings> rows{{}};
    const auto matrix = find(root, kMatrix);
    if (!matrix) return rows;
    if (matrix->is_list()) {
        rows.clear();
        for (const YamlValue& row : matrix->list()) rows.push_back(row_of(row));
        check_count(rows.size(), 1, fmt::format("{}: {}", to_string(matrix->place()), kMatrix));
        if (rows.empty()) matrix->refuse("is empty");
        return rows;
    }
    for (const auto& [key, value] : matrix->pairs()) {
        check_key(key, value);
        std::vector<std::string> values;
        for (const YamlValue& one : value.one_or_more()) values.push_back(one.text());
        if (values.empty()) value.refuse("is empty");
        rows = product(rows, key, values, fmt::format("{}: {}", to_string(matrix->place()), kMatrix));
    }
    return rows;
}

std::vector<Settings> each_once(std::vector<Settings> rows) {
    std::set<std::vector<std::pair<std::string, std::string>>> seen;
    std::erase_if(rows, [&](const Settings& row) {
        std::vector<std::pair<std::string, std::string>> words;
        for (const auto& [key, value] : row) words.emplace_back(key, value);
        return !seen.insert(std::move(words)).second;
    });
    return rows;
}

bool has(const Settings& row, std::string_view key) {
    return std::ranges::find(row, key, &Setting::key) != row.end();
}

// What a row does not say, the others may.
std::vector<Settings> joined(const std::vector<Settings>& rows, const std::vector<Settings>& others,
                             std::string_view what) {
    check_count(rows.size(), others.size(), what);
    std::vector<Settings> all;
    for (const Settings& row : rows)
        for (const Settings& other : others) {
            Settings both = row;
            for (const Setting& setting : other)
                if (!has(row, setting.key)) both.push_back(setting);
            all.push_back(std::move(both));
        }
    return each_once(std::move(all));
}

std::vector<Settings> all_rows_of(const fs::path& file, unsigned depth) {
    const YamlValue root = read_yaml(file);
    auto rows = rows_of(root);
    const auto base = find(root, kStartFrom);
    if (!base || !base->is_scalar() || !is_scenario(base->text())) return rows;
    check_start_depth(*base, depth);
    return joined(rows, all_rows_of(base->path(), depth + 1), to_string(base->place()));
}

// Settings may name each other.
std::string replaced(const YAML::Node& node, const YamlValue& root, const Settings& settings) {
    constexpr unsigned kMostWords = 1000;
    std::string text = node.Scalar();
    const auto refuse = [&](std::string_view why) { YamlValue(node, root.place().file, {}).refuse(why); };
    unsigned words = 0;
    for (std::size_t begin = 0; (begin = text.find("${", begin)) != text.npos;) {
        const std::size_t end = text.find('}', begin);
        if (end == text.npos) break;
        const std::string word = text.substr(begin + 2, end - begin - 2);
        const auto found = std::ranges::find(settings, word, &Setting::key);
        if (found == settings.end()) {
            std::vector<std::string> known;
            for (const Setting& setting : settings) known.push_back(setting.key);
            refuse(
                fmt::format("there is no ${{{}}}, only {}{}", word, fmt::join(known, ", "), suggestion(word, known)));
        }
        if (++words > kMostWords) refuse(fmt::format("${{{}}} stands for itself", word));
        text.replace(begin, end + 1 - begin, found->value);
        if (text.size() > kMostYamlBytes)
            refuse(fmt::format("with ${{{}}} it is larger than {} bytes", word, kMostYamlBytes));
    }
    return text;
}

void replace_in(YAML::Node node, const YamlValue& root, const Settings& settings) {
    if (node.IsScalar()) {
        if (node.Scalar().find("${") != std::string::npos) node = replaced(node, root, settings);
        return;
    }
    if (node.IsSequence())
        for (YAML::Node child : node) replace_in(child, root, settings);
    if (node.IsMap())
        for (auto pair : node)
            if (pair.first.Scalar() != kMatrix) replace_in(pair.second, root, settings);
}

}  // namespace

std::span<const std::string_view> settable_keys() {
    return kSettable;
}

bool is_settable(std::string_view key) {
    return std::ranges::find(kSettable, key) != kSettable.end();
}

Matrix::Matrix(const fs::path& file) : rows_(all_rows_of(file, 0)) {}

bool Matrix::offers(std::string_view key) const {
    return std::ranges::any_of(rows_, [&](const Settings& row) { return has(row, key); });
}

bool Matrix::varies(std::string_view key) const {
    std::set<std::string> values;
    for (const Settings& row : rows_) {
        const auto found = std::ranges::find(row, key, &Setting::key);
        values.insert(found == row.end() ? std::string() : found->value);
    }
    return values.size() > 1;
}

std::vector<std::string> Matrix::keys() const {
    std::vector<std::string> all;
    for (const Settings& row : rows_)
        for (const Setting& setting : row)
            if (std::ranges::find(all, setting.key) == all.end()) all.push_back(setting.key);
    return all;
}

std::vector<Settings> Matrix::combinations(const std::vector<Choices>& given) const {
    std::vector<Settings> rows = rows_;
    for (const Choices& choices : given) {
        if (!knows(choices.key)) continue;
        for (Settings& row : rows)
            std::erase_if(row, [&](const Setting& setting) { return setting.key == choices.key; });
        rows = product(rows, choices.key, choices.values, "--matrix");
    }
    return each_once(std::move(rows));
}

std::optional<YamlValue> offered(const YamlValue& root, const Setting& setting) {
    const auto matrix = find(root, kMatrix);
    if (!matrix) return {};
    for (const YamlValue& map : matrix->one_or_more()) {
        const auto values = find(map, setting.key);
        if (!values) continue;
        for (const YamlValue& value : values->one_or_more())
            if (value.is_scalar() && value.text() == setting.value) return value;
    }
    return {};
}

void replace_words(const YamlValue& root, const Settings& settings) {
    if (!settings.empty()) replace_in(root.node(), root, settings);
}

}  // namespace k210::scenario
