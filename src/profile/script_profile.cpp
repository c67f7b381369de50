#include "profile/script_profile.hpp"

#include <algorithm>

namespace k210::profile {
namespace {

// No whole number of the ticks that firmware's own timers have.
constexpr std::uint64_t kBetweenLooksPs = ps_from_us(997);

// The function that scripts call by which that one goes: itself, or the only one that calls it. Those have their module
// or class before their name, no others have.
std::string_view for_scripts(std::string_view function) {
    const std::string_view name = function.substr(0, function.find(" > "));
    const bool is_one = name.find('.') != name.npos && name.find(' ') == name.npos;
    return is_one ? name : std::string_view();
}

}  // namespace

std::vector<ScriptLine> lines_of(const std::vector<ScriptTime>& times) {
    std::vector<ScriptLine> lines;
    for (const ScriptTime& time : times) {
        if (time.frames.empty()) continue;
        const ScriptPlace& place = time.frames.back();
        const auto same = std::ranges::find_if(
            lines, [&](const ScriptLine& line) { return line.place == place && line.called == time.called; });
        if (same == lines.end())
            lines.push_back({place, time.called, time.time_ps});
        else
            same->time_ps += time.time_ps;
    }
    std::ranges::stable_sort(lines, std::ranges::greater(), &ScriptLine::time_ps);
    return lines;
}

void ScriptProfile::attach(std::function<Registers()> registers, const GuestImage& memory) {
    registers_ = std::move(registers);
    memory_ = memory;
}

void ScriptProfile::look(std::uint64_t pc, SimTime when) {
    const std::uint64_t passed_ps = when.ps - since_.ps;
    since_ = when;
    next_look_ = after(when, kBetweenLooksPs);
    if (!registers_ || !counted_ || passed_ps == 0) return;
    times_ps_[frames_.look(registers_(), pc, memory_)] += passed_ps;
}

void ScriptProfile::set_counted(bool counted, std::uint64_t pc, SimTime when) {
    look(pc, when);
    counted_ = counted;
}

std::vector<ScriptTime> ScriptProfile::times(const Functions& functions) const {
    const MicroPythonNames names = read_names(memory_);
    std::vector<ScriptTime> times;
    for (const auto& [stack, time_ps] : times_ps_) {
        ScriptTime& time = times.emplace_back();
        time.time_ps = time_ps;
        time.function = functions.name(stack.pc);
        for (const ScriptFrame& frame : stack.frames)
            if (auto place = frames_.place(frame, names)) time.frames.push_back(std::move(*place));
        std::ranges::reverse(time.frames);
        if (time.frames.empty()) continue;
        time.called = for_scripts(time.function);
        for (const std::uint64_t caller : stack.callers) {
            if (!time.called.empty()) break;
            time.called = for_scripts(functions.name(caller));
        }
    }
    std::ranges::stable_sort(times, std::ranges::greater(), &ScriptTime::time_ps);
    return times;
}

}  // namespace k210::profile
