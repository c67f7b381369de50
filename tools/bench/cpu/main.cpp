// How fast the emulator is on this machine: bare-metal kernels beside the bare engine and QEMU, and whole runs of real
// firmware beside the guest's own clock.
//   cmake --build build --target bench_cpu && build/bench_cpu --boot maixpy.bin --face-image maixpy.bin
//       --face-model face_model_at_0x300000.kfpkg --face-picture docs/examples/astronaut.png
//       --face-script docs/examples/face_detect.py
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "kernels.hpp"
#include "targets.hpp"
#include "whole_runs.hpp"

using namespace k210::bench;

int main(int argc, char** argv) try {
    CLI::App options{"Times the emulator.", "bench_cpu"};
    WholeRuns runs;
    runs.program = K210_PROGRAM;
    int turns = 5, run_turns = 3;
    bool without_kernels = false;
    options.add_option("--before", runs.before, "an older program, to measure beside it where images wait");
    options.add_option("--waiting", runs.waiting, "images that wait for something once they are up");
    options.add_option("--boot", runs.boots, "MaixPy images to boot; the first is left idle, too")
        ->option_text("IMAGE...");
    options.add_option("--face-image", runs.face_image, "MaixPy to run the face detector on")->option_text("IMAGE");
    options.add_option("--face-model", runs.face_model)->option_text("FILE.kfpkg");
    options.add_option("--face-picture", runs.face_picture)->option_text("FILE");
    options.add_option("--face-script", runs.face_script)->option_text("FILE.py");
    options.add_option("--turns", turns, "tries at each kernel")->option_text("N")->check(CLI::PositiveNumber);
    options.add_option("--run-turns", run_turns, "tries at each whole run")
        ->option_text("N")
        ->check(CLI::PositiveNumber);
    options.add_flag("--no-kernels", without_kernels, "whole runs only");
    CLI11_PARSE(options, argc, argv);

    Targets targets;
    bench_whole_runs(runs, run_turns, targets);  // first: see there
    if (!without_kernels) bench_kernels(turns, targets);
    targets.print();
} catch (const std::exception& e) {
    fmt::print(stderr, "bench_cpu: {}\n", e.what());
    return 2;
}
