// What can be told of a program without symbols from how its code and data point at each other.
#pragma once
#include <cstdint>
#include <set>
#include <span>

namespace k210::profile {

struct FirmwareScan {
    std::set<std::uint64_t> called;  // or pointed at by data: functions begin there, most likely
    std::set<std::uint64_t> jumped_to;

    // `program`, as it lies in memory from `address` on.
    FirmwareScan(std::span<const std::uint8_t> program, std::uint64_t address);
};

}  // namespace k210::profile
