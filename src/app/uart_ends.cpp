#include "app/uart_ends.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace k210::app {

UartEnds::UartEnds(const RunOptions& options) {
    for (std::size_t i = 0; i < options.uarts.size(); ++i)
        if (options.uarts[i]) ends_.emplace_back(i, *options.uarts[i]);
}

std::array<SerialSink*, 3> UartEnds::sinks() {
    std::array<SerialSink*, 3> sinks{};
    for (End& end : ends_) sinks[end.uart] = &end;
    return sinks;
}

void UartEnds::start_over() {
    for (End& end : ends_) end.repeated = end.heard;
}

void UartEnds::begin() {
    for (End& end : ends_) end.far->write({});
}

void UartEnds::look(Session& session) {
    for (End& end : ends_) {
        end.write();
        std::array<std::uint8_t, 256> bytes;
        if (session.machine().port<SerialLine>(end.name).sending()) continue;  // what is faster than the line waits
        const std::size_t count = end.far->read(bytes);
        if (count) session.give(SerialInput{end.name, {reinterpret_cast<const char*>(bytes.data()), count}});
    }
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

UartEnds::End::End(std::size_t its_uart, std::string_view spec)
    : uart(its_uart), option(kUartOptions[uart]), name(fmt::format("uart{}", uart + 1)),
      far(make_console(spec, option, name)) {}

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
