// The console on the program's own standard input and output, or on files like them.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "host/raw_terminal.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class StdioConsole final : public Console {
public:
    StdioConsole(int input_fd, int output_fd);

    void write(std::string_view bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::string failure() const override { return failure_; }
    bool interactive() const override { return terminal_.has_value(); }
    bool quit_requested() const override { return quit_; }
    bool reads_apart() const override { return true; }

private:
    bool asks_to_quit(std::uint8_t typed);

    int input_fd_, output_fd_;
    std::optional<RawTerminal> terminal_;  // when the input is one
    std::string failure_;
    bool input_ended_ = false, quit_ = false;
    unsigned interrupts_ = 0;  // typed in a row
    std::chrono::steady_clock::time_point first_interrupt_;
};

}  // namespace k210
