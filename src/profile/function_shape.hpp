// What stays of a function's code wherever a linker puts it: registers, operations, offsets into the stack and into
// structures; not addresses, distances of jumps, or what relaxation leaves out.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "k210/cpu/rv_instruction.hpp"

namespace k210::profile {

class FunctionShape {
public:
    static constexpr std::size_t kPrefix = 6;  // tokens by which functions are looked up

    explicit FunctionShape(std::span<const std::uint8_t> code) : code_(code) {}

    // Takes in the next instruction that has a token. False at the end of the code, or where none is.
    bool next();

    std::size_t tokens() const { return tokens_; }
    std::size_t bytes() const { return at_; }  // taken in
    std::uint64_t hash() const { return hash_; }
    std::uint64_t prefix() const { return prefix_; }  // the hash of the first kPrefix

private:
    bool take(const rv::Instruction& instruction);
    void add(std::uint64_t token);
    bool is_address(unsigned reg) const { return addresses_ >> reg & 1; }

    std::span<const std::uint8_t> code_;
    std::size_t at_ = 0, tokens_ = 0;
    std::uint64_t hash_ = 0, prefix_ = 0;
    std::uint32_t addresses_ = 1u << 3;  // registers that hold one of the program's: gp always does
};

}  // namespace k210::profile
