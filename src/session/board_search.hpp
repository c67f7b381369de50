// Which board the firmware of a session was built for, by what its flash says and by what it does with pads and buses
// before anything has come from outside: starting over loses nothing then.
#pragma once
#include <optional>
#include <vector>

#include "k210/board/board.hpp"
#include "k210/board/board_choice.hpp"
#include "k210/bus/guest_wiring.hpp"

namespace k210 {

class BoardSearch {
public:
    // `candidates`: what may take the place of the board that the session begins on.
    explicit BoardSearch(std::vector<Board> candidates) : candidates_(std::move(candidates)) {}

    std::optional<BoardChoice> named_in(std::span<const std::uint8_t> flash) const;
    // After each step.
    std::optional<BoardChoice> look(GuestWiring wiring, const Board& current);
    // Each board is tried once: firmware may look for what no board has together.
    void tried(const Board& board);

private:
    std::vector<Board> candidates_;
    GuestWiring seen_wiring_;
    bool judged_ = false;  // it fits no other board better
};

}  // namespace k210
