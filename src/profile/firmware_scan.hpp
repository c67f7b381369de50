// What can be told of a program without symbols from how its code and data point at each other.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace k210::profile {

struct FirmwareScan {
    std::set<std::uint64_t> called;  // or pointed at by data: functions begin there, most likely
    std::set<std::uint64_t> jumped_to;
    std::set<std::uint64_t> pointed_at;                           // by data, or by code that takes an address
    std::map<std::uint64_t, std::vector<std::uint64_t>> callers;  // where calls of it stand, ascending

    // `program`, as it lies in memory from `address` on.
    FirmwareScan(std::span<const std::uint8_t> program, std::uint64_t address);
};

}  // namespace k210::profile
