#include "profile/collapsed_stacks.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "k210/base/message.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kPsPerUs = 1'000'000;

// Semicolons divide frames.
std::string frame(std::string_view name) {
    std::string text = printable(name);
    std::ranges::replace(text, ';', ':');
    return text;
}

}  // namespace

std::string collapsed_stacks(const Profile& profile) {
    std::map<std::string, std::uint64_t> times_ps;
    for (std::size_t i = 0; i < profile.harts.size(); ++i) {
        for (const ScriptTime& time : profile.harts[i].scripts) {
            std::string stack = fmt::format("hart {}", i);
            for (const ScriptPlace& place : time.frames)
                stack += ";" + frame(fmt::format("{} {}:{}", place.function, place.file, place.line));
            if (!time.called.empty()) stack += ";" + frame(time.called);
            if (time.function != time.called) stack += ";" + frame(time.function);
            times_ps[stack] += time.time_ps;
        }
    }
    std::string text;
    for (const auto& [stack, time_ps] : times_ps)
        if (const std::uint64_t us = (time_ps + kPsPerUs / 2) / kPsPerUs) text += fmt::format("{} {}\n", stack, us);
    return text;
}

}  // namespace k210::profile
