#include "scenario/machine_check.hpp"

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::scenario {

std::uint64_t register_value(const Machine& machine, const ExpectRegister& wanted) {
    const auto value = machine.register_value(wanted.hart, wanted.name);
    if (!value) throw InputError(fmt::format("there is no register '{}'", wanted.name));
    return *value & wanted.mask;
}

std::span<const std::uint8_t> memory(const Machine& machine, const ExpectMemory& wanted) {
    const auto size = static_cast<std::uint32_t>(wanted.bytes.size());
    const auto bytes = machine.memory(wanted.address, size);
    if (bytes.empty()) throw InputError(fmt::format("there are no {} bytes of memory at {:#x}", size, wanted.address));
    return bytes;
}

void check_steps(const Scenario& scenario, const Machine& machine) {
    for (const Step& step : scenario.steps) try {
            if (const auto* const action = std::get_if<ExpectRegister>(&step.action)) register_value(machine, *action);
            if (const auto* const action = std::get_if<ExpectMemory>(&step.action)) memory(machine, *action);
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}: {}: {}", to_string(step.place), step.shown, error.what()));
        }
}

}  // namespace k210::scenario
