#include "app/outcome.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/message.hpp"

namespace k210::app {
namespace {

// What a UART still sends, or a camera that runs still delivers, after the guest has got stuck.
constexpr std::uint64_t kLastWordsPs = kPsPerSecond / 10;

std::string note_on(const Limits& limits) {
    if (!limits.by_default) return {};
    return " (the default limit where nobody is at the console; --timeout sets another, or none)";
}

}  // namespace

Outcome outcome_of(const Verdict& verdict, bool expecting, const Limits& limits) {
    const ExitStatus unless_expecting = expecting ? kGuestFailed : kSuccess;
    switch (verdict.end) {
        case Verdict::End::expected: break;
        case Verdict::End::failed:
            return {kGuestFailed, "failed", fmt::format("--fail: the guest said '{}'", verdict.what)};
        case Verdict::End::crashed: return {kGuestFailed, "crashed", "the guest has crashed"};
        case Verdict::End::powered_off: return {unless_expecting, "powered_off", "the board has switched itself off"};
        case Verdict::End::idle: return {unless_expecting, "ended", "the guest has nothing left to do"};
        case Verdict::End::timeout: return {kTimedOut, "timeout", "timeout", note_on(limits)};
        case Verdict::End::script_finished: return {kSuccess, "script_finished", "the script has finished"};
        case Verdict::End::script_raised:
            return {kGuestFailed, "script_raised", fmt::format("the script has raised {}", verdict.what)};
    }
    return {kSuccess, "expected", {}};
}

Outcome ended_from_outside(StopRequest request, bool expecting, const Limits& limits) {
    const ExitStatus status = expecting ? kGuestFailed : kSuccess;
    switch (request) {
        case StopRequest::wall_timeout:
            return {kTimedOut, "wall_timeout", fmt::format("{} seconds of real time are over", limits.wall_seconds),
                    note_on(limits)};
        case StopRequest::window_closed: return {status, "ended", "the window was closed"};
        case StopRequest::terminated: return {kGuestFailed, "interrupted", "terminated by a signal"};
        case StopRequest::interrupted:
        case StopRequest::none: break;
    }
    return {status, "interrupted", "interrupted"};
}

std::string still_awaited(const std::string* awaited, std::size_t met, std::size_t expected) {
    if (!awaited) return {};
    const std::string which = expected > 1 ? fmt::format(" ({} of {})", met + 1, expected) : std::string();
    return fmt::format(", without --expect '{}'{}", printable(*awaited), which);
}

std::string suspects(std::span<const MissingBlock> blocks, SimTime seen, SimTime now) {
    const auto gone_on = [&](const MissingBlock& block) { return seen > after(block.last_access, kLastWordsPs); };
    std::string recent;
    for (const MissingBlock& block : blocks)
        if (!gone_on(block) && now < after(block.last_access, kPsPerSecond))
            recent += (recent.empty() ? "" : " and ") + block.name;
    if (!recent.empty()) return fmt::format("; the guest waits for {}, which is not modelled", recent);
    if (std::ranges::all_of(blocks, gone_on)) return {};
    const MissingBlock& last = *std::ranges::max_element(blocks, {}, &MissingBlock::last_access);
    return fmt::format("; the guest may wait for {}, which is not modelled (last used at {:.3f} s)", last.name,
                       last.last_access.seconds());
}

std::string after_guest_seconds(SimTime now) {
    return fmt::format(", after {:.3f} guest seconds", now.seconds());
}

}  // namespace k210::app
