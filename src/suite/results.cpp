#include "suite/results.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/version.hpp"
#include "suite/result_json.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using scenario::Status;

constexpr unsigned kFormat = 1;
// As people say them; in the order in which they are told.
constexpr std::pair<Status, std::string_view> kWords[] = {
    {Status::passed, "passed"},        {Status::failed, "failed"},
    {Status::timeout, "too late"},     {Status::wall_timeout, "out of real time"},
    {Status::bad_input, "bad"},        {Status::skipped, "skipped"},
    {Status::lost, "without a result"}};

Json case_json(const CaseResult& test) {
    Json settings = Json::object();
    for (const scenario::Setting& setting : test.test.settings) settings[setting.key] = setting.value;
    Json json{{"id", test.test.id},         {"file", test.test.file.string()}, {"settings", settings},
              {"name", test.name},          {"again", test.test.again},        {"folder", test.folder.string()},
              {"artifacts", test.artifacts}};
    json.update(to_json(test.result));
    return json;
}

CaseResult case_from(const Json& json) {
    CaseResult test{.test = {.file = json.at("file").get<std::string>(),
                             .id = json.at("id").get<std::string>(),
                             .again = json.at("again").get<std::string>()},
                    .name = json.at("name").get<std::string>(),
                    .result = result_from(json),
                    .folder = json.at("folder").get<std::string>(),
                    .artifacts = json.at("artifacts").get<std::vector<std::string>>()};
    for (const auto& [key, value] : json.at("settings").items())
        test.test.settings.push_back({key, value.get<std::string>()});
    return test;
}

Results results_from(const Json& json) {
    if (json.at("format").get<unsigned>() != kFormat)
        throw InputError(
            fmt::format("is of another version of k210emu test: of format {}, not {}", json["format"].dump(), kFormat));
    Results results{.shard = parse_shard(json.at("shard").get<std::string>()),
                    .interrupted = json.at("interrupted").get<bool>(),
                    .wall_s = json.at("wall_seconds").get<double>()};
    for (const Json& test : json.at("scenarios")) results.cases.push_back(case_from(test));
    return results;
}

// But for times of the host.
bool agree(const CaseResult& a, const CaseResult& b) {
    return a.result.status == b.result.status && a.result.message == b.result.message &&
           a.result.guest_s == b.result.guest_s;
}

// Wants all shards, or files that are none.
void check_shards(std::span<const ResultsFile> parts) {
    std::map<std::size_t, std::vector<bool>> seen;  // by how many there are
    for (const ResultsFile& part : parts) {
        if (part.results.interrupted)
            throw InputError(fmt::format("merge: {}: that run was interrupted", part.file.string()));
        const Shard shard = part.results.shard;
        auto& of_these = seen[shard.count];
        of_these.resize(shard.count);
        of_these[shard.index - 1] = true;
    }
    for (const auto& [count, there] : seen) {
        const auto missing = std::ranges::find(there, false);
        if (missing == there.end()) continue;
        const auto index = static_cast<std::size_t>(missing - there.begin()) + 1;
        throw InputError(fmt::format("merge: the results of shard {} are missing", to_string(Shard{index, count})));
    }
}

}  // namespace

Counts counts(const Results& results) {
    Counts of{};
    for (const CaseResult& test : results.cases) ++of[static_cast<std::size_t>(test.result.status)];
    return of;
}

std::string summary(const Results& results) {
    const Counts of = counts(results);
    std::string text = fmt::format("{} scenario{}", results.cases.size(), results.cases.size() == 1 ? "" : "s");
    bool first = true;
    for (const auto& [status, word] : kWords) {
        const std::size_t count = of[static_cast<std::size_t>(status)];
        if (count == 0) continue;
        text += fmt::format("{}{} {}", first ? ": " : ", ", count, word);
        first = false;
    }
    return text;
}

Status verdict(const Results& results) {
    const Counts of = counts(results);
    for (const Status status : {Status::bad_input, Status::failed, Status::wall_timeout, Status::timeout, Status::lost})
        if (of[static_cast<std::size_t>(status)] != 0) return status;
    return Status::passed;
}

std::string to_json_text(const Results& results) {
    const Counts of = counts(results);
    Json json{{"format", kFormat},
              {"k210emu", version()},
              {"shard", to_string(results.shard)},
              {"interrupted", results.interrupted}};
    Json numbers = Json::object();
    for (std::size_t i = 0; i < of.size(); ++i) numbers[std::string(to_string(static_cast<Status>(i)))] = of[i];
    json["counts"] = numbers;
    json["wall_seconds"] = std::round(results.wall_s * 1000) / 1000;
    json["scenarios"] = Json::array();
    for (const CaseResult& test : results.cases) json["scenarios"].push_back(case_json(test));
    return to_text(json);
}

Results read_results(const fs::path& file) {
    const auto bytes = read_file(file);
    try {
        return results_from(Json::parse(bytes));
    } catch (const Json::exception&) {
        throw InputError(fmt::format("{}: is no results file of k210emu test", file.string()));
    } catch (const InputError& error) { throw InputError(fmt::format("{}: {}", file.string(), error.what())); }
}

Results merge(std::span<const ResultsFile> parts) {
    check_shards(parts);
    struct Origin {
        CaseResult test;
        const fs::path* file;
    };
    std::map<std::string, Origin> all;
    Results merged;
    for (const ResultsFile& part : parts) {
        merged.wall_s += part.results.wall_s;
        for (const CaseResult& test : part.results.cases) {
            const auto [at, fresh] = all.emplace(test.test.id, Origin{test, &part.file});
            if (fresh)
                at->second.test.folder = part.file.parent_path() / test.folder;
            else if (!agree(at->second.test, test))
                throw InputError(fmt::format("merge: {} and {} do not agree on {}", at->second.file->string(),
                                             part.file.string(), test.test.id));
        }
    }
    for (auto& [id, origin] : all) merged.cases.push_back(std::move(origin.test));
    return merged;
}

Results moved(Results results, const fs::path& folder, const fs::path& to) {
    for (CaseResult& test : results.cases) test.folder = (folder / test.folder).lexically_proximate(to);
    return results;
}

std::vector<Case> not_passed(std::vector<Case> cases, const Results& results) {
    std::set<std::string> passed;
    for (const CaseResult& result : results.cases)
        if (result.result.status == Status::passed || result.result.status == Status::skipped)
            passed.insert(result.test.id);
    std::erase_if(cases, [&](const Case& test) { return passed.contains(test.id); });
    return cases;
}

Results updated(Results older, const Results& newer) {
    older.wall_s += newer.wall_s;
    for (const CaseResult& test : newer.cases) {
        const auto at = std::ranges::lower_bound(older.cases, test.test.id, {},
                                                 [](const CaseResult& other) { return other.test.id; });
        if (at != older.cases.end() && at->test.id == test.test.id)
            *at = test;
        else
            older.cases.insert(at, test);
    }
    return older;
}

}  // namespace k210::suite
