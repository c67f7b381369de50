// The engine by itself, on the same program: what the emulator could reach at best.
#pragma once
#include "guest.hpp"

namespace k210::bench {

enum class BlockHook {
    none,
    empty,
    counting,  // cost of the block from a table, and a look at a deadline: the least that keeps time
};

// CPU seconds from first instruction to last.
double time_bare_unicorn(const GuestWork& work, BlockHook hook);

}  // namespace k210::bench
