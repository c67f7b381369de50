#include "app/rescue.hpp"

#include <condition_variable>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "app/outputs.hpp"
#include "app/run_inputs.hpp"
#include "k210/base/file.hpp"
#include "k210/base/message.hpp"
#include "k210/host/picture_file.hpp"

namespace k210::app {

Rescue::Rescue(const RunOptions& options, std::string firmware, Watchdog::Clock::time_point started)
    : options_(options), firmware_(std::move(firmware)), started_(started), expecting_(!options.expect.empty()) {
    figures_.board = board_name(options);
}

void Rescue::publish(RunFigures figures, const Picture& screen, bool expecting) {
    published_at_ = Watchdog::Clock::now();
    const std::lock_guard lock(mutex_);
    figures_ = std::move(figures);
    screen_ = screen;
    expecting_ = expecting;
}

void Rescue::limits(const Limits& limits) {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
}

void Rescue::end(StopRequest request) {
    const ConsoleOutput* const output = output_;
    const std::string_view line_end = output ? output->line_end() : "";
    if (status_ != kRunning) {
        tell("{}k210emu: the outputs cannot be written: the watchdog ends it\n", line_end);
        std::quick_exit(status_ == kSuccess ? kOutputLost : status_.load());
    }
    const std::lock_guard lock(mutex_);
    Outcome outcome = ended_from_outside(request, expecting_, limits_);
    outcome.reason += fmt::format("{}{}; the emulator did not stop, so its watchdog has ended it{}",
                                  after_guest_seconds(figures_.now), outcome.note,
                                  suspects(figures_.missing_blocks, figures_.seen, figures_.now));
    tell("{}k210emu: {}\n", line_end, outcome.reason);
    // A file that takes nothing must not keep the process either.
    ExitStatus status = outcome.status;
    std::mutex written_mutex;
    std::condition_variable written;
    bool done = false;
    std::thread writer([&] {
        write(outcome, status);
        const std::lock_guard written_lock(written_mutex);
        done = true;
        written.notify_all();
    });
    std::unique_lock written_lock(written_mutex);
    if (!written.wait_for(written_lock, kWritingPatience, [&] { return done; })) {
        tell("k210emu: the outputs cannot be written\n");
        std::quick_exit(outcome.status == kSuccess ? kOutputLost : outcome.status);
    }
    writer.join();
    std::quick_exit(status);
}

void Rescue::write(const Outcome& outcome, ExitStatus& status) {
    Outputs outputs;
    if (options_.report)
        outputs.attempt([&] {
            const std::chrono::duration<double> wall = Watchdog::Clock::now() - started_;
            const RunFacts facts{
                firmware_, options_.timing, options_.flash_timing, outcome.name, outcome.reason, "", outcome.status,
                true,      wall.count()};
            write_file_atomically(*options_.report, make_report(facts, figures_));
        });
    if (options_.screenshot && !screen_.empty()) outputs.attempt([&] { save_png(*options_.screenshot, screen_); });
    if (options_.trace_to) outputs.lost(fmt::format("{}: the trace is lost", options_.trace_to->string()));
    if (options_.video) outputs.lost(fmt::format("{}: the video is lost", options_.video->string()));
    status = outputs.status(outcome.status);
}

}  // namespace k210::app
