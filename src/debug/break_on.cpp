#include "debug/break_on.hpp"

#include <utility>

#include <fmt/format.h>

#include "debug/stop_description.hpp"
#include "k210/base/error.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/loader/flash_image.hpp"

namespace k210::debug {
namespace {

constexpr std::uint64_t kWordBytes = 4, kMostWatchedBytes = 1 << 20;
constexpr std::string_view kOption = "--break-on";

[[noreturn]] void refuse(std::string_view condition, std::string_view why) {
    throw InputError(fmt::format("{} {}: {}", kOption, condition, why));
}

bool take(std::string_view& text, std::string_view kind) {
    if (!text.starts_with(kind)) return false;
    text.remove_prefix(kind.size());
    return true;
}

}  // namespace

BreakOn::BreakOn(const std::vector<std::string>& conditions, SymbolTable symbols) : symbols_(std::move(symbols)) {
    for (const std::string& condition : conditions) {
        try {
            add(condition);
        } catch (const InputError& error) { refuse(condition, error.what()); }
    }
    if (!points_.watchpoints.empty() && !can_watch())
        throw InputError(fmt::format("{}: {} cannot stop at reads and writes", kOption, cpu_engine_version()));
}

void BreakOn::add(std::string_view condition) {
    if (condition == "fault")
        points_.on_fault = true;
    else if (take(condition, "write:"))
        points_.watchpoints.push_back(watchpoint(condition, false));
    else if (take(condition, "read:"))
        points_.watchpoints.push_back(watchpoint(condition, true));
    else if (take(condition, "pc:") || take(condition, "sym:"))
        points_.pcs.insert(address_of(condition));
    else
        throw InputError("is none of fault, write:ADDR[+LEN], read:ADDR[+LEN], pc:ADDR and sym:NAME");
}

std::uint64_t BreakOn::address_of(std::string_view text) const {
    if (const auto address = parse_address(text)) return *address;
    if (const auto address = symbols_.address_of(text)) return *address;
    throw InputError(symbols_.empty() ? fmt::format("'{}' is no address, and the firmware names nothing", text)
                                      : fmt::format("'{}' is no address, and no name in the firmware", text));
}

// What has a name is watched whole.
Watchpoint BreakOn::watchpoint(std::string_view range, bool on_read) const {
    const std::size_t plus = range.find('+');
    const std::uint64_t address = address_of(range.substr(0, plus));
    std::uint64_t length = kWordBytes;
    if (plus != range.npos) {
        const auto given = parse_address(range.substr(plus + 1));
        if (!given || *given == 0 || *given > kMostWatchedBytes)
            throw InputError(fmt::format("'{}' is no length from 1 to {}", range.substr(plus + 1), kMostWatchedBytes));
        length = *given;
    } else if (const auto* named = symbols_.data_at(address); named && named->address == address && named->size_bytes) {
        length = std::min(named->size_bytes, kMostWatchedBytes);
    }
    return {address, length, on_read, !on_read};
}

void BreakOn::watch(Machine& machine) const {
    for (unsigned id = 0; id < Machine::kHarts; ++id) machine.hart(id).stop_at(points_);
}

std::optional<BreakOn::Met> BreakOn::look(Machine& machine, Past* past) const {
    for (unsigned id = 0; id < Machine::kHarts; ++id) {
        const auto stop = machine.hart(id).take_stop();
        if (!stop) continue;
        Met met{headline(machine, id, *stop, symbols_), describe_stop(machine, id, symbols_)};
        const bool accesses = stop->reason == HartStopReason::read || stop->reason == HartStopReason::write;
        if (accesses) met.description += last_writer(machine, *stop, past);
        return met;
    }
    return {};
}

std::string BreakOn::last_writer(Machine& machine, const HartStop& access, Past* past) const {
    const std::string what = fmt::format("last write of a hart to {:#x}: ", access.address);
    if (!past) return what + "unknown, as this run's past is not kept\n";
    std::string text = what + fmt::format("none since {:.6f} s\n", past->begins().seconds());
    past->look_back({.watchpoints = {{access.address, kWordBytes, false, true}}}, [&](const Past::Hit& hit) {
        text =
            what + headline(machine, hit.hart, hit.stop, symbols_) + "\n" + describe_stack(machine, hit.hart, symbols_);
    });
    return text;
}

}  // namespace k210::debug
