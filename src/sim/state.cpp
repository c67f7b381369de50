#include "k210/sim/state.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/sim/event_queue.hpp"

namespace k210 {

StateVisitor::Scope::Scope(StateVisitor& visitor, std::string_view name)
    : visitor_(visitor), length_(visitor.prefix_.size()) {
    visitor_.prefix_ += name;
    visitor_.prefix_ += '.';
}

void StateVisitor::text(std::string_view name, std::string& v, std::size_t most_bytes) {
    std::vector<std::uint8_t> bytes(v.begin(), v.end());
    buffer(name, bytes);
    require(bytes.size() <= most_bytes, name, "is too long");
    v.assign(bytes.begin(), bytes.end());
}

void StateVisitor::event(EventQueue& queue, Event& event) {
    const auto scope = enter(event.name());
    std::uint64_t when_ps = event.when().ps;
    std::uint64_t sequence = event.sequence();
    value("when_ps", when_ps);
    value("sequence", sequence);
    if (!loading()) return;
    require(SimTime{when_ps} >= queue.now(), "when_ps", "is in the past");
    queue.restore(event, SimTime{when_ps}, sequence);
}

void StateVisitor::refuse(std::string_view name, std::string_view why) const {
    const std::string message = fmt::format("snapshot: {} {}", path(name), why);
    if (loading()) throw InputError(message);
    throw std::logic_error(message);
}

void StateVisitor::refuse(std::string_view name, std::uint64_t value, std::uint64_t most) const {
    refuse(name, fmt::format("is {:#x}, and {:#x} is the most", value, most));
}

void StateSaver::store(const std::string& path, std::span<const std::uint8_t> v) {
    if (!to_.emplace(path, std::vector<std::uint8_t>(v.begin(), v.end())).second)
        throw std::logic_error("two pieces of state are called " + path);
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

const std::vector<std::uint8_t>& StateLoader::find(const std::string& path) {
    const auto it = from_.find(path);
    if (it == from_.end()) throw InputError("snapshot: " + path + " is missing");
    visited_.insert(it->first);
    return it->second;
}

void StateLoader::finish() const {
    for (const auto& [path, bytes] : from_)
        if (!visited_.contains(path)) throw InputError("snapshot: nothing here is called " + path);
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
