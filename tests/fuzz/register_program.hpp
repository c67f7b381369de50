// Guest code that does to the chip's registers what a fuzzer asks for: anything, or what drivers do with odd values.
#pragma once
#include <cstdint>
#include <vector>

#include "fuzz/fuzz_input.hpp"

namespace k210 {

// Code for one hart, whose data lie at `data`; both are to be put into memory.
struct RegisterProgram {
    std::vector<std::uint32_t> code;
    std::vector<std::uint64_t> data;
};
RegisterProgram register_program(FuzzInput& input, unsigned steps, std::uint32_t data);

}  // namespace k210
