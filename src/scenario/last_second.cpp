#include "scenario/last_second.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "k210/base/message.hpp"

namespace k210::scenario {
namespace {

constexpr std::uint64_t kKeptPs = kPsPerSecond;
constexpr std::size_t kLeastLines = 20;
constexpr std::size_t kMostShown = 200;  // of a line

std::string formatted(std::string_view what, std::string_view text) {
    return fmt::format("{:8}{}", what, printable(text, kMostShown));
}

bool is_earlier(SimTime a, SimTime b) {
    return after(a, kKeptPs) < b;
}

}  // namespace

void LastSecond::add(SimTime when, std::string_view what, std::string_view text) {
    lines_.push_back({when, formatted(what, text)});
    while (lines_.size() > kLeastLines && is_earlier(lines_.front().when, when)) lines_.pop_front();
}

void LastSecond::console_says(SimTime when, std::uint8_t byte) {
    if (byte == '\r') return;
    if (byte == '\n') {
        add(console_.text.empty() ? when : console_.when, "console", console_.text);
        console_.text.clear();
        return;
    }
    if (console_.text.empty()) console_.when = when;
    if (console_.text.size() <= kMostShown) console_.text += static_cast<char>(byte);
}

void LastSecond::look(SimTime when, const Display& display) {
    const std::uint64_t generation = display.generation(), frames = display.frames_shown();
    const bool moved = generation_ && *generation_ != generation;
    if (frames_ != frames)
        add(when, "lcd", fmt::format("picture {} is whole", frames));
    else if (moved && !drawing_)
        add(when, "lcd", "is drawn on");
    drawing_ = moved;
    generation_ = generation;
    frames_ = frames;
}

std::string LastSecond::text(SimTime end) const {
    std::vector<Line> lines(lines_.begin(), lines_.end());
    if (!console_.text.empty()) lines.push_back({console_.when, formatted("console", console_.text)});
    std::ranges::stable_sort(lines, {}, &Line::when);  // a console's line is known when it ends
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (i + kLeastLines >= lines.size() || !is_earlier(lines[i].when, end))
            text += fmt::format("{:12.6f} s  {}\n", lines[i].when.seconds(), lines[i].text);
    return text;
}

}  // namespace k210::scenario
