#include "k210/host/console.hpp"

#include <charconv>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

#include "host/pty_console.hpp"
#include "host/stdio_console.hpp"
#include "host/tcp_console.hpp"
#include "k210/base/error.hpp"

namespace k210 {
namespace {

class NullConsole final : public Console {
public:
    void write(std::string_view) override {}
    std::size_t read(std::span<std::uint8_t>) override { return 0; }
};

class FileConsole final : public Console {
public:
    explicit FileConsole(std::string path)
        : path_(std::move(path)), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        if (!file_.valid())
            throw InputError(fmt::format("--serial file:{}: {}", path_, std::generic_category().message(errno)));
    }

    void write(std::string_view bytes) override {
        if (broken_ || write_all(file_.get(), bytes)) return;
        broken_ = true;  // the guest goes on; the user is told once
        fmt::print(stderr, "{}: {}\n", path_, std::generic_category().message(errno));
    }
    std::size_t read(std::span<std::uint8_t>) override { return 0; }

private:
    std::string path_;
    FileDescriptor file_;
    bool broken_ = false;
};

std::unique_ptr<Console> announced(std::unique_ptr<Console> console) {
    fmt::print(stderr, "console: {}\n", console->address());
    return console;
}

std::unique_ptr<Console> make_stdio_console() {
    auto console = std::make_unique<StdioConsole>(STDIN_FILENO, STDOUT_FILENO);
    if (console->interactive()) fmt::print(stderr, "console: this terminal; Ctrl-] quits\n");
    return console;
}

}  // namespace

std::unique_ptr<Console> make_console(std::string_view spec) {
    if (spec == "stdio") return make_stdio_console();
    if (spec == "pty") return announced(std::make_unique<PtyConsole>());
    if (spec == "null") return std::make_unique<NullConsole>();
    constexpr std::string_view kTcp = "tcp:", kFile = "file:";
    if (spec.starts_with(kTcp)) {
        const std::string_view text = spec.substr(kTcp.size());
        std::uint16_t port = 0;
        const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (error != std::errc{} || stopped != text.data() + text.size())
            throw InputError(fmt::format("--serial {}: bad port '{}', not 0 to 65535", spec, text));
        return announced(std::make_unique<TcpConsole>(port));
    }
    if (spec.starts_with(kFile)) {
        if (spec.size() == kFile.size()) throw InputError(fmt::format("--serial {}: names no file", spec));
        return std::make_unique<FileConsole>(std::string(spec.substr(kFile.size())));
    }
    throw InputError(fmt::format("--serial {}: is none of stdio, pty, tcp:PORT, file:FILE, null", spec));
}

}  // namespace k210
