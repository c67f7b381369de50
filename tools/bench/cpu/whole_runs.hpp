// Real firmware on the program itself: boots, a script that uses camera, KPU and LCD, idling, start-up, memory.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "targets.hpp"

namespace k210::bench {

struct WholeRuns {
    std::string program;
    std::string before;                // another program to measure beside it; may be empty
    std::vector<std::string> boots;    // MaixPy images; the first idles, too
    std::vector<std::string> waiting;  // images that wait for something once they are up
    std::string face_image, face_model, face_picture, face_script;
};

// Prints tables. What lacks a file is skipped, and said to be. To come before anything that takes much memory:
// children inherit their parent's peak.
void bench_whole_runs(const WholeRuns& runs, int turns, Targets& targets);

}  // namespace k210::bench
