#include "soc/wiring.hpp"

#include <stdexcept>
#include <string>

namespace k210 {
namespace {

template <class T>
T& find(std::span<T* const> all, std::string_view name, const char* kind) {
    for (T* one : all)
        if (one->name() == name) return *one;
    throw std::logic_error("wiring: there is no " + std::string(kind) + " " + std::string(name));
}

}  // namespace

Device& find_device(std::span<Device* const> devices, std::string_view name) {
    return find(devices, name, "block");
}

Memory& find_memory(std::span<Memory* const> memories, std::string_view name) {
    return find(memories, name, "memory");
}

OutputLine& find_line(std::span<Device* const> devices, const SignalRow& row) {
    if (OutputLine* line = find_device(devices, row.device).find_line(row.line)) return *line;
    throw std::logic_error("wiring: " + std::string(row.device) + " has no line " + std::string(row.line));
}

}  // namespace k210
