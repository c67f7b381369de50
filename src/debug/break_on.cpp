#include "debug/break_on.hpp"

#include <algorithm>
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
    else if (condition == "stub")
        on_stub_ = true;
    else if (condition == "guest_error")
        on_guest_error_ = true;
    else if (condition == "reset")
        on_reset_ = true;
    else if (take(condition, "write:"))
        points_.watchpoints.push_back(watchpoint(condition, false));
    else if (take(condition, "read:"))
        points_.watchpoints.push_back(watchpoint(condition, true));
    else if (take(condition, "pc:") || take(condition, "sym:"))
        points_.pcs.insert(address_of(condition));
    else
        throw InputError(
            "is none of fault, stub, guest_error, reset, write:ADDR[+LEN], read:ADDR[+LEN], pc:ADDR and sym:NAME");
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
    machine.stop_before_resets(on_reset_);
}

void BreakOn::listen(Log& log, std::function<Machine&()> machine) {
    if (!on_stub_ && !on_guest_error_) return;
    log.reported = [this, its_machine = std::move(machine)](LogKind kind, std::string_view source,
                                                            std::string_view message) {
        note(kind, source, message, its_machine());
    };
}

// The first counts: the machine comes to the end of its slice before it can be looked at.
void BreakOn::note(LogKind kind, std::string_view source, std::string_view message, Machine& machine) {
    if (event_ || looking_back_) return;
    const bool stub =
        on_stub_ && kind == LogKind::unimplemented &&
        std::ranges::any_of(machine.missing_blocks(), [&](const MissingBlock& block) { return block.name == source; });
    if (!stub && !(on_guest_error_ && kind == LogKind::guest_error)) return;
    auto access = machine.last_device_access();  // the one that is being made, if it is that block's
    if (!stub && access && access->device != source) access.reset();
    event_ = Event{fmt::format("{}: {}", source, message), std::move(access)};
    machine.stop();
}

std::optional<BreakOn::Met> BreakOn::look(Machine& machine, Past* past) {
    looking_back_ = true;
    const auto met = look_now(machine, past);
    looking_back_ = false;
    return met;
}

std::optional<BreakOn::Met> BreakOn::look_now(Machine& machine, Past* past) {
    for (unsigned id = 0; id < Machine::kHarts; ++id)
        if (const auto stop = machine.hart(id).take_stop()) return describe_hit(machine, id, *stop, past);
    if (on_reset_ && machine.reset_due()) {
        Event reset{fmt::format("a reset is due, asked for by {}", *machine.reset_due()), {}};
        return describe_event(machine, reset, past);
    }
    if (event_) return describe_event(machine, *std::exchange(event_, std::nullopt), past);
    return {};
}

BreakOn::Met BreakOn::describe_hit(Machine& machine, unsigned id, const HartStop& stop, Past* past) const {
    Met met{headline(machine, id, stop, symbols_), describe_stop(machine, id, symbols_)};
    met.description += describe_last_access(machine);
    const bool accesses = stop.reason == HartStopReason::read || stop.reason == HartStopReason::write;
    if (accesses) met.description += last_writer(machine, stop.address, kWordBytes, past);
    return met;
}

// Where the access was that has led to it, if that can be found out; where the harts have come to since if not.
BreakOn::Met BreakOn::describe_event(Machine& machine, const Event& event, Past* past) const {
    Met met{fmt::format("at {:.6f} s: {}", machine.now().seconds(), event.what), {}};
    if (past && event.access && can_watch()) {
        const DeviceAccess& access = *event.access;
        const Watchpoint watched{access.address, access.size_bytes, !access.is_write, access.is_write};
        past->look_back({.watchpoints = {watched}}, [&](const Past::Hit& hit) {
            met.what = fmt::format("{}, by {}", event.what, headline(machine, hit.hart, hit.stop, symbols_));
            met.description = describe_stop(machine, hit.hart, symbols_);
        });
    }
    if (met.description.empty())
        for (unsigned id = 0; id < Machine::kHarts; ++id) met.description += describe_stop(machine, id, symbols_);
    met.description += describe_last_access(machine);
    return met;
}

std::string BreakOn::last_writer(Machine& machine, std::uint64_t address, std::uint64_t size_bytes, Past* past) const {
    const std::string what = fmt::format("last write to {:#x} by a hart: ", address);
    if (!past || !can_watch()) return what + "unknown: this run keeps no past\n";
    std::string text = what + fmt::format("none since {:.6f} s\n", past->begins().seconds());
    past->look_back({.watchpoints = {{address, size_bytes, false, true}}}, [&](const Past::Hit& hit) {
        text =
            what + headline(machine, hit.hart, hit.stop, symbols_) + "\n" + describe_stack(machine, hit.hart, symbols_);
    });
    return text;
}

}  // namespace k210::debug
