#include "board/assembly.hpp"

#include "k210/part/power_loss.hpp"

namespace k210 {

Assembly::Assembly(const Board& board, EventQueue& events, Log& log, const Trace& trace) {
    for (const Board::PlannedPart& planned : board.parts) {
        parts_.push_back({planned.name, planned.design.make({planned.name, events, log, trace, supply_})});
        for (Port* port : parts_.back().part->ports()) ports_.push_back({planned.name, port});
    }
}

void Assembly::hang(ChipPins& chip) {
    for (Made& made : parts_) made.part->hang(chip);
}

void Assembly::power_on() {
    for (Made& made : parts_) made.part->power_on();
}

void Assembly::reset() {
    for (Made& made : parts_) made.part->reset();
}

void Assembly::cut_power(std::uint64_t seed) {
    for (Made& made : parts_)
        if (auto* caught = dynamic_cast<PowerLoss*>(made.part.get())) caught->lose_power(seed);
    power_on();
}

void Assembly::visit_state(StateVisitor& visitor) {
    for (Made& made : parts_) {
        const auto scope = visitor.enter(made.name);
        made.part->visit_state(visitor);
    }
    const auto scope = visitor.enter("Supply");  // no part is called so
    supply_.visit_state(visitor);
}

}  // namespace k210
