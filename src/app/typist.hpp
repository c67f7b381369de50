// Types for the user: a script through MicroPython's paste mode, then single lines, each when the guest is ready.
//
// Ready means: the REPL's prompt is the last thing on the console, or, for lines only, nothing has been said for a
// guest second (firmware with menus or no prompt at all). Everything depends on guest output and guest time only, so a
// run repeats exactly.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/transcript.hpp"
#include "k210/base/units.hpp"

namespace k210::app {

class Typist {
public:
    using Keyboard = std::function<void(std::string_view)>;

    Typist(Transcript& transcript, Keyboard keyboard) : transcript_(transcript), keyboard_(std::move(keyboard)) {}

    void add_script(std::string_view source);  // Python source, any line ends
    void add_line(std::string text);           // Enter is added

    // After every slice in which something may have been said.
    void look(SimTime now);
    bool done() const { return steps_.empty(); }

private:
    struct Step {
        std::string keys;
        std::string_view prompt;  // what must be on the console first
        bool or_silence;
        bool opens_echo, closes_echo;
    };

    bool ready(const Step& step, SimTime now) const;

    Transcript& transcript_;
    Keyboard keyboard_;
    std::deque<Step> steps_;
    std::uint64_t seen_bytes_ = 0, typed_at_bytes_ = ~0ull;
    SimTime last_output_{};
};

// C-style escapes (\n \r \t \\ \xNN) in what --type was given. Throws InputError.
std::string unescape(std::string_view text);

}  // namespace k210::app
