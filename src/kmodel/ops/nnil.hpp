// Small programs that a stack machine runs on each element of a tensor: nncase v0.2.0-beta4
// src/common/include/runtime/nnil.h, kernels/neutral/neutral_kernels.h nnil_unary_method [sdk].
// There are no jumps, so a program that has been read runs without a check.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kmodel/reader.hpp"

namespace k210::kmodel {

enum class NnilOpcode : std::uint8_t {
    nop = 0x00,
    dup = 0x01,
    pop = 0x02,
    lda_0 = 0x03,  // push the element
    ldc_r4_0 = 0x04,
    ldc_r4_1 = 0x05,
    ldc_r4 = 0x06,  // push the four bytes that follow
    abs = 0x20,
    ceil = 0x21,
    cos = 0x22,
    exp = 0x23,
    floor = 0x24,
    log = 0x25,
    neg = 0x26,
    rsqrt = 0x27,
    sin = 0x28,
    square = 0x29,
    add = 0x40,
    sub = 0x41,
    mul = 0x42,
    div = 0x43,
    min = 0x44,
    max = 0x45,
    clamp = 0x80,  // value, low, high
    ret = 0xa0,
};

class NnilProgram {
public:
    // Reads up to the first ret. Throws InputError where the stack would run over or under, or the code is unknown.
    static NnilProgram parse(Reader& in);

    // For as many elements as `in` has.
    void run(std::span<const float> in, std::span<float> out) const;
    std::size_t size() const { return steps_.size(); }

private:
    struct Step {
        NnilOpcode opcode;
        float constant;
    };
    std::vector<Step> steps_;
};

}  // namespace k210::kmodel
