// The files that a suite's results are written to.
#pragma once
#include <filesystem>
#include <optional>
#include <span>

#include "app/outputs.hpp"
#include "suite/results.hpp"

namespace CLI {
class App;
}

namespace k210::app {

struct SuiteFiles {
    std::optional<std::filesystem::path> json, junit, html;
};

void add_suite_files(CLI::App& command, SuiteFiles& files);

// Throws InputError where one cannot be written, or is one of `inputs` or another of them.
void check_suite_files(const SuiteFiles& files, std::span<const std::filesystem::path> inputs);

// `artifacts`: what the results' folders are in.
void write_suite_files(const SuiteFiles& files, const suite::Results& results, const std::filesystem::path& artifacts,
                       Outputs& outputs);

}  // namespace k210::app
