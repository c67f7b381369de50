#include "app/diff_command.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/artifacts_diff.hpp"
#include "app/command_group.hpp"
#include "app/exit_status.hpp"

namespace k210::app {
namespace {

struct DiffOptions {
    std::filesystem::path before, after;
};

int compare(const DiffOptions& o) {
    const auto differences = compare_artifacts(o.before, o.after);
    for (const ArtifactDifference& difference : differences)
        for (const std::string& what : difference.what) fmt::print("{}: {}\n", difference.file.string(), what);
    return differences.empty() ? kSuccess : kGuestFailed;
}

}  // namespace

void add_diff_command(CLI::App& program, std::function<int()>& chosen) {
    add_command<DiffOptions>(
        program, chosen, "diff", "compare what two runs have left: consoles, pictures, times",
        [](CLI::App& c, DiffOptions& o) {
            c.add_option("before", o.before, "folder of the first: of `test --artifacts`, or with your own files")
                ->option_text("DIR")
                ->required();
            c.add_option("after", o.after, "folder of the second")->option_text("DIR")->required();
            c.footer("Exit status 0: alike, but for what the host's speed decides; 1: not; 2: bad arguments.");
        },
        compare);
}

}  // namespace k210::app
