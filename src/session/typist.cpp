#include "session/typist.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr std::string_view kPastePrompt = "=== ";
constexpr std::string_view kPasteMode = "\x05", kEndOfPaste = "\x04";  // Ctrl-E, Ctrl-D

constexpr unsigned kSizeBytes = 4;  // of a step's, packed

bool is_control(char c) {
    return static_cast<unsigned char>(c) < ' ';
}

// What comes back of a line: keys such as Ctrl-C have effects instead.
std::string echo_of(std::string_view line) {
    const auto control = std::find_if(line.rbegin(), line.rend(), is_control);
    return std::string(control.base(), line.end());
}

}  // namespace

void Typist::add_script(std::string_view source) {
    script_entered_ = false;
    steps_.push_back({std::string(kPasteMode), Kind::paste_begin});
    std::string line;
    const auto end_line = [&] {
        steps_.push_back({line + "\r", Kind::paste_line});
        line.clear();
    };
    for (const char c : source) {
        if (c == '\n')
            end_line();
        else if (c != '\r')
            line += c;
    }
    if (!line.empty()) end_line();
    steps_.push_back({std::string(kEndOfPaste), Kind::paste_end});
}

void Typist::add_line(std::string text) {
    steps_.push_back({std::move(text) + "\r", Kind::line});
}

bool Typist::at_prompt() const {
    return typed_at_bytes_ != seen_bytes_ && transcript_.tail().ends_with(kPrompt);
}

bool Typist::finished(SimTime now) const {
    const bool quiet = transcript_.bytes() == seen_bytes_ && now >= after(last_output_, kPromptSilencePs);
    return done() && at_prompt() && quiet;
}

bool Typist::ready(const Step& step, SimTime now) const {
    const std::string_view tail = transcript_.tail();
    if (step.kind == Kind::paste_line || step.kind == Kind::paste_end)
        return typed_at_bytes_ != seen_bytes_ && tail.ends_with(kPastePrompt);
    if (at_prompt()) return true;
    if (step.kind != Kind::line || seen_bytes_ == 0 || now < after(last_output_, kSilencePs)) return false;
    return !prompt_seen_ || is_control(step.keys.front()) || !tail.ends_with('\n');
}

void Typist::start_over() {
    prompt_seen_ = false;
    seen_bytes_ = 0;
    last_output_ = {};
}

std::string Typist::look(SimTime now) {
    if (transcript_.bytes() != seen_bytes_) {
        seen_bytes_ = transcript_.bytes();
        last_output_ = now;
    }
    if (at_prompt()) prompt_seen_ = true;
    if (steps_.empty() || !ready(steps_.front(), now)) return {};
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    const std::string line = step.keys.substr(0, step.keys.size() - 1);
    const bool blind = step.kind == Kind::line && prompt_seen_ && !at_prompt() && !is_control(step.keys.front());
    switch (step.kind) {
        case Kind::paste_begin: transcript_.begin_echo(); break;
        case Kind::paste_line: break;
        case Kind::paste_end:
            transcript_.end_echo_with_line();
            script_entered_ = true;
            break;
        case Kind::line: transcript_.expect_echo(echo_of(line)); break;
    }
    typed_at_bytes_ = seen_bytes_;
    last_output_ = now;
    keyboard_(step.keys);
    return blind ? line : std::string();
}

std::vector<std::string> Typist::untyped_lines() const {
    std::vector<std::string> lines;
    for (const Step& step : steps_)
        if (step.kind == Kind::line) lines.push_back(step.keys.substr(0, step.keys.size() - 1));
    return lines;
}

bool Typist::script_untyped() const {
    return std::ranges::any_of(steps_, [](const Step& step) { return step.kind != Kind::line; });
}

void Typist::visit_state(StateVisitor& v) {
    std::vector<std::uint8_t> steps = packed_steps();
    v.buffer("steps", steps);
    if (v.loading()) unpack_steps(steps, v);
    v.value("prompt_seen", prompt_seen_);
    v.value("script_entered", script_entered_);
    v.value("seen_bytes", seen_bytes_);
    v.value("typed_at_bytes", typed_at_bytes_);
    v.value("last_output_ps", last_output_.ps);
}

// Of each its kind, the size of its keys in four bytes, and the keys.
std::vector<std::uint8_t> Typist::packed_steps() const {
    std::vector<std::uint8_t> bytes;
    for (const Step& step : steps_) {
        bytes.push_back(static_cast<std::uint8_t>(step.kind));
        for (unsigned i = 0; i < kSizeBytes; ++i) bytes.push_back(static_cast<std::uint8_t>(step.keys.size() >> 8 * i));
        bytes.insert(bytes.end(), step.keys.begin(), step.keys.end());
    }
    return bytes;
}

void Typist::unpack_steps(std::span<const std::uint8_t> bytes, const StateVisitor& v) {
    steps_.clear();
    while (!bytes.empty()) {
        v.require(bytes.size() > kSizeBytes, "steps", "end too soon");
        const std::uint8_t kind = bytes[0];
        std::size_t size = 0;
        for (unsigned i = kSizeBytes; i-- > 0;) size = size << 8 | bytes[1 + i];
        bytes = bytes.subspan(1 + kSizeBytes);
        v.require(kind <= static_cast<std::uint8_t>(Kind::line) && size > 0 && size <= bytes.size(), "steps",
                  "are none");
        steps_.push_back({{bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}, static_cast<Kind>(kind)});
        bytes = bytes.subspan(size);
    }
}

}  // namespace k210
