#include "k210/board/board_choice.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace k210 {
namespace {

using Part = Board::PlannedPart;

bool offers(const Part& part, PortKind kind) {
    return std::ranges::find(part.kind->ports, kind) != part.kind->ports.end();
}

// Firmware tries one camera after the other: which one it asks for tells nothing.
bool is_camera(const Part& part) {
    return offers(part, PortKind::camera_input);
}

// Something that the guest uses and that a board has or has not.
struct Clue {
    std::string what;
    std::function<bool(const Part&)> is;

    bool is_on(const Board& board) const { return std::ranges::any_of(board.parts, is); }
};

const Part* find_part(std::span<const Board> known, const Clue& clue) {
    for (const Board& board : known)
        if (const auto found = std::ranges::find_if(board.parts, clue.is); found != board.parts.end()) return &*found;
    return nullptr;
}

// In this order: those that some known board can explain.
std::vector<Clue> clues_in(const GuestWiring& wiring, std::span<const Board> known) {
    std::vector<Clue> clues;
    const auto add = [&](std::function<bool(const Part&)> is, auto describe) {
        Clue clue{{}, std::move(is)};
        const Part* const part = find_part(known, clue);
        if (!part) return;
        clue.what = describe(*part);
        clues.push_back(std::move(clue));
    };
    for (const unsigned pad : wiring.spi_clocks)
        add([pad](const Part& part) { return part.spi && part.spi->clock == pad; },
            [pad](const Part& part) {
                return fmt::format("clocks {} on pad {}",
                                   offers(part, PortKind::display) ? "an LCD" : fmt::format("the {}", part.kind->name),
                                   pad);
            });
    if (const auto& pads = wiring.camera_control)
        add([pads](const Part& part) { return is_camera(part) && part.i2c && part.i2c->pads == *pads; },
            [pads](const Part&) {
                return fmt::format("controls a camera on pads {} and {}", pads->clock, pads->data);
            });
    for (const I2cPlace& place : wiring.addressed)
        add([place](const Part& part) { return !is_camera(part) && part.i2c == place; },
            [place](const Part& part) {
                return fmt::format("looks for the {} on pads {} and {}", part.kind->name, place.pads.clock,
                                   place.pads.data);
            });
    return clues;
}

// Of the parts whose clock the guest has routed: pads that it uses for them less pads that it does not use.
int pads_in_use(const Board& board, const GuestWiring& wiring) {
    int balance = 0;
    for (const Part& part : board.parts) {
        const bool clocked =
            part.spi && std::ranges::find(wiring.spi_clocks, part.spi->clock) != wiring.spi_clocks.end();
        if (!clocked) continue;
        const auto count = [&](unsigned pad) { balance += wiring.driven.test(pad) ? 1 : -1; };
        count(part.spi->select);
        std::ranges::for_each(part.heard_pads, count);
    }
    return balance;
}

int fit(const Board& board, const GuestWiring& wiring, std::span<const Clue> clues) {
    constexpr int kClue = 8;  // more than a display has pads
    int score = pads_in_use(board, wiring);
    for (const Clue& clue : clues) score += clue.is_on(board) ? kClue : -kClue;
    return score;
}

std::ptrdiff_t parts_in_common(const Board& one, const Board& other) {
    return std::ranges::count_if(one.parts, [&](const Part& part) {
        return (part.spi || part.i2c) && std::ranges::any_of(other.parts, [&](const Part& its) {
                   return part.kind == its.kind && part.spi == its.spi && part.i2c == its.i2c &&
                          part.heard_pads == its.heard_pads;
               });
    });
}

}  // namespace

std::optional<BoardChoice> board_that_fits(const GuestWiring& wiring, const Board& current,
                                           std::span<const Board> known) {
    const std::vector<Clue> clues = clues_in(wiring, known);
    const auto first = std::ranges::find_if(clues, [&](const Clue& clue) { return !clue.is_on(current); });
    if (first == clues.end()) return std::nullopt;
    const int to_beat = fit(current, wiring, clues);
    const Board* best = nullptr;
    std::pair<int, std::ptrdiff_t> best_rank;
    for (const Board& board : known) {
        const std::pair rank{fit(board, wiring, clues), parts_in_common(board, current)};
        if (!first->is_on(board) || rank.first <= to_beat || (best && rank <= best_rank)) continue;
        best = &board;
        best_rank = rank;
    }
    if (!best) return std::nullopt;
    return BoardChoice{best, "the firmware " + first->what};
}

std::optional<BoardChoice> board_named_in(std::span<const std::uint8_t> flash, std::span<const Board> known) {
    // As MicroPython's json writes it and as MaixPy's projects have it: one space.
    constexpr std::string_view kKey = "\"type\": \"";
    constexpr std::string_view kOtherKeys[] = {"\"lcd\"", "\"board_info\""};
    constexpr std::size_t kLongestType = 32, kConfigBytes = 2048;  // a name; a configuration
    const std::string_view text(reinterpret_cast<const char*>(flash.data()), flash.size());
    const Board* named = nullptr;
    for (std::size_t at = text.find(kKey); at != std::string_view::npos; at = text.find(kKey, at + 1)) {
        const std::string_view rest = text.substr(at + kKey.size(), kLongestType);
        const std::string_view type = rest.substr(0, rest.find('"'));
        const auto board =
            std::ranges::find(known, type, [](const Board& b) -> std::string_view { return b.config_type; });
        if (board == known.end()) continue;
        // A configuration of a board says more than that, in text.
        const auto is_text = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; };
        std::size_t begin = at, end = at;
        while (begin > 0 && at - begin < kConfigBytes && is_text(text[begin - 1])) --begin;
        while (end < text.size() && end - at < kConfigBytes && is_text(text[end])) ++end;
        const std::string_view config = text.substr(begin, end - begin);
        if (std::ranges::none_of(kOtherKeys, [&](auto key) { return config.find(key) != config.npos; })) continue;
        if (named && named != &*board) return std::nullopt;
        named = &*board;
    }
    if (!named) return std::nullopt;
    return BoardChoice{named, fmt::format("the firmware's configuration is of type '{}'", named->config_type)};
}

}  // namespace k210
