// What the guest has said, and whether it was what somebody waits for.
//
// A match does not end the run in the middle of what the guest says: its line comes out first, for a failure the text
// up to MicroPython's next prompt. Both end, too, when the guest falls silent for a little while.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/units.hpp"
#include "k210/sim/state.hpp"

namespace re2 {
class RE2;
}

namespace k210 {

inline constexpr std::string_view kPrompt = ">>> ";  // of MicroPython's REPL

// Why that is no pattern to look for, "'(': missing )"; empty when it is one.
std::string complaint_about_pattern(const std::string& pattern);
// Throws InputError that begins with the option that it was given for.
std::unique_ptr<re2::RE2> compile_pattern(std::string_view option, const std::string& pattern);

class Transcript {
public:
    enum class Verdict : std::uint8_t { none, expected, failed };

    static constexpr std::uint64_t kLineSilencePs = ps_from_us(50'000);      // ends a line that was expected
    static constexpr std::uint64_t kFailureSilencePs = ps_from_us(200'000);  // ends what follows a failure
    static constexpr std::uint64_t kLongestRestPs = kPsPerSecond;            // of a guest that never falls silent

    // Patterns in RE2 syntax, matched against the latest lines: `expect` in this order, each behind the one before;
    // `fail` at any time, and where it and the last of `expect` are complete with the same byte or line, it wins.
    // Throws InputError naming a pattern that is no regex.
    Transcript(const std::vector<std::string>& expect, const std::optional<std::string>& fail);
    ~Transcript();
    Transcript& operator=(Transcript&&) noexcept;  // by a fresh one: what was said is forgotten

    // One more byte. True when the verdict is final with it; the first verdict stands.
    bool add(std::uint8_t byte);
    // After every slice in which something may have been said. True as above.
    bool look(SimTime now);
    // Nothing more will come: a match without the rest of its line counts.
    void finish();

    // What has been said so far meets no pattern of `expect` any more.
    void pass_over() { expect_from_ = heard_.size(); }
    // One more pattern, behind those of `expect`; where all of those had been seen, that is no verdict any more. What
    // has been said since the last of them counts. True as above. Throws InputError that begins with `what`.
    bool await(std::string_view what, const std::string& pattern);

    // Between these, output is the echo of what was typed and matches nothing. Ends with the next line.
    void begin_echo();
    void end_echo_with_line();
    // A line has been typed: when it comes back, that matches nothing.
    void expect_echo(std::string line);

    Verdict verdict() const { return verdict_; }
    const std::string& matched() const { return matched_; }
    // The pattern of `expect` that has not been seen yet; nullptr when all have been, or there are none.
    const std::string* awaited() const { return met_ < patterns_.size() ? &patterns_[met_] : nullptr; }
    std::size_t met() const { return met_; }  // how many of `expect` have been seen, of
    std::size_t expected() const { return expect_.size(); }
    std::string_view tail() const { return tail_; }   // the latest output, echo included
    std::string_view said() const { return heard_; }  // the latest output without echo
    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t heard_bytes() const { return heard_bytes_; }  // without echo; said() is the last of them

    // What has been said and typed; the patterns then wait for what comes from here on.
    void visit_heard(StateVisitor& visitor);
    // How far the patterns have come. Afterwards, of one with the same patterns.
    void visit_goals(StateVisitor& visitor);

private:
    enum class Echo : std::uint8_t { none, typing, last_line };

    void begin_goals();

    bool hear(char c);  // what is no echo
    bool conclude();
    void judge();
    bool complete() const;
    bool settle();
    std::optional<std::string> match_of(const re2::RE2& regex) const;

    std::vector<std::string> patterns_;
    std::vector<std::unique_ptr<re2::RE2>> expect_;
    std::unique_ptr<re2::RE2> fail_;

    std::string tail_, heard_;
    std::uint64_t bytes_ = 0, heard_bytes_ = 0;
    Echo echo_ = Echo::none;
    std::string typed_, returned_;  // a line whose echo is to come, and what may be its beginning

    std::size_t met_ = 0;
    std::size_t expect_from_ = 0, fail_from_ = 0;  // in heard_: where the next match may begin
    Verdict found_ = Verdict::none;                // not final before its line is complete
    std::size_t match_begin_ = 0, match_end_ = 0;  // in heard_
    std::uint64_t seen_bytes_ = 0;
    SimTime last_output_{}, found_at_{};
    bool timed_ = false;  // found_at_ is set

    Verdict verdict_ = Verdict::none;
    std::string matched_;
};

}  // namespace k210
