// The board's power, between the chips that switch it and the parts that they feed. A rail is an output of such a chip,
// called by the names of both: "power.ldo2".
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "k210/sim/state.hpp"

namespace k210 {

class Supply {
public:
    void set(std::string_view rail, unsigned millivolts);  // 0: off
    unsigned millivolts(std::string_view rail) const;
    void on_change(std::string_view rail, std::function<void()> changed);

    // The chip is without power from now on, and so is whatever shows something: only a new machine goes on.
    void switch_board_off() { off_ = true; }
    bool board_off() const { return off_; }

    void visit_state(StateVisitor& visitor);  // quietly: parts load what they make of it

private:
    struct Rail {
        unsigned millivolts = 0;
        std::vector<std::function<void()>> listeners;
    };
    Rail& rail(std::string_view name);

    std::map<std::string, Rail, std::less<>> rails_;
    bool off_ = false;
};

}  // namespace k210
