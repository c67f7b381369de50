#include "k210/bus/register_name.hpp"

#include <fmt/format.h>

#include "k210/bus/device.hpp"

namespace k210 {

std::string register_name(const Bus::Window& window, std::uint32_t offset) {
    const auto* device = dynamic_cast<const Device*>(window.target);
    const Reg* reg = device ? device->regs.find(offset) : nullptr;
    return reg ? fmt::format("{}.{}", window.name, reg->name()) : fmt::format("{}+{:#x}", window.name, offset);
}

}  // namespace k210
