#include "soc/serial_routes.hpp"

#include <optional>

#include "soc/joined_pads.hpp"

namespace k210 {
namespace {

struct UartFunctions {
    std::string_view name;
    unsigned rx, tx;
};
constexpr std::array<UartFunctions, kUarts> kFunctions = {{{"uarths", FUNC_UARTHS_RX, FUNC_UARTHS_TX},
                                                           {"uart1", FUNC_UART1_RX, FUNC_UART1_TX},
                                                           {"uart2", FUNC_UART2_RX, FUNC_UART2_TX},
                                                           {"uart3", FUNC_UART3_RX, FUNC_UART3_TX}}};

std::optional<std::size_t> uart_with(unsigned UartFunctions::*direction, unsigned function) {
    for (std::size_t i = 0; i < kUarts; ++i)
        if (kFunctions[i].*direction == function) return i;
    return std::nullopt;
}

void hand_over(SerialEnd& uart, std::uint8_t byte, const SerialFormat& sent) {
    for (const HeardByte& heard : hear(byte, sent, uart.format())) uart.receive_frame(heard);
}

}  // namespace

void SerialRoutes::sent(UartId id, std::uint8_t byte) {
    const unsigned function = kFunctions[index(id)].tx;
    for (const Part& part : parts_)
        if (carries(pads_, part.pads.tx, function)) part.sink->receive(byte);
    if (SerialSink* const far_end = lines_[index(id)].far_end; far_end && mux_.pad_of(function) >= 0)
        far_end->receive(byte);
    over_wires(id, byte);
}

void SerialRoutes::over_wires(UartId from, std::uint8_t byte) {
    const UartFunctions& its = kFunctions[index(from)];
    const SerialEnd& sender = *uarts_[index(from)];
    for (unsigned pad = 0; pad < kPadCount; ++pad) {
        if (pads_.pad_function(pad) != its.tx) continue;
        for_each_joined(pads_, pad, [&](unsigned other) {
            const auto heard_by = uart_with(&UartFunctions::rx, pads_.pad_function(other));
            if (!heard_by) return;
            SerialEnd& receiver = *uarts_[*heard_by];
            const std::uint64_t rate = receiver.format().baud();
            if (rate && !rates_agree(sender.format().baud(), rate))
                log_.guest_error(its.name, "sends at {} baud over a wire to {}, which is set to {} and hears garbage",
                                 sender.format().baud(), kFunctions[*heard_by].name, rate);
            hand_over(receiver, byte, sender.format());
        });
    }
}

std::uint64_t SerialRoutes::baud_on(unsigned tx_pad) const {
    std::uint64_t baud = 0;
    for_each_joined(pads_, tx_pad, [&](unsigned pad) {
        if (const auto uart = uart_with(&UartFunctions::tx, pads_.pad_function(pad))) baud = uarts_[*uart]->baud();
    });
    return baud;
}

template <class Visit>
void SerialRoutes::for_each_receiver_on(unsigned pad, Visit visit) const {
    for_each_joined(pads_, pad, [&](unsigned each) {
        if (const auto uart = uart_with(&UartFunctions::rx, pads_.pad_function(each))) visit(*uarts_[*uart]);
    });
}

bool SerialRoutes::send_on(unsigned rx_pad, std::uint8_t byte) {
    bool taken = false;
    for_each_receiver_on(rx_pad, [&](SerialEnd& uart) {
        if (!uart.can_receive()) return;
        uart.receive_frame(HeardByte{byte});
        taken = true;
    });
    return taken;
}

void SerialRoutes::send_on(unsigned rx_pad, std::uint8_t byte, std::uint64_t baud) {
    for_each_receiver_on(rx_pad, [&](SerialEnd& uart) { hand_over(uart, byte, SerialFormat::of_baud(baud)); });
}

bool SerialRoutes::send_to(UartId id, std::uint8_t byte) {
    SerialEnd& uart = *uarts_[index(id)];
    if (mux_.pad_of(kFunctions[index(id)].rx) < 0 || !uart.can_receive()) return false;
    uart.receive_frame(HeardByte{byte});
    return true;
}

bool SerialRoutes::driven_by_others(UartId id) const {
    const int pad = mux_.pad_of(kFunctions[index(id)].rx);
    if (pad < 0) return false;
    bool driven = false;
    for_each_joined(pads_, static_cast<unsigned>(pad), [&](unsigned each) {
        if (uart_with(&UartFunctions::tx, pads_.pad_function(each))) driven = true;
        for (const Part& part : parts_) driven = driven || part.pads.rx == each;
    });
    return driven;
}

}  // namespace k210
