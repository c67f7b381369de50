// The results of a suite: in memory, as a JSON file, and those of several machines as one.
#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "suite/case.hpp"
#include "suite/selection.hpp"

namespace k210::suite {

struct Results {
    Shard shard{};
    std::vector<CaseResult> cases{};  // by id
    double wall_s = 0;
};

using Counts = std::array<std::size_t, scenario::kStatusCount>;
Counts counts(const Results& results);
std::string summary(const Results& results);  // "5 scenarios: 3 passed, 2 failed"

// What the whole comes to: a mistake in a scenario above what failed, that above what came too late.
scenario::Status verdict(const Results& results);

// Two runs of one suite give the same text, but for what is in keys named wall_seconds.
std::string to_json_text(const Results& results);
// Throws InputError: of a file that is no such text, and where it is none.
Results read_results(const std::filesystem::path& file);

// Where `file` was, and what it holds.
struct ResultsFile {
    std::filesystem::path file;
    Results results;
};
// Throws InputError when a shard is missing, or two do not agree on what a case came to. Folders are said as they are
// from `from`.
Results merge(std::span<const ResultsFile> parts, const std::filesystem::path& from);

// With the newer results of some cases.
Results updated(Results older, const Results& newer);

}  // namespace k210::suite
