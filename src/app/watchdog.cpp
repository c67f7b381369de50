#include "app/watchdog.hpp"

#include <utility>

namespace k210::app {

Watchdog::Watchdog(Config config)
    : config_(std::move(config)), deadline_(Clock::time_point::max().time_since_epoch().count()),
      thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Watchdog::request(StopRequest request) {
    StopRequest none = StopRequest::none;
    requested_.compare_exchange_strong(none, request);
}

void Watchdog::limit(Clock::time_point deadline) {
    deadline_ = deadline.time_since_epoch().count();
}

void Watchdog::watch() {
    std::uint64_t steps = steps_;
    Clock::time_point last_step = Clock::now(), requested_at{};
    bool requested = false;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, config_.look_every, [this] { return over_; })) {
        lock.unlock();
        const Clock::time_point now = Clock::now();
        if (steps != steps_) {
            steps = steps_;
            last_step = now;
        }
        if (now.time_since_epoch().count() >= deadline_) request(StopRequest::wall_timeout);
        if (const StopRequest wanted = config_.look(now - last_step >= config_.stalled); wanted != StopRequest::none)
            request(wanted);
        if (requested_ != StopRequest::none && !std::exchange(requested, true)) requested_at = now;
        if (requested && now - requested_at >= config_.grace[static_cast<std::size_t>(stage_.load())])
            config_.end(requested_);
        lock.lock();
    }
}

}  // namespace k210::app
