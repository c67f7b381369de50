#include "app/typist.hpp"

#include <charconv>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kPrompt = ">>> ", kPastePrompt = "=== ";
constexpr std::string_view kPasteMode = "\x05", kEndOfPaste = "\x04";  // Ctrl-E, Ctrl-D
constexpr std::uint64_t kSilencePs = kPsPerSecond;

}  // namespace

void Typist::add_script(std::string_view source) {
    steps_.push_back({std::string(kPasteMode), kPrompt, false, true, false});
    std::string line;
    const auto end_line = [&] {
        steps_.push_back({line + "\r", kPastePrompt, false, true, false});
        line.clear();
    };
    for (const char c : source) {
        if (c == '\n')
            end_line();
        else if (c != '\r')
            line += c;
    }
    if (!line.empty()) end_line();
    steps_.push_back({std::string(kEndOfPaste), kPastePrompt, false, false, true});
}

void Typist::add_line(std::string text) {
    steps_.push_back({std::move(text) + "\r", kPrompt, true, false, true});
}

bool Typist::ready(const Step& step, SimTime now) const {
    if (typed_at_bytes_ != seen_bytes_ && transcript_.tail().ends_with(step.prompt)) return true;
    return step.or_silence && seen_bytes_ > 0 && now >= after(last_output_, kSilencePs);
}

void Typist::look(SimTime now) {
    if (transcript_.bytes() != seen_bytes_) {
        seen_bytes_ = transcript_.bytes();
        last_output_ = now;
    }
    if (steps_.empty() || !ready(steps_.front(), now)) return;
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    if (step.opens_echo) transcript_.begin_echo();
    if (step.closes_echo) transcript_.end_echo_with_line();
    typed_at_bytes_ = seen_bytes_;
    last_output_ = now;
    keyboard_(step.keys);
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char kind = ++i < text.size() ? text[i] : '\0';
        switch (kind) {
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case '\\': out += '\\'; break;
            case 'x': {
                unsigned value = 0;
                const std::string_view digits = text.substr(i + 1, 2);
                const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
                if (error != std::errc{} || end != digits.data() + 2)
                    throw InputError("--type '" + std::string(text) + "': \\x needs two hexadecimal digits");
                out += static_cast<char>(value);
                i += 2;
                break;
            }
            default: throw InputError("--type '" + std::string(text) + "': unknown escape \\" + std::string(1, kind));
        }
    }
    return out;
}

}  // namespace k210::app
