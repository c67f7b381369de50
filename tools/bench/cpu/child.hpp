// Runs a program to its end and says what that took.
#pragma once
#include <string>
#include <vector>

namespace k210::bench {

struct ChildRun {
    int status;  // exit status; minus the signal that ended it otherwise
    double wall_seconds, cpu_seconds;
    double peak_mib;  // resident; never less than this process has when it starts the other (Linux inherits it)
};

// By the name that a shell would find. It reads nothing, and what it writes is thrown away. Throws InputError when it
// cannot be started.
ChildRun run_child(std::vector<std::string> command);

}  // namespace k210::bench
