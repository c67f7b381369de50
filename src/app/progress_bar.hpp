// How far a long piece of work is, on a terminal's standard error; nothing anywhere else.
#pragma once
#include <algorithm>
#include <chrono>
#include <string>

#include <unistd.h>

#include "k210/base/message.hpp"

namespace k210::app {

class ProgressBar {
public:
    explicit ProgressBar(double total) : total_(total) {}
    ~ProgressBar() {
        if (shown_) tell("\r{:{}}\r", "", kWidth + 8);
    }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void add(double work) {
        done_ += work;
        // Short work ends before anybody could read it.
        if (!terminal_ || std::chrono::steady_clock::now() - start_ < std::chrono::milliseconds(300)) return;
        const double part = total_ > 0 ? std::min(done_ / total_, 1.0) : 1.0;
        const int percent = static_cast<int>(part * 100);
        if (percent == percent_) return;
        percent_ = percent;
        shown_ = true;
        const auto filled = static_cast<std::size_t>(part * kWidth);
        tell("\r[{:<{}}] {:>3} %", std::string(filled, '#'), kWidth, percent);
    }

private:
    static constexpr int kWidth = 40;
    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double total_, done_ = 0;
    int percent_ = -1;
    bool shown_ = false;
};

}  // namespace k210::app
