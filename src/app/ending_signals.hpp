// Signals that end a run in order, with its outputs written: Ctrl-C, what shells and CI systems end programs with, and
// the limits of `ulimit -t` and of timers. Not those that say that this program is broken, such as SIGABRT.
#pragma once
#include <csignal>
#include <cstddef>

namespace k210::app {

// While it lives these signals are only noted. SIGHUP stays ignored where nohup has it so. One at a time.
class EndingSignals {
public:
    EndingSignals();
    ~EndingSignals();
    EndingSignals(const EndingSignals&) = delete;
    EndingSignals& operator=(const EndingSignals&) = delete;

    static int received();  // the first one; 0: none. From any thread.

private:
    static constexpr std::size_t kCount = 10;
    void (*previous_[kCount])(int);
};

}  // namespace k210::app
