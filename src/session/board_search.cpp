#include "session/board_search.hpp"

#include <algorithm>
#include <utility>

namespace k210 {

std::optional<BoardChoice> BoardSearch::named_in(std::span<const std::uint8_t> flash) const {
    return board_named_in(flash, candidates_);
}

std::optional<BoardChoice> BoardSearch::look(GuestWiring wiring, const Board& current) {
    if (wiring != seen_wiring_) {  // it may not be complete
        seen_wiring_ = std::move(wiring);
        judged_ = false;
        return {};
    }
    if (std::exchange(judged_, true)) return {};
    return board_that_fits(seen_wiring_, current, candidates_);
}

void BoardSearch::tried(const Board& board) {
    judged_ = false;
    std::erase_if(candidates_, [&](const Board& candidate) { return candidate.name == board.name; });
}

}  // namespace k210
