// What has happened in the last guest second, as a text for people: a line for each thing, with its guest time. The
// last few lines are there, however long ago they were.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "k210/base/units.hpp"
#include "k210/part/ports.hpp"

namespace k210::scenario {

class LastSecond {
public:
    void add(SimTime when, std::string_view what, std::string_view text);
    void console_says(SimTime when, std::uint8_t byte);
    void look(SimTime when, const Display& display);
    void clear() { *this = {}; }

    // Up to then.
    std::string text(SimTime end) const;

private:
    struct Line {
        SimTime when;
        std::string text;
    };

    std::deque<Line> lines_;
    Line console_;  // that is not complete yet
    std::optional<std::uint64_t> generation_;
    std::uint64_t frames_ = 0;
    bool drawing_ = false;
};

}  // namespace k210::scenario
