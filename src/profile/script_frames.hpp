// Which lines of a script a hart is at: MicroPython's frames, found from its registers and stack. Nothing is read of
// the VM's own variables, so no build has to be known.
//
// [doc] MicroPython 1.9 to 1.11, whose layouts agree: py/bc.h (code states, the prelude of bytecode), py/objfun.h
// (functions), py/emitbc.c (line numbers). Builds of 1.12 and later lay them out otherwise: nothing is found there.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "profile/micropython_names.hpp"

namespace k210::profile {

// A point in bytecode.
struct ScriptFrame {
    unsigned code;         // number of the code among all that were seen
    std::uint32_t offset;  // of its next instruction, bytes
    auto operator<=>(const ScriptFrame&) const = default;
};

struct ScriptStack {
    std::vector<ScriptFrame> frames;     // innermost first; none where no script runs
    std::vector<std::uint64_t> callers;  // return addresses up to the next frame, the nearest first
    std::uint64_t pc = 0;
    auto operator<=>(const ScriptStack&) const = default;
};

struct ScriptPlace {
    std::string file, function;
    unsigned line = 0;
    bool operator==(const ScriptPlace&) const = default;
};

class ScriptFrames {
public:
    // Of the hart whose integer registers are `x`; `memory` holds program, heap and stacks.
    ScriptStack look(const std::array<std::uint64_t, 32>& x, std::uint64_t pc, const GuestImage& memory);
    // Where in a script that is. Nothing without names for it.
    std::optional<ScriptPlace> place(const ScriptFrame& frame, const MicroPythonNames& names) const;

private:
    std::optional<ScriptFrame> frame_at(std::uint64_t code_state, const GuestImage& memory);

    // Code by what comes before its instructions: size, names, line numbers. Kept, as scripts come and go.
    std::map<std::string, unsigned> codes_;
    std::vector<const std::string*> infos_;
};

}  // namespace k210::profile
