// Which board firmware was built for, where nobody has said it. docs/boards.md has the rules for people.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "k210/board/board.hpp"
#include "k210/bus/guest_wiring.hpp"

namespace k210 {

struct BoardChoice {
    const Board* board;
    std::string why;  // "the firmware ...", for people
};

// By the configuration that MaixPy builds for single boards carry: text in flash that names the board. Nothing where
// there is none, or where there are several.
std::optional<BoardChoice> board_named_in(std::span<const std::uint8_t> flash, std::span<const Board> known);

// By what the guest has done with pads and buses. Nothing while `current` has what it uses; otherwise the one of
// `known` that fits best, if it fits better than `current`.
std::optional<BoardChoice> board_that_fits(const GuestWiring& wiring, const Board& current,
                                           std::span<const Board> known);

}  // namespace k210
