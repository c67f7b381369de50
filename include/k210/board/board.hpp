// A board, as its file describes it: which parts hang on which pads. docs/boards.md says how such a file is written.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/part/part.hpp"

namespace k210 {

// Two pads that are joined.
struct Wire {
    unsigned a, b;
};

struct Board {
    struct PlannedPart {
        std::string name;
        const PartKind* kind;
        PartDesign design;
        std::optional<SpiPads> spi = {};        // where it hangs on SPI
        std::optional<I2cPlace> i2c = {};       // and on I2C
        std::vector<unsigned> heard_pads = {};  // pads besides, whose levels it hears
        std::vector<unsigned> drives = {};      // pads
    };

    std::string name, description;
    std::string config_type;  // what MaixPy's configuration of this board calls its type
    std::string text;         // of the file
    std::vector<PlannedPart> parts;
    std::vector<Wire> wires = {};  // beside what the parts hang on

    bool offers(PortKind kind) const;  // any part of it does
    bool offers(PortKind kind, std::string_view part) const;
    std::size_t storage_bytes(std::string_view part) const;  // 0: it is no storage
    // Why nothing else may drive a pad; nothing when it may.
    std::optional<std::string> complaint_about_driving(unsigned pad) const;
    // Why such a wire cannot be; nothing when it can.
    std::optional<std::string> complaint_about(Wire wire) const;
};

// Those that the program brings along, ordered by name.
const std::vector<Board>& boards();
std::vector<std::string> board_names();
const Board& find_board(std::string_view name);  // throws InputError that lists the known names

// A file of the user's own; the board is called as the file is. Every mistake is an InputError: "FILE:LINE: why".
Board load_board(const std::filesystem::path& path);
// Where either may be given: it is such a file, and no board's name.
bool names_board_file(std::string_view name_or_file);

// The same of a file's contents, for a board called `name`.
Board parse_board(std::string_view text, const std::string& name, const std::string& file);

}  // namespace k210
