#include "session/transcript.hpp"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::size_t kWindowBytes = 4096;  // patterns may span lines, not books
constexpr std::size_t kMostTypedBytes = 1 << 20, kMostHeardBytes = 2 * kWindowBytes + kMostTypedBytes;

re2::RE2::Options pattern_options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // a console carries bytes, not always UTF-8
    return options;
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

std::unique_ptr<re2::RE2> compile_pattern(std::string_view option, const std::string& pattern) {
    if (const std::string why = complaint_about_pattern(pattern); !why.empty())
        throw InputError(std::string(option) + " " + why);
    return std::make_unique<re2::RE2>("(?m)" + pattern, pattern_options());
}

Transcript::Transcript(const std::vector<std::string>& expect, const std::optional<std::string>& fail)
    : patterns_(expect) {
    for (const std::string& pattern : expect) expect_.push_back(compile_pattern("--expect", pattern));
    if (fail) fail_ = compile_pattern("--fail", *fail);
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
    heard_bytes_ += returned_.size();
    heard_ += returned_;
    returned_.clear();
    typed_ = std::move(line) + "\r\n";
}

bool Transcript::hear(char c) {
    heard_ += c;
    ++heard_bytes_;
    if (heard_.size() > 2 * kWindowBytes) {
        const std::size_t gone = heard_.size() - kWindowBytes;
        heard_.erase(0, gone);
        for (std::size_t* at : {&expect_from_, &fail_from_, &match_begin_, &match_end_}) *at -= std::min(*at, gone);
    }
    return verdict_ == Verdict::none && conclude();
}

bool Transcript::await(std::string_view what, const std::string& pattern) {
    expect_.push_back(compile_pattern(what, pattern));
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

void Transcript::visit_heard(StateVisitor& v) {
    v.text("tail", tail_, kMostHeardBytes);
    v.text("heard", heard_, kMostHeardBytes);
    v.value("bytes", bytes_);
    v.value("heard_bytes", heard_bytes_);
    v.require(heard_bytes_ >= heard_.size(), "heard_bytes", "is less than what is remembered");
    v.value("echo", echo_, Echo::last_line);
    v.text("typed", typed_, kMostTypedBytes);
    v.text("returned", returned_, kMostTypedBytes);
    v.require(typed_.starts_with(returned_) && (typed_.empty() || returned_.size() < typed_.size()), "returned",
              "is no beginning of what was typed");
    v.value("seen_bytes", seen_bytes_);
    v.value("last_output_ps", last_output_.ps);
    if (v.loading()) begin_goals();
}

void Transcript::begin_goals() {
    met_ = 0;
    expect_from_ = fail_from_ = heard_.size();
    found_ = verdict_ = Verdict::none;
    match_begin_ = match_end_ = 0;
    timed_ = false;
    matched_.clear();
}

void Transcript::visit_goals(StateVisitor& v) {
    v.value("met", met_, expect_.size());
    const std::size_t most_from = heard_.size() + 1;  // behind an empty match at the end
    v.value("expect_from", expect_from_, most_from);
    v.value("fail_from", fail_from_, most_from);
    v.value("found", found_, Verdict::failed);
    v.require(found_ != Verdict::failed || fail_, "found", "is of a pattern that is not there");
    v.require(found_ != Verdict::expected || met_ < expect_.size(), "found", "is of a pattern that is not there");
    v.value("match_end", match_end_, heard_.size());
    v.value("match_begin", match_begin_, match_end_);
    v.value("found_at_ps", found_at_.ps);
    v.value("timed", timed_);
    v.value("verdict", verdict_, Verdict::failed);
    v.text("matched", matched_, kMostHeardBytes);
}

}  // namespace k210
