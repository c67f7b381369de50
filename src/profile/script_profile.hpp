// Where scripts spend a hart's time. Which line runs is looked at between two of the hart's turns, every millisecond or
// so; what has passed since the last look belongs to that line.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/units.hpp"
#include "profile/naming.hpp"
#include "profile/script_frames.hpp"

namespace k210::profile {

// Time with one stack.
struct ScriptTime {
    std::vector<ScriptPlace> frames;  // outermost first; none outside of scripts
    std::string called;               // function of C that the script has called, "sensor.snapshot"; empty without any
    std::string function;             // what ran
    std::uint64_t time_ps = 0;
};

// Time in one line of a script, with nothing or one function of C below it.
struct ScriptLine {
    ScriptPlace place;
    std::string called;
    std::uint64_t time_ps = 0;
};
std::vector<ScriptLine> lines_of(const std::vector<ScriptTime>& times);  // the longest first

class ScriptProfile {
public:
    using Registers = std::array<std::uint64_t, 32>;  // x0 to x31

    // What to look at, from then on. Both are asked for between two of the hart's turns only.
    void attach(std::function<Registers()> registers, const GuestImage& memory);
    void between_turns(std::uint64_t pc, SimTime when) {
        if (when >= next_look_) [[unlikely]]
            look(pc, when);
    }
    // Whether time from then on counts; it does at first.
    void set_counted(bool counted, std::uint64_t pc, SimTime when);

    // With the names that memory has now. The longest first.
    std::vector<ScriptTime> times(const Functions& functions) const;

private:
    void look(std::uint64_t pc, SimTime when);

    std::function<Registers()> registers_;
    GuestImage memory_{{}, 0};
    ScriptFrames frames_;
    std::map<ScriptStack, std::uint64_t> times_ps_;
    SimTime since_{}, next_look_{};
    bool counted_ = true;
};

}  // namespace k210::profile
