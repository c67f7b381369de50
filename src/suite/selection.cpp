#include "suite/selection.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <re2/re2.h>

#include "k210/base/error.hpp"
#include "session/transcript.hpp"

namespace k210::suite {
namespace {

constexpr std::size_t kMostShards = 100'000;

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stopped == end && !text.empty() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string to_string(Shard shard) {
    return fmt::format("{}/{}", shard.index, shard.count);
}

Shard parse_shard(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto index = number(text.substr(0, slash));
    const auto count = number(text.substr(std::min(slash + 1, text.size())));
    if (!index || !count) throw InputError(fmt::format("--shard '{}': is no I/N, such as 1/8", text));
    if (*count < 1 || *count > kMostShards || *index < 1 || *index > *count)
        throw InputError(fmt::format("--shard '{}': counts from 1/N to N/N", text));
    return {*index, *count};
}

std::vector<Case> filtered(std::vector<Case> cases, const std::string& pattern) {
    if (const std::string why = complaint_about_pattern(pattern); !why.empty()) throw InputError("--filter " + why);
    const re2::RE2 wanted(pattern);
    std::erase_if(cases, [&](const Case& test) { return !re2::RE2::PartialMatch(test.id, wanted); });
    return cases;
}

std::vector<Case> of_shard(std::vector<Case> cases, Shard shard) {
    sort_by_id(cases);
    std::vector<Case> own;
    for (std::size_t i = shard.index - 1; i < cases.size(); i += shard.count) own.push_back(std::move(cases[i]));
    return own;
}

void sort_by_id(std::vector<Case>& cases) {
    std::ranges::stable_sort(cases, {}, &Case::id);
    const auto alike = [](const Case& a, const Case& b) { return a.id == b.id; };
    cases.erase(std::unique(cases.begin(), cases.end(), alike), cases.end());
}

}  // namespace k210::suite
