#include "host/stdio_console.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/file_descriptor.hpp"

namespace k210 {

StdioConsole::StdioConsole(int input_fd, int output_fd) : input_fd_(input_fd), output_fd_(output_fd) {
    if (::isatty(input_fd)) terminal_.emplace(input_fd);
}

void StdioConsole::write(std::string_view bytes) {
    if (failure_.empty() && !write_all(output_fd_, bytes))
        failure_ = fmt::format("console: {}", std::generic_category().message(errno));
}

std::size_t StdioConsole::read(std::span<std::uint8_t> bytes) {
    // The file is the shell's too, so it is asked whether it has something instead of being made non-blocking.
    if (input_ended_ || quit_ || bytes.empty()) return 0;
    if (terminal_ && !owns_terminal(input_fd_)) return 0;
    const short ready = poll_now(input_fd_, POLLIN);
    if (ready == 0) return 0;
    const ssize_t got = ::read(input_fd_, bytes.data(), bytes.size());
    if (got <= 0) {
        input_ended_ = got == 0 || (errno != EINTR && errno != EAGAIN);
        return 0;
    }
    const auto typed = bytes.first(static_cast<std::size_t>(got));
    const auto end = terminal_
                         ? std::find_if(typed.begin(), typed.end(), [this](std::uint8_t c) { return asks_to_quit(c); })
                         : typed.end();
    quit_ = end != typed.end();
    return static_cast<std::size_t>(end - typed.begin());
}

bool StdioConsole::asks_to_quit(std::uint8_t typed) {
    if (typed == kQuitCharacter) return true;
    if (typed != kInterruptCharacter) {
        interrupts_ = 0;
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (interrupts_ == 0 || now - first_interrupt_ > std::chrono::seconds(1)) {
        interrupts_ = 0;
        first_interrupt_ = now;
    }
    return ++interrupts_ == kInterruptsToQuit;
}

}  // namespace k210
