#include "k210/host/console.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "base/file_access.hpp"
#include "host/pty_console.hpp"
#include "host/rfc2217_console.hpp"
#include "host/stdio_console.hpp"
#include "host/tcp_console.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"

namespace k210 {
namespace {

constexpr std::string_view kFile = "file:";

class NullConsole final : public Console {
public:
    void write(std::string_view) override {}
    std::size_t read(std::span<std::uint8_t>) override { return 0; }
};

class FileConsole final : public Console {
public:
    explicit FileConsole(std::filesystem::path path) : path_(std::move(path)) { check_writable(path_); }

    void write(std::string_view bytes) override {
        if (!failure_.empty()) return;
        try {
            if (!file_.valid()) file_ = open_output(path_);
            if (!write_all(file_.get(), bytes)) fail_on(path_, errno);
        } catch (const InputError& failure) { failure_ = failure.what(); }
    }
    std::size_t read(std::span<std::uint8_t>) override { return 0; }
    std::string failure() const override { return failure_; }

private:
    std::filesystem::path path_;
    FileDescriptor file_;
    std::string failure_;
};

std::unique_ptr<Console> announced(std::string_view line, std::unique_ptr<Console> console) {
    tell("{}: {}\n", line, console->address());
    return console;
}

std::unique_ptr<Console> make_stdio_console() {
    auto console = std::make_unique<StdioConsole>(STDIN_FILENO, STDOUT_FILENO);
    if (console->interactive()) tell("console: this terminal; Ctrl-] quits\n");
    return console;
}

std::unique_ptr<Console> make(std::string_view spec, std::string_view line) {
    const bool is_console = line == kConsoleLine;
    if (spec == "stdio" && is_console) return make_stdio_console();
    if (spec == "pty") return announced(line, std::make_unique<PtyConsole>());
    if (spec == "null") return std::make_unique<NullConsole>();
    if (spec.starts_with(TcpConsole::kScheme)) return announced(line, std::make_unique<TcpConsole>(spec));
    if (spec.starts_with(Rfc2217Console::kScheme) && is_console)
        return announced(line, std::make_unique<Rfc2217Console>(spec));
    if (spec == kFile) throw InputError("names no file");
    throw InputError(is_console ? "is none of stdio, pty, tcp:PORT, rfc2217:PORT, file:FILE, null"
                                : "is none of pty, tcp:PORT, file:FILE, null");
}

}  // namespace

std::unique_ptr<Console> make_console(std::string_view spec, std::string_view option, std::string_view line) {
    if (spec.starts_with(kFile) && spec != kFile)  // its complaint names the file
        return std::make_unique<FileConsole>(std::string(spec.substr(kFile.size())));
    try {
        return make(spec, line);
    } catch (const InputError& failure) { throw InputError(fmt::format("{} {}: {}", option, spec, failure.what())); }
}

}  // namespace k210
