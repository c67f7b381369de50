// Looks for a round that repeats itself, by running the hart's code ahead on a copy of its state: the machine does not
// notice.
#pragma once
#include <optional>

#include "cpu/recurrence_world.hpp"

namespace k210 {

// Nothing when the code does something that is not followed, or goes on without repeating itself.
std::optional<RecurrenceRound> record_round(const RecurrenceStart& start, RecurrenceWorld& world);

}  // namespace k210
