// What a scenario has come to: values, for people and for programs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "k210/host/picture.hpp"
#include "scenario/scenario.hpp"

namespace k210::scenario {

enum class Status : std::uint8_t {
    passed,
    failed,
    timeout,       // what was waited for did not come in guest time
    wall_timeout,  // the host took too long
    bad_input,
    skipped,  // something that it needs is not there
    lost,     // nobody knows: what it came to could not be kept
};
inline constexpr std::size_t kStatusCount = 7;
std::string_view to_string(Status status);

struct StepResult {
    Place place;
    std::string shown;
    Status status = Status::passed;
    double began_s = 0, ended_s = 0;  // guest time
    double wall_s = 0;                // that it took the host
    std::string why{};                // in one line, for people; empty when it has passed
    std::string detail{};             // more of it: a traceback, registers after a crash
};

struct Result {
    Status status = Status::passed;
    std::string message{};  // in one line; empty when it has passed
    std::string detail{};
    std::vector<StepResult> steps{};  // those that have run
    double guest_s = 0, wall_s = 0;
    std::string board{};
    std::vector<std::string> last_lines{};  // on the console
    Picture screen{}, difference{};         // at the end; empty where there is none
    std::string made_from{};          // what `k210emu run` takes, to be the same; but for a snapshot to go on from
    std::vector<std::string> lost{};  // what could not be kept, and why
};

}  // namespace k210::scenario
