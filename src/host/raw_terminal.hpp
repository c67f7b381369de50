// A terminal that passes every key on, and is itself again afterwards.
#pragma once

namespace k210 {

// Raw input for as long as it lives. Output is still processed, so that "\n" begins a line. The terminal is restored by
// the destructor, by std::exit and by every signal that ends or suspends the program; raw mode returns when the program
// is continued in the foreground. A program that handles such a signal and goes on keeps the terminal raw while it
// does.
//
// Signal handlers cannot be told which object they serve, so there can be only one at a time.
class RawTerminal {
public:
    explicit RawTerminal(int fd);  // of a terminal
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;
};

// Whether reading from or changing the terminal `fd` is this process's turn, by job control.
bool owns_terminal(int fd);

}  // namespace k210
