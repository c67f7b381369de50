// When the far end of a serial line changes its rate: once what was sent before has arrived, and the guest has had time
// to answer it: a tool has slept meanwhile, in time of the host's. A guest that takes nothing holds that up only so
// long.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "k210/base/units.hpp"
#include "k210/session/input.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class RateChange {
public:
    static constexpr std::uint64_t kAnswerPs = ps_from_us(10'000);

    void request(RateInput wanted, SimTime now) {
        wanted_ = std::move(wanted);
        due_ = SimTime::never();
        due_at_last_ = after(now, kPsPerSecond);
    }
    const std::optional<RateInput>& wanted() const { return wanted_; }
    // What is due, once.
    std::optional<RateInput> take(SimTime now, bool line_is_sending) {
        if (!wanted_) return {};
        if (line_is_sending)
            due_ = SimTime::never();
        else if (due_ == SimTime::never())
            due_ = after(now, kAnswerPs);
        if (now < std::min(due_, due_at_last_)) return {};
        return std::exchange(wanted_, std::nullopt);
    }
    void visit_state(StateVisitor& visitor) {
        constexpr std::size_t kMostNameBytes = 1000;
        bool waits = wanted_.has_value();
        visitor.value("waits", waits);
        RateInput input = wanted_.value_or(RateInput{{}, 1});
        visitor.text("line", input.line, kMostNameBytes);
        visitor.value("baud", input.baud);
        visitor.require(input.baud > 0, "baud", "is no rate");
        visitor.value("due_ps", due_.ps);
        visitor.value("due_at_last_ps", due_at_last_.ps);
        wanted_.reset();
        if (waits) wanted_ = std::move(input);
    }

private:
    std::optional<RateInput> wanted_;
    SimTime due_, due_at_last_;
};

}  // namespace k210
