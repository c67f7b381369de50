#include "suite/cases.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/shell_word.hpp"
#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "scenario/matrix.hpp"
#include "scenario/start_from.hpp"
#include "suite/selection.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;
using scenario::Choices;
using scenario::Matrix;
using scenario::Setting;
using scenario::Settings;

std::pair<std::string, std::string> split(std::string_view option, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos || equals == 0 || equals + 1 == text.size())
        throw InputError(fmt::format("{} '{}': is no KEY=VALUE", option, text));
    return {text.substr(0, equals), text.substr(equals + 1)};
}

bool in_matrix(const Given& given, const std::string& key) {
    return std::ranges::find(given.matrix, key, &Choices::key) != given.matrix.end();
}
bool is_set(const Given& given, const std::string& key) {
    return std::ranges::find(given.set, key, &Setting::key) != given.set.end();
}

std::string id_of(const fs::path& file, const Matrix& matrix, const Given& given, const Settings& settings) {
    std::string told;
    for (const auto& [key, value] : settings)
        if (matrix.varies(key) || in_matrix(given, key))
            told += fmt::format("{}{}={}", told.empty() ? "" : ",", key, value);
    return told.empty() ? file.string() : fmt::format("{}[{}]", file.string(), told);
}

// What the program is to be told, besides the file, so that it runs this case.
std::string options_of(const Matrix& matrix, const Given& given, const Settings& settings) {
    std::string options;
    for (const auto& [key, value] : settings) {
        const bool of_matrix = in_matrix(given, key);
        if (of_matrix || is_set(given, key) || matrix.varies(key))
            options += fmt::format(" {} {}", of_matrix ? "--matrix" : "--set", shell_word(key + "=" + value));
    }
    return options;
}

void check_keys(std::span<const Matrix> matrices, const Given& given) {
    const auto check = [&](std::string_view option, const std::string& key) {
        if (std::ranges::any_of(matrices, [&](const Matrix& matrix) { return matrix.knows(key); })) return;
        std::vector<std::string> known(scenario::settable_keys().begin(), scenario::settable_keys().end());
        for (const Matrix& matrix : matrices)
            for (const std::string& own : matrix.keys())
                if (std::ranges::find(known, own) == known.end()) known.push_back(own);
        const std::string meant = suggestion(key, known);
        throw InputError(fmt::format("{} {}: no scenario has that{} Keys: {}", option, key, meant.empty() ? "." : meant,
                                     fmt::join(known, ", ")));
    };
    for (const Choices& choices : given.matrix) check("--matrix", choices.key);
    for (const Setting& setting : given.set) check("--set", setting.key);
}

}  // namespace

Choices parse_choices(const std::string& text) {
    const auto [key, list] = split("--matrix", text);
    Choices choices{key, {}};
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        choices.values.push_back(list.substr(at, comma - at));
        if (choices.values.back().empty()) throw InputError(fmt::format("--matrix '{}': an empty value", text));
        at = comma + 1;
    }
    return choices;
}

Setting parse_setting(const std::string& text) {
    const auto [key, value] = split("--set", text);
    return {key, value};
}

std::vector<Case> cases_of(std::span<const fs::path> files, const Given& given) {
    std::vector<Choices> choices = given.matrix;
    for (const auto& [key, value] : given.set) choices.push_back({key, {value}});
    for (std::size_t i = 0; i < choices.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (choices[i].key == choices[k].key) throw InputError(fmt::format("{} is given twice", choices[i].key));
    std::vector<Matrix> matrices;
    std::vector<Case> cases;
    for (const fs::path& file : files) {
        const Matrix& matrix = matrices.emplace_back(file);
        for (Settings& settings : matrix.combinations(choices)) {
            std::ranges::sort(settings, {}, &Setting::key);
            Case test{.file = file, .id = id_of(file, matrix, given, settings)};
            test.again =
                fmt::format("k210emu test {}{}", shell_word(file.string()), options_of(matrix, given, settings));
            test.settings = std::move(settings);
            cases.push_back(std::move(test));
        }
    }
    check_keys(matrices, given);
    sort_by_id(cases);
    return cases;
}

Settings settings_of_base(const fs::path& file, const Settings& settings) {
    const Matrix matrix(file);
    Settings known;
    for (const Setting& setting : settings)
        if (matrix.offers(setting.key) ||
            (scenario::is_settable(setting.key) && !scenario::goes_with_start(setting.key)))
            known.push_back(setting);
    std::ranges::sort(known, {}, &Setting::key);
    return known;
}

}  // namespace k210::suite
