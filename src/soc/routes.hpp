// From controllers to the chips of the board, through whatever pads the guest has routed.
#pragma once
#include <functional>
#include <vector>

#include "k210/bus/pins.hpp"
#include "k210/bus/wires.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

// SPI0 or SPI1. A chip takes part while its clock pad carries this controller's clock and its select pad is low, be
// that select the controller's own or a GPIO.
class SpiRoute final : public SpiBus {
public:
    SpiRoute(PinMux& mux, Pads& pads, unsigned clock_function, unsigned first_select_function);

    void attach(SpiTarget& chip, unsigned clock_pad, unsigned select_pad);

    void select(unsigned chip_select, bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;

private:
    struct Chip {
        SpiTarget* target;
        unsigned clock_pad, select_pad;
    };
    SpiTarget* selected() const;

    PinMux& mux_;
    Pads& pads_;
    unsigned clock_function_, first_select_function_;
    std::vector<Chip> chips_;
};

// SPI3: its pins are its own, and the flash is the one chip there.
class DedicatedSpi final : public SpiBus {
public:
    explicit DedicatedSpi(SpiTarget& chip) : chip_(chip) {}

    void select(unsigned chip_select, bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;
    void visit_state(StateVisitor& visitor) { visitor.value("flash_selected", selected_); }

private:
    SpiTarget& chip_;
    bool selected_ = false;
};

// The board's I2C chips, shared by every controller: each reaches those on the pads that carry its two functions.
struct I2cChips {
    struct Chip {
        I2cTarget* target;
        std::uint8_t address;
        unsigned clock_pad, data_pad;
    };
    std::vector<Chip> chips;
};

class I2cRoute final : public I2cBus {
public:
    I2cRoute(Pads& pads, const I2cChips& board, unsigned clock_function, unsigned data_function)
        : pads_(pads), board_(board), clock_function_(clock_function), data_function_(data_function) {}

    bool start(std::uint8_t address, bool read) override;
    bool write(std::uint8_t byte) override;
    std::uint8_t read() override;
    void stop() override;
    void visit_state(StateVisitor& visitor, std::string_view name) {
        visitor.value(name, addressed_, static_cast<std::uint32_t>(board_.chips.size()));
    }

private:
    I2cTarget* target() const;

    Pads& pads_;
    const I2cChips& board_;
    unsigned clock_function_, data_function_;
    std::uint32_t addressed_ = 0;  // chip index + 1
};

// A UART's transmit function, heard where the board's console is.
class ConsoleRoute final : public SerialSink {
public:
    ConsoleRoute(Pads& pads, unsigned function, unsigned console_pad, SerialSink& console)
        : pads_(pads), function_(function), console_pad_(console_pad), console_(console) {}
    void receive(std::uint8_t byte) override {
        if (pads_.pad_function(console_pad_) == function_) console_.receive(byte);
    }

private:
    Pads& pads_;
    unsigned function_, console_pad_;
    SerialSink& console_;
};

}  // namespace k210
