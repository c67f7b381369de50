// Where a case leaves what it makes: a folder that no other case has.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "suite/case.hpp"

namespace k210::suite {

inline constexpr std::string_view kResultFile = "result.json", kOutputFile = "emulator.txt",
                                  kTimelineFile = "timeline.txt", kFiguresFile = "figures.json",
                                  kConsoleBeforeFile = "console_before.txt",
                                  kBeginFile = "begin.snapshot",  // that it has gone on from
    kEndFile = "end.snapshot",                                    // to go on from
    kRecordFile = "record.jsonl";                                 // of what came to it, to replay

// Below the folder of all artifacts: the scenario's path, and in that a folder for its settings.
std::filesystem::path folder_of(const Case& test);

// Makes it, without the files of an earlier run. Throws InputError.
void begin_folder(const std::filesystem::path& folder);

// What is in it for people, in order.
std::vector<std::string> artifacts_in(const std::filesystem::path& folder);

// The command that gives the run of a case again from its record, where that has been kept.
std::optional<std::string> replay_command(const CaseResult& result, const std::filesystem::path& artifacts);

}  // namespace k210::suite
