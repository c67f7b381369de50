// What steps name of the chip: its registers and memory.
#pragma once
#include <cstdint>
#include <span>

#include "k210/machine/machine.hpp"
#include "scenario/scenario.hpp"

namespace k210::scenario {

// These throw InputError where the chip has no such register, or no memory there.
std::uint64_t register_value(const Machine& machine, const ExpectRegister& wanted);  // its masked bits
std::span<const std::uint8_t> memory(const Machine& machine, const ExpectMemory& wanted);

// Throws InputError, "FILE:LINE: step: why", for the first of a scenario's steps that names what no chip has. Any
// machine will do, one that is not switched on as well.
void check_steps(const Scenario& scenario, const Machine& machine);

}  // namespace k210::scenario
