// From UARTs to what listens on the chip's pads, to each other over wires, and back.
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/bus/chip_pins.hpp"

namespace k210 {

enum class UartId : std::uint8_t { uarths, uart1, uart2, uart3 };
inline constexpr std::size_t kUarts = 4;

class SerialRoutes {
public:
    SerialRoutes(const PinMux& mux, const Pads& pads, Log& log) : mux_(mux), pads_(pads), log_(log) {}
    SerialRoutes(const SerialRoutes&) = delete;
    SerialRoutes& operator=(const SerialRoutes&) = delete;

    SerialSink& line_of(UartId id) { return lines_[index(id)]; }  // takes what that UART sends
    void connect(UartId id, SerialEnd& end) { uarts_[index(id)] = &end; }

    // Parts, on their pads.
    void hang(SerialSink& part, SerialPads pads) { parts_.push_back({&part, pads}); }
    std::uint64_t baud_on(unsigned tx_pad) const;
    bool send_on(unsigned rx_pad, std::uint8_t byte);
    void send_on(unsigned rx_pad, std::uint8_t byte, std::uint64_t baud);

    // Whoever stands at the far end of a UART's line, on whatever pads that is now.
    void attach(UartId id, SerialSink& far_end) { lines_[index(id)].far_end = &far_end; }
    bool send_to(UartId id, std::uint8_t byte);  // false: it is on no pad, or has no room
    std::uint64_t rate_of(UartId id) const { return uarts_[index(id)]->format().baud(); }
    // A part of the board or another UART drives the pad that it receives on: there is no place for a far end.
    bool driven_by_others(UartId id) const;

private:
    struct Part {
        SerialSink* sink;
        SerialPads pads;
    };
    struct Line final : SerialSink {
        Line(SerialRoutes& its_routes, UartId its_id) : routes(its_routes), id(its_id) {}
        void receive(std::uint8_t byte) override { routes.sent(id, byte); }
        SerialRoutes& routes;
        UartId id;
        SerialSink* far_end = nullptr;
    };
    static std::size_t index(UartId id) { return static_cast<std::size_t>(id); }

    void sent(UartId id, std::uint8_t byte);
    void over_wires(UartId from, std::uint8_t byte);
    template <class Visit>
    void for_each_receiver_on(unsigned pad, Visit visit) const;

    const PinMux& mux_;
    const Pads& pads_;
    Log& log_;
    std::array<SerialEnd*, kUarts> uarts_{};
    std::array<Line, kUarts> lines_{
        {{*this, UartId::uarths}, {*this, UartId::uart1}, {*this, UartId::uart2}, {*this, UartId::uart3}}};
    std::vector<Part> parts_;
};

}  // namespace k210
