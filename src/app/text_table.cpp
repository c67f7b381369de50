#include "app/text_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace k210::app {

std::string TextTable::text() const {
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& row : rows_)
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    std::string text;
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c != 0) text += "  ";
            text += columns_[c] == 'r' ? fmt::format("{:>{}}", row[c], widths[c])
                                       : fmt::format("{:<{}}", row[c], widths[c]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

}  // namespace k210::app
