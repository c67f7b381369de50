// Types for the user: a script through MicroPython's paste mode, then single lines, each when the guest is ready.
//
// Ready means: the REPL's prompt is the last thing on the console. For lines only, it also means that nothing has been
// said for a guest second: firmware with menus, or with no prompt at all. Once there has been a prompt, a guest that is
// silent behind a complete line runs a script, which would swallow what is typed: only keys that interrupt it are typed
// then. Everything depends on guest output and guest time only, so a run repeats exactly.
#pragma once
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/units.hpp"
#include "session/transcript.hpp"

namespace k210 {

class Typist {
public:
    using Keyboard = std::function<void(std::string_view)>;

    static constexpr std::uint64_t kSilencePs = kPsPerSecond;               // until a line is typed without a prompt
    static constexpr std::uint64_t kPromptSilencePs = ps_from_us(100'000);  // behind a prompt that waits

    Typist(Transcript& transcript, Keyboard keyboard) : transcript_(transcript), keyboard_(std::move(keyboard)) {}

    void add_script(std::string_view source);  // Python source, any line ends
    void add_line(std::string text);           // Enter is added

    void visit_state(StateVisitor& visitor);

    // The guest starts over, before anything has been typed.
    void start_over();

    // After every slice in which something may have been said. Returns a line that has been typed without a prompt
    // although the guest has a REPL; empty otherwise.
    std::string look(SimTime now);

    bool done() const { return steps_.empty(); }
    std::vector<std::string> untyped_lines() const;          // that still wait
    bool script_untyped() const;                             // or what is left of it
    bool script_entered() const { return script_entered_; }  // the last one that was added
    // The REPL's prompt is the last thing on the console, and it has come since something was typed.
    bool at_prompt() const;
    // All has been typed, and the prompt that came back waits.
    bool finished(SimTime now) const;

private:
    enum class Kind : std::uint8_t { paste_begin, paste_line, paste_end, line };
    struct Step {
        std::string keys;
        Kind kind;
    };

    bool ready(const Step& step, SimTime now) const;
    std::vector<std::uint8_t> packed_steps() const;
    void unpack_steps(std::span<const std::uint8_t> bytes, const StateVisitor& visitor);

    Transcript& transcript_;
    Keyboard keyboard_;
    std::deque<Step> steps_;
    bool prompt_seen_ = false, script_entered_ = false;
    std::uint64_t seen_bytes_ = 0, typed_at_bytes_ = ~0ull;
    SimTime last_output_{};
};

}  // namespace k210
