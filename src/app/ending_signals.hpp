// Signals that end a run in order, with its outputs written: SIGINT, SIGTERM, SIGHUP, SIGQUIT.
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
    static constexpr std::size_t kCount = 4;
    void (*previous_[kCount])(int);
};

}  // namespace k210::app
