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
    bool interrupted = false;         // it has been ended from outside, and not all have run
    std::vector<CaseResult> cases{};  // by id
    double wall_s = 0;
};

using Counts = std::array<std::size_t, scenario::kStatusCount>;
Counts counts(const Results& results);
std::string summary(const Results& results);  // "5 scenarios: 3 passed, 2 failed"

// What the whole comes to: a mistake in a scenario above what failed, that above what came too late, and
// that above what nobody knows.
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
// Throws InputError when a shard or a part of one is missing, or two do not agree on what a case came to. Folders are
// said from here.
Results merge(std::span<const ResultsFile> parts);

// With folders, which are in `folder`, as they are said in a file that is in `to`.
Results moved(Results results, const std::filesystem::path& folder, const std::filesystem::path& to);

// Cases that are not among those that passed or were skipped.
std::vector<Case> not_passed(std::vector<Case> cases, const Results& results);

// With the newer results of some cases.
Results updated(Results older, const Results& newer);

}  // namespace k210::suite
