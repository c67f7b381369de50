// Whether two machines are in the same state, and if not, where they differ.
#pragma once
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "k210/sim/state.hpp"

namespace k210 {

inline testing::AssertionResult same_state(const Snapshot& one, const Snapshot& other) {
    constexpr std::size_t kNamed = 10;
    std::string names;
    std::size_t differences = 0;
    const auto differs = [&](const std::string& name) {
        if (++differences <= kNamed) names += "\n  " + name;
    };
    for (const auto& [name, value] : one) {
        const auto found = other.find(name);
        if (found == other.end() || found->second != value) differs(name);
    }
    for (const auto& [name, value] : other)
        if (!one.contains(name)) differs(name);
    if (differences == 0) return testing::AssertionSuccess();
    return testing::AssertionFailure() << differences << " pieces of state differ:" << names;
}

}  // namespace k210
