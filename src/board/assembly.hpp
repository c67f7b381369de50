// A board's parts, made and hung on a chip. It names none of them.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "k210/board/board.hpp"

namespace k210 {

class Assembly {
public:
    Assembly(const Board& board, EventQueue& events, Log& log, const Trace& trace);

    void hang(ChipPins& chip);
    void power_on();
    void reset();
    void cut_power(std::uint64_t seed);  // and on again
    void visit_state(StateVisitor& visitor);

    std::span<const NamedPort> ports() const { return ports_; }
    bool off() const { return supply_.board_off(); }  // a part has switched it off

private:
    struct Made {
        std::string name;
        std::unique_ptr<Part> part;
    };
    Supply supply_;  // of which parts have a reference
    std::vector<Made> parts_;
    std::vector<NamedPort> ports_;
};

}  // namespace k210
