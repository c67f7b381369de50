// Time by what was running, as flame graphs are made from it: a line for each stack, its frames divided by semicolons
// from the outermost on, and how long it lasted. [doc] github.com/brendangregg/FlameGraph, stackcollapse programs;
// speedscope, inferno and Firefox's profiler read the same.
#pragma once
#include <string>

#include "profile/profile.hpp"

namespace k210::profile {

// In microseconds of guest time; what rounds to none is left out.
std::string collapsed_stacks(const Profile& profile);

}  // namespace k210::profile
