#include "k210/board/board.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "board/embedded_boards.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMaxBoardFileBytes = 1u << 20;

bool offers(const Board::PlannedPart& part, PortKind kind) {
    return std::ranges::find(part.kind->ports, kind) != part.kind->ports.end();
}

}  // namespace

bool Board::offers(PortKind kind) const {
    return std::ranges::any_of(parts, [&](const PlannedPart& p) { return k210::offers(p, kind); });
}

bool Board::offers(PortKind kind, std::string_view part) const {
    return std::ranges::any_of(parts, [&](const PlannedPart& p) { return p.name == part && k210::offers(p, kind); });
}

std::size_t Board::storage_bytes(std::string_view part) const {
    const auto found = std::ranges::find(parts, part, &PlannedPart::name);
    return found == parts.end() ? 0 : static_cast<std::size_t>(found->design.storage_bytes);
}

// A part drives as hard as the chip: what drives it besides would do harm to one of them.
std::optional<std::string> Board::complaint_about_driving(unsigned pad) const {
    if (pad >= kPadCount) return fmt::format("there is no pad {} (0 to {})", pad, kPadCount - 1);
    for (const PlannedPart& part : parts)
        if (std::ranges::find(part.drives, pad) != part.drives.end())
            return fmt::format("pad {} is driven by {} of {}", pad, part.name, name);
    return std::nullopt;
}

std::optional<std::string> Board::complaint_about(Wire wire) const {
    for (const unsigned pad : {wire.a, wire.b})
        if (auto complaint = complaint_about_driving(pad)) return complaint;
    if (wire.a == wire.b) return fmt::format("pad {} cannot be joined to itself", wire.a);
    return std::nullopt;
}

const std::vector<Board>& boards() {
    static const std::vector<Board> all = [] {
        std::vector<Board> parsed;
        for (const EmbeddedBoard& board : embedded_boards())
            parsed.push_back(parse_board(board.text, std::string(board.name), std::string(board.name) + ".toml"));
        return parsed;
    }();
    return all;
}

std::vector<std::string> board_names() {
    std::vector<std::string> names;
    for (const Board& board : boards()) names.push_back(board.name);
    return names;
}

const Board& find_board(std::string_view name) {
    const auto found = std::ranges::find(boards(), name, &Board::name);
    if (found != boards().end()) return *found;
    throw InputError(fmt::format("{}: no such board ({})", name, fmt::join(board_names(), ", ")));
}

bool names_board_file(std::string_view name_or_file) {
    return name_or_file.ends_with(".toml");
}

Board load_board(const std::filesystem::path& path) {
    const auto bytes = read_file(path, kMaxBoardFileBytes);
    return parse_board({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.stem().string(),
                       path.string());
}

}  // namespace k210
