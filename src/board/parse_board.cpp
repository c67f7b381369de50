#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "board/part_kinds.hpp"
#include "board/toml_options.hpp"
#include "k210/base/error.hpp"
#include "k210/board/board.hpp"

namespace k210 {
namespace {

constexpr std::string_view kDescription = "description", kConfigType = "config_type", kWires = "wires";
constexpr std::string_view kUarts[] = {"uart1", "uart2", "uart3"};  // lines that every board has

[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& why) {
    throw InputError(fmt::format("{}:{}: {}", file, line, why));
}

toml::table parse(std::string_view text, const std::string& file) {
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& e) {
        std::string why(e.description());
        std::ranges::replace(why, '\n', ' ');
        refuse(file, e.source().begin.line, why);
    }
}

// A part's name goes into option texts and snapshots.
bool is_part_name(std::string_view name) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

const PartKind& kind_of(const std::string& name, const TomlOptions& options) {
    if (const PartKind* kind = find_part_kind(name)) return *kind;
    std::vector<std::string_view> known;
    for (const PartKind& kind : part_kinds()) known.push_back(kind.name);
    options.refuse("part", fmt::format("there is no part '{}' ({})", name, fmt::join(known, ", ")));
}

Board::PlannedPart read_part(const std::string& name, const toml::table& table, std::size_t line,
                             const std::string& file, PadClaims& claims, std::vector<UsedRail>& used_rails) {
    if (!is_part_name(name))
        refuse(file, line, fmt::format("'{}' is no name for a part: a-z, 0-9 and _, a letter first", name));
    if (name == kResetPort) refuse(file, line, "every board has a reset button: it is no part");
    if (std::ranges::find(kUarts, name) != std::end(kUarts))
        refuse(file, line, fmt::format("{} is the chip's own: it is no part", name));
    TomlOptions options(table, name, line, file, claims);
    const PartKind& kind = kind_of(options.text("part"), options);
    Board::PlannedPart part{name,
                            &kind,
                            kind.design(options),
                            options.spi_pads(),
                            options.i2c_place(),
                            options.heard_pads(),
                            options.driven_pads()};
    options.finish();
    used_rails.insert(used_rails.end(), options.used_rails().begin(), options.used_rails().end());
    return part;
}

void check_rails(const std::vector<UsedRail>& used, const Board& board, const std::string& file) {
    std::vector<std::string> known;
    for (const Board::PlannedPart& part : board.parts)
        for (const std::string_view output : part.kind->rails) known.push_back(fmt::format("{}.{}", part.name, output));
    for (const auto& [rail, by] : used)
        if (std::ranges::find(known, rail) == known.end())
            refuse(file, by.line,
                   fmt::format("{}: there is no rail '{}' ({})", by.part, rail,
                               known.empty() ? "no part has any" : fmt::format("{}", fmt::join(known, ", "))));
}

std::vector<Wire> read_wires(const toml::node& node, std::size_t line, const std::string& file) {
    const auto no_wires = [&] { refuse(file, line, "wires is no list of pairs of pads"); };
    const toml::array* list = node.as_array();
    if (!list) no_wires();
    std::vector<Wire> wires;
    for (const toml::node& each : *list) {
        const toml::array* pair = each.as_array();
        if (!pair || pair->size() != 2) no_wires();
        const auto pad = [&](std::size_t i) {
            const auto value = pair->get(i)->value_exact<std::int64_t>();
            if (!value) no_wires();
            return static_cast<unsigned>(*value < 0 ? kPadCount : std::min<std::int64_t>(*value, kPadCount));
        };
        wires.push_back({pad(0), pad(1)});
    }
    return wires;
}

}  // namespace

Board parse_board(std::string_view text, const std::string& name, const std::string& file) {
    const toml::table root = parse(text, file);
    struct Entry {
        const toml::key* key;
        const toml::node* node;
        std::size_t line() const { return key->source().begin.line; }
    };
    std::vector<Entry> entries;
    for (const auto& [key, node] : root) entries.push_back({&key, &node});
    std::ranges::sort(entries, {}, &Entry::line);  // as somebody reads the file

    Board board{.name = name, .description = {}, .config_type = name, .text = std::string(text), .parts = {}};
    PadClaims claims;
    std::vector<UsedRail> used_rails;
    std::size_t wires_line = 0;
    for (const Entry& entry : entries) {
        const std::string key(entry.key->str());
        if (const toml::table* table = entry.node->as_table()) {
            board.parts.push_back(read_part(key, *table, entry.line(), file, claims, used_rails));
            continue;
        }
        if (key == kWires) {
            wires_line = entry.line();
            board.wires = read_wires(*entry.node, wires_line, file);
            continue;
        }
        if (key != kDescription && key != kConfigType)
            refuse(
                file, entry.line(),
                fmt::format("{} is neither {}, {} nor {}, nor a part's table", key, kDescription, kConfigType, kWires));
        const auto value = entry.node->value_exact<std::string>();
        if (!value) refuse(file, entry.line(), fmt::format("{} is not text", key));
        (key == kDescription ? board.description : board.config_type) = *value;
    }
    for (const Wire& wire : board.wires)
        if (const auto complaint = board.complaint_about(wire)) refuse(file, wires_line, "wires: " + *complaint);
    if (board.description.empty()) refuse(file, 1, "description is missing");
    check_rails(used_rails, board, file);
    return board;
}

}  // namespace k210
