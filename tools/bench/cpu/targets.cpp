#include "targets.hpp"

#include <fmt/format.h>

namespace k210::bench {

void Targets::print() const {
    fmt::print("\n{:<62}{:>10}{:>12}\n", "target", "measured", "wanted");
    for (const Row& row : rows_) {
        const bool met = row.more_is_better ? row.measured >= row.wanted : row.measured <= row.wanted;
        fmt::print("{:<62}{:>10.2f}  {} {:<6.4g} {:<12}{}\n", row.what, row.measured,
                   row.more_is_better ? ">=" : "<=", row.wanted, row.unit, met ? "met" : "MISSED");
    }
}

}  // namespace k210::bench
