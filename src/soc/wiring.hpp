// Finding what the tables name. A name that nothing has is an error in a table: std::logic_error, whatever the build.
#pragma once
#include <span>
#include <string_view>

#include "k210/bus/device.hpp"
#include "k210/bus/memory.hpp"
#include "soc/signal_map.hpp"

namespace k210 {

Device& find_device(std::span<Device* const> devices, std::string_view name);
Memory& find_memory(std::span<Memory* const> memories, std::string_view name);
OutputLine& find_line(std::span<Device* const> devices, const SignalRow& row);

}  // namespace k210
