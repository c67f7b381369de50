// A version 5 kmodel: one module of one function, which takes bytes and makes floats.
#pragma once
#include <initializer_list>
#include <string_view>

#include "support/sample_files.hpp"

namespace k210 {

// Written field by field as nncase v1.0.0's include/nncase/runtime/model.h has them.
struct V5File {
    Bytes bytes;
    V5File& u32(std::initializer_list<std::uint32_t> values) {
        for (const std::uint32_t v : values)
            for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
        return *this;
    }
    V5File& text(std::string_view text, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            bytes.push_back(static_cast<std::uint8_t>(i < text.size() ? text[i] : 0));
        return *this;
    }
};

inline V5File v5_sample() {
    constexpr std::uint32_t kModule = 48 + 16 + 32 + 2 * 12 + 20 + 12;
    V5File file;
    file.text("LDMK", 4).u32({5, 32, 0, 8, 1, 0, 0});
    file.text("k210", 16).u32({1, 48, kModule, 2, 0, 0, 1, 0});
    file.u32({3, 1000, 2, 77});                                  // pools: data, constants
    file.u32({32, 32 + 2 * 12 + 20 + 12, 300, 40, 1, 1, 0, 0});  // the function
    file.u32({0x0400, 0, 300}).u32({4, 1, 3, 10, 10});           // a u8 input
    file.u32({0x0901, 0, 40}).u32({2, 1, 10});                   // an f32 output
    return file;
}

}  // namespace k210
