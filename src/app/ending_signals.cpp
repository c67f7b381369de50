#include "app/ending_signals.hpp"

#include <array>
#include <atomic>

namespace k210::app {
namespace {

constexpr std::array kSignals = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,   SIGALRM,
                                 SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF};

std::atomic<int> first{0};
static_assert(std::atomic<int>::is_always_lock_free);  // a signal handler may touch nothing else

void note(int signal) {
    int none = 0;
    first.compare_exchange_strong(none, signal);
}

}  // namespace

EndingSignals::EndingSignals() {
    static_assert(kSignals.size() == kCount);
    first = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
        previous_[i] = std::signal(kSignals[i], note);
        if (kSignals[i] == SIGHUP && previous_[i] == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
    }
}

EndingSignals::~EndingSignals() {
    for (std::size_t i = 0; i < kCount; ++i) std::signal(kSignals[i], previous_[i]);
}

int EndingSignals::received() {
    return first;
}

}  // namespace k210::app
