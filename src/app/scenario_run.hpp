// A scenario that runs in this process: what it needs of the host, and what it leaves behind.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "app/exit_status.hpp"
#include "scenario/result.hpp"
#include "scenario/setting.hpp"

namespace k210::app {

struct ScenarioOptions {
    std::filesystem::path file;
    scenario::Settings settings{};
    // Gets console.txt and log.txt, screenshots and last.png; when it has not passed, what tells why, too. Made when it
    // is not there.
    std::optional<std::filesystem::path> artifacts{};
    std::optional<std::filesystem::path> from{};    // a snapshot: where the scenario that it starts from has ended
    bool keep_end = false;                          // end.snapshot even when it has passed
    bool update_goldens = false;                    // golden pictures become what is seen
    std::optional<std::filesystem::path> result{};  // to write, as JSON
};

// Bad input is in the result, too. A host that hangs ends the process, with the result written. Throws InputError when
// the result cannot be written.
scenario::Result run_scenario(const ScenarioOptions& options);

ExitStatus exit_status_of(scenario::Status status);

}  // namespace k210::app
