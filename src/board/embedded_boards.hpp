// The files of devices/boards, which the build puts into the program.
#pragma once
#include <span>
#include <string_view>

namespace k210 {

struct EmbeddedBoard {
    std::string_view name, text;
};

std::span<const EmbeddedBoard> embedded_boards();  // ordered by name

}  // namespace k210
