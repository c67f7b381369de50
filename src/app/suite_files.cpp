#include "app/suite_files.hpp"

#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/output_names.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "suite/junit.hpp"
#include "suite/page.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

bool same(const fs::path& a, const fs::path& b) {
    return fs::weakly_canonical(a) == fs::weakly_canonical(b);
}

}  // namespace

void add_suite_files(CLI::App& command, SuiteFiles& files) {
    command.add_option("--junit", files.junit, "write the results as JUnit's XML, for a CI system")
        ->option_text("FILE");
    command.add_option("--html", files.html, "write the results as a page, pictures included")->option_text("FILE");
    command.add_option("--json", files.json, "write the results as JSON")->option_text("FILE");
}

void check_suite_files(const SuiteFiles& files, std::span<const fs::path> inputs) {
    std::vector<std::pair<std::string_view, fs::path>> outputs;
    struct Output {
        std::string_view option;
        const std::optional<fs::path>& file;
        std::string_view beginning, what;
    };
    for (const auto& [option, file, beginning, what] : {Output{"--junit", files.junit, "<?xml", "JUnit file"},
                                                        {"--json", files.json, "{", "results file"},
                                                        {"--html", files.html, "<!", "page"}}) {
        if (!file) continue;
        for (const fs::path& input : inputs)
            if (same(*file, input))
                throw InputError(fmt::format("{} {}: is one of the inputs", option, file->string()));
        for (const auto& [other, path] : outputs)
            if (same(*file, path))
                throw InputError(fmt::format("{} and {} are one file, {}", other, option, file->string()));
        check_replaced(option, *file, beginning, what);
        check_writable(*file);
        outputs.emplace_back(option, *file);
    }
}

void write_suite_files(const SuiteFiles& files, const suite::Results& results, const fs::path& artifacts,
                       Outputs& outputs) {
    if (files.junit) outputs.attempt([&] { write_file_atomically(*files.junit, suite::junit(results)); });
    if (files.html) outputs.attempt([&] { write_file_atomically(*files.html, suite::page(results, artifacts)); });
    if (files.json)
        outputs.attempt([&] {
            write_file_atomically(*files.json,
                                  suite::to_json_text(suite::moved(results, artifacts, files.json->parent_path())));
        });
}

}  // namespace k210::app
