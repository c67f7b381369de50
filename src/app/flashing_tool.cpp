#include "app/flashing_tool.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

// What a Python tool is started with. The buffer: a tool that has written waits for an answer from then on, so that
// what it has written must not wait in the network for seconds.
constexpr const char* kLauncher = R"(
import runpy, socket, sys
try:
    import serial
except ImportError:
    sys.exit("k210emu: this Python has no pyserial, which flashing tools need: " + sys.executable)

open_device = serial.Serial

def open_port(port=None, *args, **kwargs):
    if not port or "://" not in port:
        return open_device(port, *args, **kwargs)
    line = serial.serial_for_url(port, *args, **kwargs)
    connection = getattr(line, "_socket", None)
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return line

serial.Serial = open_port
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
)";

constexpr const char* kModemLines = "k210emu_modem_lines.so";  // beside the program

bool names_a_port(const std::vector<std::string>& arguments) {
    return std::ranges::any_of(arguments, [](const std::string& argument) {
        return argument.starts_with("-p") || argument == "--port" || argument.starts_with("--port=");
    });
}

// For a pseudo-terminal: what it lacks of a serial port's lines, the library adds.
std::vector<std::string> environment(const std::string& address) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
    if (address.starts_with("/dev/")) {
        const auto library = std::filesystem::read_symlink("/proc/self/exe").parent_path() / kModemLines;
        if (!std::filesystem::exists(library))
            throw InputError(
                fmt::format("{}: is not there, and a tool on a pseudo-terminal needs it", library.string()));
        const char* const before = std::getenv("LD_PRELOAD");
        std::erase_if(variables, [](const std::string& variable) { return variable.starts_with("LD_PRELOAD="); });
        variables.push_back(
            fmt::format("LD_PRELOAD={}{}{}", library.string(), before ? ":" : "", before ? before : ""));
    }
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

}  // namespace

std::vector<std::string> flashing_command(const std::vector<std::string>& tool, const std::string& python,
                                          const std::string& address) {
    std::vector<std::string> command;
    if (tool.front().ends_with(".py")) command = {python, "-c", kLauncher};
    command.insert(command.end(), tool.begin(), tool.end());
    if (!names_a_port({tool.begin() + 1, tool.end()})) command.insert(command.end(), {"-p", address});
    return command;
}

FlashingTool::FlashingTool(std::vector<std::string> command, const std::string& address) {
    for (std::string& word : command)
        if (word == kAddress) word = address;
    std::vector<std::string> variables = environment(address);
    if (const int error = ::posix_spawnp(&process_, command.front().c_str(), nullptr, nullptr, pointers(command).data(),
                                         pointers(variables).data()))
        throw InputError(fmt::format("{}: {}", command.front(), std::generic_category().message(error)));
}

FlashingTool::~FlashingTool() {
    if (ended()) return;
    ::kill(process_, SIGTERM);
    wait();
}

std::optional<int> FlashingTool::collect(int options) {
    int status = 0;
    if (status_ || ::waitpid(process_, &status, options) != process_) return status_;
    constexpr int kSignalled = 128;
    return status_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

std::optional<int> FlashingTool::ended() {
    return collect(WNOHANG);
}

int FlashingTool::wait() {
    while (!collect(0) && errno == EINTR) {}
    return status_.value_or(0);
}

}  // namespace k210::app
