// Pads that wires join: what one carries, all of them do.
#pragma once
#include <bit>
#include <cstdint>

#include "k210/bus/pins.hpp"

namespace k210 {

template <class Visit>
void for_each_joined(const Pads& pads, unsigned pad, Visit visit) {
    for (std::uint64_t rest = pads.joined(pad); rest; rest &= rest - 1)
        visit(static_cast<unsigned>(std::countr_zero(rest)));
}

// The guest has routed that function to the pad, or to one that is joined to it.
inline bool carries(const Pads& pads, unsigned pad, unsigned function) {
    bool carried = false;
    for_each_joined(pads, pad, [&](unsigned each) { carried = carried || pads.pad_function(each) == function; });
    return carried;
}

}  // namespace k210
