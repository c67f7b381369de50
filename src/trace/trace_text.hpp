// The lines of a trace, up to a limit that it tells.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "k210/loader/symbols.hpp"

namespace k210::trace {

inline constexpr std::string_view kTraceBeginning = "# k210emu trace";

class TraceText {
public:
    explicit TraceText(std::uint64_t most_lines) : most_lines_(most_lines) { clear(); }

    void add(std::string_view line);  // without its end
    bool full() const { return left_out_; }
    const std::string& text() const { return text_; }
    void clear();
    // Nothing is added while that is true.
    std::function<bool()> muted = [] { return false; };

private:
    const std::uint64_t most_lines_;
    std::uint64_t lines_ = 0;
    bool left_out_ = false;
    std::string text_;
};

// Asked for only when a line needs it.
using Symbols = std::function<const SymbolTable&()>;

// "0x800000e4 main+26", or "0x800000e4 -" where it has no name.
std::string place(std::uint64_t pc, const SymbolTable& symbols);

}  // namespace k210::trace
