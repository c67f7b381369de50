#include "app/uart_ends.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace k210::app {

UartEnds::UartEnds(const RunOptions& options) {
    for (std::size_t i = 0; i < options.uarts.size(); ++i)
        if (options.uarts[i]) ends_.emplace_back(kUartOptions[i], fmt::format("uart{}", i + 1), *options.uarts[i]);
}

void UartEnds::connect(Machine& machine) {
    for (End& end : ends_) machine.port<SerialLine>(end.name).connect(end);
}

void UartEnds::start_over() {
    for (End& end : ends_) end.repeated = end.heard;
}

void UartEnds::begin() {
    for (End& end : ends_) end.far->write({});
}

bool UartEnds::look(Machine& machine) {
    bool came = false;
    for (End& end : ends_) {
        end.write();
        std::array<std::uint8_t, 256> bytes;
        auto& line = machine.port<SerialLine>(end.name);
        if (line.sending()) continue;  // what comes faster than the line waits where it is
        const std::size_t count = end.far->read(bytes);
        if (!count) continue;
        line.send({reinterpret_cast<const char*>(bytes.data()), count});
        came = true;
    }
    return came;
}

void UartEnds::finish(Outputs& outputs) {
    for (End& end : ends_) {
        end.write();
        if (const std::string why = end.far->failure(); !why.empty())
            outputs.lost(fmt::format("{}: {}", end.option, why));
    }
    ends_.clear();
}

bool UartEnds::interactive() const {
    return std::ranges::any_of(ends_, [](const End& end) { return end.far->interactive(); });
}

void UartEnds::End::receive(std::uint8_t byte) {
    if (repeated) {
        --repeated;
        return;
    }
    ++heard;
    pending += static_cast<char>(byte);
}

void UartEnds::End::write() {
    if (!pending.empty()) far->write(pending);
    pending.clear();
}

}  // namespace k210::app
