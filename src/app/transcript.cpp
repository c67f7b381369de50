#include "app/transcript.hpp"

#include <re2/re2.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

constexpr std::size_t kWindowBytes = 4096;  // patterns may span lines, not books

std::unique_ptr<re2::RE2> compile(std::string_view option, const std::optional<std::string>& pattern) {
    if (!pattern) return nullptr;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // a console carries bytes, not always UTF-8
    options.set_one_line(false);
    options.set_posix_syntax(false);
    auto regex = std::make_unique<re2::RE2>("(?m)" + *pattern, options);
    if (!regex->ok()) {
        const re2::RE2 as_written(*pattern, options);  // whose complaint does not quote our prefix
        throw InputError(std::string(option) + " '" + *pattern + "': " + as_written.error());
    }
    return regex;
}

void keep_window(std::string& text) {
    if (text.size() > 2 * kWindowBytes) text.erase(0, text.size() - kWindowBytes);
}

}  // namespace

Transcript::Transcript(const std::optional<std::string>& expect, const std::optional<std::string>& fail)
    : expect_(compile("--expect", expect)), fail_(compile("--fail", fail)) {}

Transcript::~Transcript() = default;

bool Transcript::add(std::uint8_t byte) {
    ++bytes_;
    tail_ += static_cast<char>(byte);
    keep_window(tail_);
    if (echo_ == Echo::last_line && byte == '\n') {
        echo_ = Echo::none;
        return false;
    }
    if (echo_ != Echo::none || verdict_ != Verdict::none) return false;
    matchable_ += static_cast<char>(byte);
    keep_window(matchable_);
    return judge();
}

void Transcript::begin_echo() {
    echo_ = Echo::typing;
}

void Transcript::end_echo_with_line() {
    echo_ = Echo::last_line;
    matchable_.clear();
}

bool Transcript::judge() {
    re2::StringPiece match;
    const auto found = [&](const std::unique_ptr<re2::RE2>& regex) {
        return regex && regex->Match(matchable_, 0, matchable_.size(), re2::RE2::UNANCHORED, &match, 1);
    };
    if (found(fail_))
        verdict_ = Verdict::failed;
    else if (found(expect_))
        verdict_ = Verdict::expected;
    else
        return false;
    matched_ = std::string(match);
    return true;
}

}  // namespace k210::app
