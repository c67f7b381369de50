// What `k210emu run` was asked to do.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "k210/base/log.hpp"

namespace CLI {
class App;
}

namespace k210::app {

struct RunOptions {
    std::optional<std::filesystem::path> firmware;  // none: the built-in demo
    std::string board;                              // empty: the default one
    std::vector<std::string> flash;                 // ADDR=FILE, or a kfpkg
    std::optional<std::filesystem::path> flash_image;
    std::optional<std::filesystem::path> camera;
    std::optional<std::filesystem::path> script;
    std::vector<std::string> type;
    std::optional<std::string> expect, fail;
    std::optional<double> timeout_s;  // guest time
    std::optional<double> wall_timeout_s;
    std::optional<std::filesystem::path> screenshot, report;
    std::string serial = "stdio";
    bool window = false, headless = false;
    std::vector<std::string> log;  // LEVEL or KIND=LEVEL
};

void add_run_options(CLI::App& command, RunOptions& options);

// Throws InputError on unknown kinds or levels.
void set_log_levels(Log& log, const std::vector<std::string>& settings);

}  // namespace k210::app
