#include "app/flash_command.hpp"

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/choice.hpp"
#include "app/flash_image_command.hpp"
#include "app/flashing_tool.hpp"
#include "app/run_command.hpp"
#include "k210/base/error.hpp"
#include "session/pace.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kFooter =
    R"(TOOL is yours and stays as it is: kflash.py, ktool.py, or a program such as ktool-linux. What follows it is its own.
It is given -p with the board's address, unless it is told a port. Without --port a board with an empty or a kept flash
waits for it, runs what it sends, and ends with it; what is in the flash is never started.

Exit status: 0 when the tool has ended with 0, 1 when with another, 2 for bad arguments, 3 when FILE could not be written.)";

constexpr const char *kRfc2217 = "rfc2217:0", *kPty = "pty";  // as --serial of run

struct FlashOptions {
    std::vector<std::string> tool;
    std::optional<std::filesystem::path> flash_image;
    std::string board, serial = kRfc2217, python = "python3";
    std::optional<std::string> port;
    std::vector<std::string> log;
};

int run_at(const std::string& port, const FlashOptions& o) {
    FlashingTool tool(flashing_command(o.tool, o.python, FlashingTool::kAddress), port);
    return tool.wait() == 0 ? kSuccess : kGuestFailed;
}

int flash(const FlashOptions& o) {
    if (o.tool.empty()) throw InputError("flash: names no TOOL");
    if (o.tool.front().starts_with('-')) throw InputError(fmt::format("flash: there is no option {}", o.tool.front()));
    if (o.tool.front().ends_with(".py") && !std::filesystem::exists(o.tool.front()))
        throw InputError(fmt::format("{}: No such file or directory", o.tool.front()));
    if (o.port.has_value() == o.flash_image.has_value())
        throw InputError("flash: needs --flash-image FILE, or --port of a board that runs, and not both");
    if (o.port) return run_at(*o.port, o);
    RunOptions run_options;
    run_options.board = o.board;
    run_options.flash_image = o.flash_image;
    run_options.isp = true;
    run_options.serial = o.serial;
    run_options.speed = kFullSpeed;
    run_options.log = o.log;
    run_options.flashing_tool = flashing_command(o.tool, o.python, FlashingTool::kAddress);
    return run(run_options);
}

}  // namespace

void add_flash_command(CLI::App& program, std::function<int()>& command) {
    CLI::App* flash_command = program.add_subcommand(
        "flash",
        "let a flashing tool of yours, kflash.py or ktool.py, write the flash; look into flashes and packages");
    const auto o = std::make_shared<FlashOptions>();
    flash_command->add_option("--flash-image", o->flash_image, "the board's flash, in a file that is kept")
        ->option_text("FILE");
    flash_command->add_option("--board", o->board, "board that the tool finds (default: maix_bit)")
        ->option_text("NAME|FILE.toml");
    flash_command->add_option("--port", o->port, "instead: where `k210emu run --serial` said that its console is")
        ->option_text("ADDRESS");
    flash_command
        ->add_option_function<std::string>(
            "--via",
            [o](const std::string& name) {
                o->serial = choose<const char*>("--via", name, {{"rfc2217", kRfc2217}, {"pty", kPty}});
            },
            "what the tool is connected by (rfc2217, the default; pty: for a tool that is no Python script)")
        ->option_text("rfc2217|pty");
    flash_command->add_option("--python", o->python, "the Python with the tool's pyserial (default: python3)")
        ->option_text("PROGRAM");
    flash_command->add_option("--log", o->log, "how much to say, as for run")
        ->option_text("LEVEL|KIND=LEVEL,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    add_flash_image_commands(*flash_command, command);
    flash_command->prefix_command();  // after that: what those take is known
    flash_command->footer(std::string(kFooter));
    flash_command->callback([&command, flash_command, o] {
        if (!flash_command->get_subcommands().empty()) return;
        o->tool = flash_command->remaining();
        command = [o] { return flash(*o); };
    });
}

}  // namespace k210::app
