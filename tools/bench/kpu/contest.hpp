// Times things against each other on a host that may be busy with something else.
#pragma once
#include <functional>
#include <vector>

namespace k210::bench {

// The shortest time of one run of each contestant. They take turns, so that a disturbance hits all alike.
std::vector<double> best_seconds(const std::vector<std::function<void()>>& contestants);

}  // namespace k210::bench
