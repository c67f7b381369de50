// Ends a run whatever the emulator is doing: a thread beside it that knows nothing of machines.
//
// It asks first: the run is to look at requested() often, and to stop by itself. A run that has not stopped a grace
// period later is ended from here.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace k210::app {

enum class StopRequest : std::uint8_t { none, wall_timeout, interrupted, terminated, window_closed };

enum class RunStage : std::uint8_t { loading, running, writing_outputs };

class Watchdog {
public:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;

    struct Config {
        Seconds look_every{0.05};
        Seconds stalled{1};  // a run that has not called alive() for so long
        std::array<Seconds, 3> grace{{Seconds{0.1}, Seconds{2}, Seconds{20}}};  // from a request to the end, by stage
        // On the watchdog's thread, at every look: what asks for an end. `stalled`: the run does not look itself.
        std::function<StopRequest(bool stalled)> look;
        // On the watchdog's thread: ends the process.
        std::function<void(StopRequest)> end;
    };

    explicit Watchdog(Config config);
    ~Watchdog();  // watches no longer
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // From any thread. The first request stands.
    void request(StopRequest request);
    StopRequest requested() const { return requested_; }

    void limit(Clock::time_point deadline);  // from then on the wall timeout is requested
    void alive() { ++steps_; }               // the run has looked at requested()
    void enter(RunStage stage) { stage_ = stage; }

private:
    void watch();

    const Config config_;
    std::atomic<StopRequest> requested_{StopRequest::none};
    std::atomic<std::uint64_t> steps_{0};
    std::atomic<RunStage> stage_{RunStage::loading};
    std::atomic<Clock::rep> deadline_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace k210::app
