// What somebody types at the console. The run takes it; while the run does not come to that, the watchdog listens in
// its place, for the keys that end the run.
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "k210/host/console.hpp"

namespace k210::app {

class ConsoleInput {
public:
    // nullptr: nobody any more.
    void attach(Console* console) {
        const std::lock_guard lock(mutex_);
        console_ = console;
    }

    // What has been typed since.
    std::string take() {
        const std::lock_guard lock(mutex_);
        listen();
        return std::exchange(typed_, {});
    }
    // What the far end has set, after all that has been taken.
    std::optional<LineChange> take_line_change() {
        const std::lock_guard lock(mutex_);
        return console_ && typed_.empty() ? console_->take_line_change() : std::nullopt;
    }
    bool quit_requested() {
        const std::lock_guard lock(mutex_);
        return console_ && console_->quit_requested();
    }
    // From another thread, while the run is stuck. Of consoles that are shared with nobody but the run.
    bool quit_requested_meanwhile() {
        const std::lock_guard lock(mutex_);
        if (!console_ || !console_->reads_apart()) return false;
        listen();
        return console_->quit_requested();
    }

private:
    static constexpr std::size_t kMostWaiting = 4096;  // a terminal's own limit

    void listen() {
        std::array<std::uint8_t, kMostWaiting> bytes;
        if (!console_ || typed_.size() >= kMostWaiting) return;
        const std::size_t count = console_->read(bytes);
        typed_.append(reinterpret_cast<const char*>(bytes.data()), count);
    }

    std::mutex mutex_;
    Console* console_ = nullptr;
    std::string typed_;
};

}  // namespace k210::app
