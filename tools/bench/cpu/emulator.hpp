// The same program on a whole K210.
#pragma once
#include "guest.hpp"

namespace k210::bench {

struct EmulatorRun {
    double seconds;              // on the CPU, from first instruction to last
    std::uint64_t instructions;  // of all harts
};
EmulatorRun time_emulator(const GuestWork& work);

}  // namespace k210::bench
