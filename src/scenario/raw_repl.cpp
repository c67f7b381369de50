#include "scenario/raw_repl.hpp"

#include <utility>

namespace k210::scenario {
namespace {

// [sdk] MicroPython shared/runtime/pyexec.c, and its tools' own pace: 256 bytes, then ten milliseconds.
constexpr std::string_view kInterrupt = "\r\x03\x03", kEnterRaw = "\r\x01", kEnd = "\x04";
constexpr std::string_view kRawPrompt = "raw REPL; CTRL-B to exit\r\n>", kTaken = "OK";
constexpr std::size_t kChunkBytes = 256;
constexpr std::uint64_t kChunkPs = ps_from_us(10'000) + ps_from_us(22'300);  // and what they take at 115,200 baud
constexpr std::uint64_t kTryAgainPs = kPsPerSecond;
constexpr std::uint64_t kResetSilencePs = kPsPerSecond;  // ends a soft reset, with whatever boot.py prints

}  // namespace

void RawRepl::run(std::string source) {
    source_ = std::move(source);
    sent_ = 0;
    next_ = {};
    state_ = entered_ ? State::sending : State::entering;
}

void RawRepl::reset() {
    state_ = State::resetting;
    heard_.clear();
    heard_bytes_ = 0;
    next_ = SimTime::never();
    send_(entered_ ? kEnd : std::string_view("\r\x03\x03\x04"));
}

bool RawRepl::take(std::string_view marker) {
    const auto at = heard_.find(marker);
    if (at == heard_.npos) return false;
    heard_.erase(0, at + marker.size());
    return true;
}

void RawRepl::enter(SimTime now) {
    if (take(kRawPrompt)) {
        entered_ = true;
        state_ = State::sending;
        next_ = now;
        return;
    }
    if (now < next_) return;
    send_(kInterrupt);
    send_(kEnterRaw);
    next_ = after(now, kTryAgainPs);
}

std::optional<RawRepl::Output> RawRepl::look(SimTime now) {
    unseen_ = false;
    switch (state_) {
        case State::idle: break;
        case State::entering: enter(now); break;
        case State::sending:
            if (now < next_) break;
            if (sent_ < source_.size()) {
                const std::string_view chunk = std::string_view(source_).substr(sent_, kChunkBytes);
                send_(chunk);
                sent_ += chunk.size();
                next_ = after(now, kChunkPs);
            } else {
                heard_.clear();
                send_(kEnd);
                state_ = State::running;
            }
            break;
        case State::running: {
            const auto printed = heard_.find(kEnd);
            const auto raised = printed == heard_.npos ? heard_.npos : heard_.find(kEnd, printed + 1);
            if (raised == heard_.npos || heard_.find('>', raised) == heard_.npos) break;
            Output output{heard_.substr(0, printed), heard_.substr(printed + 1, raised - printed - 1)};
            if (output.printed.starts_with(kTaken)) output.printed.erase(0, kTaken.size());
            heard_.clear();
            state_ = State::idle;
            return output;
        }
        case State::resetting:
            if (heard_.size() != heard_bytes_) {
                heard_bytes_ = heard_.size();
                next_ = after(now, kResetSilencePs);
            }
            if (now < next_) break;
            entered_ = false;
            state_ = State::idle;
            return Output{};
    }
    return {};
}

bool RawRepl::has_more_to_do() const {
    return unseen_ || state_ == State::sending || (state_ == State::resetting && next_ < SimTime::never());
}

}  // namespace k210::scenario
