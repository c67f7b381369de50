#include "k210/part/supply.hpp"

#include <utility>

namespace k210 {

Supply::Rail& Supply::rail(std::string_view name) {
    const auto found = rails_.find(name);
    return found != rails_.end() ? found->second : rails_[std::string(name)];
}

void Supply::set(std::string_view name, unsigned millivolts) {
    Rail& which = rail(name);
    if (std::exchange(which.millivolts, millivolts) == millivolts) return;
    for (const auto& changed : which.listeners) changed();
}

unsigned Supply::millivolts(std::string_view name) const {
    const auto found = rails_.find(name);
    return found == rails_.end() ? 0 : found->second.millivolts;
}

void Supply::on_change(std::string_view name, std::function<void()> changed) {
    rail(name).listeners.push_back(std::move(changed));
}

void Supply::visit_state(StateVisitor& visitor) {
    visitor.value("board_off", off_);
    const auto scope = visitor.enter("rail");
    for (auto& [name, its] : rails_) visitor.value(name, its.millivolts);
}

}  // namespace k210
