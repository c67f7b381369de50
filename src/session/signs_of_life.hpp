// When a guest has last done what can be seen from outside: what it has used before that, it no longer waits for.
#pragma once
#include <array>
#include <cstdint>

#include "k210/machine/machine.hpp"

namespace k210 {

class SignsOfLife {
public:
    void look(const MachineCounters& counters, std::uint64_t console_bytes, SimTime now) {
        const Signs signs{console_bytes, counters.kpu_layers, counters.frames_captured, counters.frames_shown};
        if (signs == signs_) return;
        signs_ = signs;
        last_ = now;
    }
    SimTime last() const { return last_; }
    void visit_state(StateVisitor& visitor) {
        visitor.table<std::uint64_t>("signs", signs_);
        visitor.value("last_ps", last_.ps);
    }

private:
    using Signs = std::array<std::uint64_t, 4>;
    Signs signs_{};
    SimTime last_{};
};

}  // namespace k210
