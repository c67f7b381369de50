#include "trace/access_trace.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "k210/bus/register_name.hpp"

namespace k210::trace {

AccessTrace::AccessTrace(std::vector<std::string> devices, TraceText& text, Symbols symbols)
    : devices_(std::move(devices)), text_(text), symbols_(std::move(symbols)) {}

void AccessTrace::attached(const Bus& bus) {
    bus_ = &bus;
    polls_ = {};
    followed_.clear();
    for (const Bus::Window& window : bus.windows()) {
        const auto is_it = [&](const std::string& name) { return name == kAllDevices || name == window.name; };
        if (window.target && std::ranges::any_of(devices_, is_it))
            followed_.emplace_back(window.base, window.size_bytes);
    }
}

bool AccessTrace::follows(std::uint32_t address) const {
    if (text_.full()) return false;
    return std::ranges::any_of(followed_, [&](const auto& window) { return address - window.first < window.second; });
}

void AccessTrace::accessed(const ObservedAccess& access) {
    end_poll(access.hart);
    text_.add(fmt::format("{:.9f} hart {} {} {} {} {} {:#x}", access.when.seconds(), access.hart,
                          place(access.pc, symbols_()), access.is_write ? "write" : "read", name_of(access.address),
                          access.size_bytes, access.value));
}

void AccessTrace::polled(unsigned hart, std::uint64_t pc, std::uint32_t address, SimTime until) {
    auto& poll = polls_.at(hart);
    if (poll && (poll->pc != pc || poll->address != address)) end_poll(hart);
    poll = {pc, address, until};
}

void AccessTrace::end_poll(unsigned hart) {
    const auto poll = std::exchange(polls_.at(hart), std::nullopt);
    if (!poll) return;
    text_.add(fmt::format("{:.9f} hart {} {} polled {} until now", poll->until.seconds(), hart,
                          place(poll->pc, symbols_()), name_of(poll->address)));
}

void AccessTrace::finish() {
    for (unsigned hart = 0; hart < polls_.size(); ++hart) end_poll(hart);
}

std::string AccessTrace::name_of(std::uint32_t address) const {
    const Bus::Window& window = *bus_->find(address);
    return register_name(window, address - window.base);
}

}  // namespace k210::trace
