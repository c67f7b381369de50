#include "trace/trace_text.hpp"

#include <fmt/format.h>

namespace k210::trace {

void TraceText::add(std::string_view line) {
    if (left_out_ || muted()) return;
    if (lines_ == most_lines_) {
        left_out_ = true;
        text_ += fmt::format("# there was more: --trace-lines {} is reached\n", most_lines_);
        return;
    }
    ++lines_;
    text_ += line;
    text_ += '\n';
}

void TraceText::clear() {
    lines_ = 0;
    left_out_ = false;
    text_ = kTraceBeginning;
    text_ += '\n';
}

std::string place(std::uint64_t pc, const SymbolTable& symbols) {
    const std::string name = symbols.code_name(pc);
    return fmt::format("{:#010x} {}", pc, name.empty() ? "-" : name);
}

}  // namespace k210::trace
