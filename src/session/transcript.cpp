#include "session/transcript.hpp"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::size_t kWindowBytes = 4096;  // patterns may span lines, not books

re2::RE2::Options pattern_options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // a console carries bytes, not always UTF-8
    return options;
}

std::unique_ptr<re2::RE2> compile(std::string_view option, const std::string& pattern) {
    if (const std::string why = complaint_about_pattern(pattern); !why.empty())
        throw InputError(std::string(option) + " " + why);
    return std::make_unique<re2::RE2>("(?m)" + pattern, pattern_options());
}

bool ends_with_prompt(std::string_view text) {
    if (!text.ends_with(kPrompt)) return false;
    text.remove_suffix(kPrompt.size());
    return text.ends_with('\n');
}

// The line ends of a terminal as patterns mean them: $ is where a line's text ends.
std::string with_plain_line_ends(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') plain += text[i];
    return plain;
}

}  // namespace

std::string complaint_about_pattern(const std::string& pattern) {
    if (pattern.empty()) return "'': an empty pattern matches everything";
    const re2::RE2 regex(pattern, pattern_options());
    return regex.ok() ? std::string() : "'" + pattern + "': " + regex.error();
}

Transcript::Transcript(const std::vector<std::string>& expect, const std::optional<std::string>& fail)
    : patterns_(expect) {
    for (const std::string& pattern : expect) expect_.push_back(compile("--expect", pattern));
    if (fail) fail_ = compile("--fail", *fail);
}

Transcript::~Transcript() = default;
Transcript& Transcript::operator=(Transcript&&) noexcept = default;

bool Transcript::add(std::uint8_t byte) {
    ++bytes_;
    const char c = static_cast<char>(byte);
    tail_ += c;
    if (tail_.size() > 2 * kWindowBytes) tail_.erase(0, tail_.size() - kWindowBytes);
    if (echo_ == Echo::typing) return false;
    if (echo_ == Echo::last_line) {
        if (c != '\n') return false;
        echo_ = Echo::none;
        return hear(c);
    }
    if (typed_.empty()) return hear(c);
    // Output may come between typing and echo, and look like its beginning.
    returned_ += c;
    bool final = false;
    while (!typed_.starts_with(returned_)) {
        final = hear(returned_.front()) || final;
        returned_.erase(0, 1);
    }
    if (returned_.size() < typed_.size()) return final;
    typed_.clear();
    returned_.clear();
    return hear('\n') || final;
}

void Transcript::begin_echo() {
    expect_echo({});
    typed_.clear();
    echo_ = Echo::typing;
}

void Transcript::end_echo_with_line() {
    echo_ = Echo::last_line;
}

void Transcript::expect_echo(std::string line) {
    heard_ += returned_;
    returned_.clear();
    typed_ = std::move(line) + "\r\n";
}

bool Transcript::hear(char c) {
    heard_ += c;
    if (heard_.size() > 2 * kWindowBytes) {
        const std::size_t gone = heard_.size() - kWindowBytes;
        heard_.erase(0, gone);
        for (std::size_t* at : {&expect_from_, &fail_from_, &match_begin_, &match_end_}) *at -= std::min(*at, gone);
    }
    return verdict_ == Verdict::none && conclude();
}

bool Transcript::await(std::string_view what, const std::string& pattern) {
    expect_.push_back(compile(what, pattern));
    patterns_.push_back(pattern);
    if (verdict_ == Verdict::expected) verdict_ = Verdict::none;
    return verdict_ == Verdict::none && conclude();
}

bool Transcript::conclude() {
    for (;;) {
        judge();
        if (found_ == Verdict::none || !complete()) return false;
        if (settle()) return true;
    }
}

void Transcript::judge() {
    const auto found = [&](const re2::RE2& regex, std::size_t from, Verdict verdict) {
        re2::StringPiece match;
        if (!regex.Match(heard_, from, heard_.size(), re2::RE2::UNANCHORED, &match, 1)) return false;
        found_ = verdict;
        match_begin_ = static_cast<std::size_t>(match.data() - heard_.data());
        match_end_ = match_begin_ + match.size();
        timed_ = false;
        return true;
    };
    if (found_ == Verdict::failed || (fail_ && found(*fail_, fail_from_, Verdict::failed))) return;
    if (found_ == Verdict::none && met_ < expect_.size()) found(*expect_[met_], expect_from_, Verdict::expected);
}

// Whether what belongs to the match has come out. A prompt is all of its line.
bool Transcript::complete() const {
    const std::string_view heard = heard_;
    if (found_ == Verdict::expected)
        return heard.ends_with('\n') || heard.find('\n', match_end_) != heard.npos || ends_with_prompt(heard);
    return ends_with_prompt(heard.substr(match_end_));
}

bool Transcript::look(SimTime now) {
    if (bytes_ != seen_bytes_) {
        seen_bytes_ = bytes_;
        last_output_ = now;
    }
    if (found_ == Verdict::none || verdict_ != Verdict::none) return false;
    if (!timed_) {
        found_at_ = now;
        timed_ = true;
    }
    const std::uint64_t silence = found_ == Verdict::expected ? kLineSilencePs : kFailureSilencePs;
    if (now < after(last_output_, silence) && now < after(found_at_, kLongestRestPs)) return false;
    return settle();
}

void Transcript::finish() {
    while (verdict_ == Verdict::none && found_ != Verdict::none && !settle()) judge();
}

// With the line complete, a pattern may match more of it, or no longer: $ matched where the text so far ended. True
// when that is the verdict.
bool Transcript::settle() {
    const Verdict found = std::exchange(found_, Verdict::none);
    const auto match = match_of(found == Verdict::failed ? *fail_ : *expect_[met_]);
    if (!match) {
        (found == Verdict::failed ? fail_from_ : expect_from_) = match_begin_ + 1;
        return false;
    }
    if (found == Verdict::expected) {
        expect_from_ = match_end_;
        if (++met_ < expect_.size()) return false;
    }
    matched_ = *match;
    verdict_ = found;
    return true;
}

std::optional<std::string> Transcript::match_of(const re2::RE2& regex) const {
    re2::StringPiece match;
    if (regex.Match(heard_, match_begin_, heard_.size(), re2::RE2::ANCHOR_START, &match, 1)) return std::string(match);
    const std::string_view heard = heard_;
    const std::string before = with_plain_line_ends(heard.substr(0, match_begin_));
    const std::string plain = before + with_plain_line_ends(heard.substr(match_begin_));
    if (regex.Match(plain, before.size(), plain.size(), re2::RE2::ANCHOR_START, &match, 1)) return std::string(match);
    return std::nullopt;
}

}  // namespace k210
