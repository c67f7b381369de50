#include "app/cli.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/kmodel_command.hpp"
#include "app/run_command.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/soc/board.hpp"

namespace k210::app {
namespace {

void list_boards() {
    for (const Board& board : boards()) fmt::print("{:12} {}\n", board.name, board.description);
}

// The arguments as a shell takes them.
std::string command_line(std::span<char* const> arguments) {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
    std::string line = "k210emu";
    for (const std::string_view argument : arguments.subspan(1)) {
        line += ' ';
        if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos) {
            line += argument;
            continue;
        }
        line += '\'';
        for (const char c : argument) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

}  // namespace

int run_program(int argc, char** argv) {
    CLI::App program{"Runs Kendryte K210 firmware without a board.", "k210emu"};
    program.set_version_flag("--version", fmt::format("k210emu {} on {}", K210_VERSION, cpu_engine_version()));
    program.require_subcommand(1);

    RunOptions run_options;
    CLI::App* run_command = program.add_subcommand("run", "boot firmware; without any, the built-in demo");
    add_run_options(*run_command, run_options);
    RunOptions profile_options;
    CLI::App* profile_command = program.add_subcommand("profile", "run, and say where guest time went");
    add_run_options(*profile_command, profile_options);
    add_profile_options(*profile_command, profile_options.profile.emplace());
    CLI::App* boards_command = program.add_subcommand("boards", "list the boards");
    std::function<int()> kmodel_command;
    add_kmodel_commands(program, kmodel_command);

    try {
        program.parse(argc, argv);
        if (*boards_command) {
            list_boards();
            return kSuccess;
        }
        if (kmodel_command) return kmodel_command();
        profile_options.profile->command = command_line({argv, static_cast<std::size_t>(argc)});
        return run(*profile_command ? profile_options : run_options);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return program.exit(e);  // --help, --version
        fmt::print(stderr, "k210emu: {}\n", e.what());
        return kBadInput;
    } catch (const std::exception& e) {  // InputError, or the host refusing memory or threads
        fmt::print(stderr, "k210emu: {}\n", e.what());
        return kBadInput;
    }
}

}  // namespace k210::app
