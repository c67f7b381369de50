// What is left of a run that the watchdog has to end: the last consistent state that the run has published.
#pragma once
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "app/console_output.hpp"
#include "app/outcome.hpp"
#include "app/report.hpp"
#include "app/run_options.hpp"
#include "app/watchdog.hpp"
#include "k210/host/picture.hpp"

namespace k210::app {

class Rescue {
public:
    static constexpr std::chrono::milliseconds kPublishEvery{100};
    static constexpr std::chrono::seconds kWritingPatience{5};

    Rescue(const RunOptions& options, std::string firmware, Watchdog::Clock::time_point started);

    // On the run's thread.
    bool due(Watchdog::Clock::time_point now) const { return now - published_at_ >= kPublishEvery; }
    void publish(RunFigures figures, const Picture& screen, bool expecting);
    void limits(const Limits& limits);
    void console(const ConsoleOutput* output) { output_ = output; }
    // The run has ended with that, and writes its outputs itself.
    void stopped(ExitStatus status) { status_ = status; }

    // On the watchdog's thread: writes report and picture, and ends the process.
    [[noreturn]] void end(StopRequest request);

private:
    void write(const Outcome& outcome, ExitStatus& status);

    static constexpr int kRunning = -1;

    const RunOptions& options_;
    const std::string firmware_;
    const Watchdog::Clock::time_point started_;
    Watchdog::Clock::time_point published_at_{};
    std::atomic<const ConsoleOutput*> output_{nullptr};
    std::atomic<int> status_{kRunning};

    std::mutex mutex_;  // for what follows
    RunFigures figures_;
    Picture screen_;
    Limits limits_;
    bool expecting_;
};

}  // namespace k210::app
