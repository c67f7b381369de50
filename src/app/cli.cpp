#include "app/cli.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/command_names.hpp"
#include "app/diff_command.hpp"
#include "app/flash_command.hpp"
#include "app/fs_command.hpp"
#include "app/kmodel_command.hpp"
#include "app/outputs.hpp"
#include "app/run_command.hpp"
#include "app/run_inputs.hpp"
#include "app/test_command.hpp"
#include "base/shell_word.hpp"
#include "k210/base/message.hpp"
#include "k210/base/version.hpp"
#include "k210/board/board.hpp"
#include "k210/cpu/hart.hpp"

namespace k210::app {
namespace {

// What the options' own lines have no room for.
constexpr std::string_view kRunFooter =
    R"(Log kinds: guest_error (the firmware did something that the hardware would refuse), unimplemented (it asked for
something that is not modelled), unverified (it relies on an assumption), host. Levels: debug, info, warn, error, off.

Exit status:
  0   --expect was met; without it, a clean end
  1   --fail matched, the script raised an exception, the guest crashed, or it ended without what --expect wants
  2   bad arguments or input; nothing has been touched
  3   otherwise 0, but an output or the console could not be written
  42  --timeout or --wall-timeout, asked for or by default)";

void list_boards() {
    for (const Board& board : boards()) fmt::print("{:12} {}\n", board.name, board.description);
}

// `k210emu boards` alone lists them; `boards show NAME` prints a file to start one's own from.
void add_boards_command(CLI::App& program, std::function<void()>& command) {
    CLI::App* list = program.add_subcommand("boards", "list the boards, or show the file of one");
    list->callback([&command, list] {
        if (list->get_subcommands().empty()) command = list_boards;
    });
    CLI::App* show = list->add_subcommand("show", "print a board's file");
    const auto name = std::make_shared<std::string>();
    show->add_option("NAME", *name, "one of those that `k210emu boards` lists")->required();
    show->callback(
        [&command, name] { command = [name] { fmt::print("{}", board_named("boards show", *name).text); }; });
}

// The arguments as a shell takes them.
std::string command_line(std::span<char* const> arguments) {
    std::string line = "k210emu";
    for (const std::string_view argument : arguments.subspan(1)) line += " " + shell_word(argument);
    return line;
}

// Writing to a pipe that is closed or to a disk that is full is an error where it happens, not the program's end.
void ignore_signals_of_writing() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

// A file that is opened must never take the place of a standard stream that the program was started without: console
// output would go into it.
void occupy_standard_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
            std::_Exit(kBadInput);
}

// Text for people may still lie in a buffer.
int flush_standard_output(int status) {
    Outputs outputs;
    errno = 0;
    std::cout.flush();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout)
        outputs.lost(fmt::format("standard output: {}",
                                 errno == 0 ? "cannot be written" : std::generic_category().message(errno)));
    return outputs.status(static_cast<ExitStatus>(status));
}

int run_command_line(int argc, char** argv) {
    CLI::App program{"Runs Kendryte K210 firmware without a board.", "k210emu"};
    program.footer(
        "k210emu run shows the built-in demo, k210emu run FIRMWARE --window your firmware.\n"
        "k210emu COMMAND --help says what a command takes.");
    program.set_version_flag("--version", fmt::format("k210emu {} on {}", version(), cpu_engine_version()));
    program.require_subcommand(1);

    RunOptions run_options;
    CLI::App* run_command = program.add_subcommand("run", "boot firmware; without any, the built-in demo");
    add_run_options(*run_command, run_options);
    run_command->footer(std::string(kRunFooter));
    RunOptions profile_options;
    CLI::App* profile_command = program.add_subcommand("profile", "run, and say where guest time went");
    add_run_options(*profile_command, profile_options);
    add_profile_options(*profile_command, profile_options.profile.emplace());
    profile_command->footer(std::string(kRunFooter));
    std::function<void()> boards_command;
    add_boards_command(program, boards_command);
    std::function<int()> other_command;
    add_flash_command(program, other_command);
    add_test_command(program, other_command);
    add_diff_command(program, other_command);
    add_fs_commands(program, other_command);
    add_kmodel_commands(program, other_command);

    try {
        if (argc < 2) {
            tell(program.help());
            return kBadInput;
        }
        check_commands(program, {argv, static_cast<std::size_t>(argc)});
        check_values(program, {argv, static_cast<std::size_t>(argc)});
        program.parse(argc, argv);
        if (boards_command) {
            boards_command();
            return kSuccess;
        }
        if (other_command) return other_command();
        profile_options.profile->command = command_line({argv, static_cast<std::size_t>(argc)});
        return run(*profile_command ? profile_options : run_options);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return program.exit(e);  // --help, --version
        tell("k210emu: {}\n", printable(complaint(program, e)));
        return kBadInput;
    } catch (const std::exception& e) {
        if (std::ferror(stdout)) return kSuccess;  // told when it is flushed
        // InputError, or the host refusing memory or threads
        tell("k210emu: {}\n", printable(e.what()));
        return kBadInput;
    }
}

}  // namespace

int run_program(int argc, char** argv) {
    ignore_signals_of_writing();
    occupy_standard_streams();
    return flush_standard_output(run_command_line(argc, argv));
}

}  // namespace k210::app
