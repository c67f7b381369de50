#include "k210/sim/state.hpp"

#include <algorithm>
#include <cassert>

#include "k210/base/error.hpp"
#include "k210/sim/event_queue.hpp"

namespace k210 {

StateVisitor::Scope::Scope(StateVisitor& visitor, std::string_view name)
    : visitor_(visitor), length_(visitor.prefix_.size()) {
    visitor_.prefix_ += name;
    visitor_.prefix_ += '.';
}

void StateVisitor::event(EventQueue& queue, Event& event) {
    const auto scope = enter(event.name());
    std::uint64_t when_ps = event.when().ps;
    std::uint64_t sequence = event.sequence();
    value("when_ps", when_ps);
    value("sequence", sequence);
    if (loading()) queue.restore(event, SimTime{when_ps}, sequence);
}

void StateSaver::store(const std::string& path, std::span<const std::uint8_t> v) {
    [[maybe_unused]] const bool fresh = to_.emplace(path, std::vector<std::uint8_t>(v.begin(), v.end())).second;
    assert(fresh && "two pieces of state share one name");
}

void StateSaver::number(const std::string& path, std::uint64_t& v) {
    std::uint8_t little_endian[8];
    for (unsigned i = 0; i < 8; ++i) little_endian[i] = static_cast<std::uint8_t>(v >> (8 * i));
    store(path, little_endian);
}

void StateSaver::fixed(const std::string& path, std::span<std::uint8_t> v) {
    store(path, v);
}

void StateSaver::sized(const std::string& path, std::vector<std::uint8_t>& v) {
    store(path, v);
}

const std::vector<std::uint8_t>& StateLoader::find(const std::string& path) const {
    const auto it = from_.find(path);
    if (it == from_.end()) throw InputError("snapshot: " + path + " is missing");
    return it->second;
}

void StateLoader::number(const std::string& path, std::uint64_t& v) {
    std::uint8_t little_endian[8];
    fixed(path, little_endian);
    v = 0;
    for (unsigned i = 0; i < 8; ++i) v |= std::uint64_t{little_endian[i]} << (8 * i);
}

void StateLoader::fixed(const std::string& path, std::span<std::uint8_t> v) {
    const auto& stored = find(path);
    if (stored.size() != v.size())
        throw InputError("snapshot: " + path + " has " + std::to_string(stored.size()) + " bytes instead of " +
                         std::to_string(v.size()));
    std::copy(stored.begin(), stored.end(), v.begin());
}

void StateLoader::sized(const std::string& path, std::vector<std::uint8_t>& v) {
    v = find(path);
}

}  // namespace k210
