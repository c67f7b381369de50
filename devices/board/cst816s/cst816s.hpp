// CST816S, I2C address 0x15: the capacitive touch screen controller of Embed Fire's board.
// Registers 0x01-0x06, events, 0x15 and 0xFE: [doc] krux src/krux/touchscreens/cst816.py. Identification: [doc] Zephyr
// drivers/input/input_cst816s.c. A scan every 10 ms and a low pulse of 1 ms at each: the maker's register description,
// 0xEE and 0xED, as the chip wakes up [doc]; krux needs the pin to fall again while the screen is touched.
// [assumed]: values of registers never written; a pulse also when the finger has left. Missing: gestures and sleep (it
// always answers), and what registers 0xEC to 0xFE would change; they only store.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/interrupt_pin.hpp"
#include "k210/part/part.hpp"
#include "k210/part/touch_scan.hpp"

namespace k210 {

class Cst816s final : public Part, public I2cRegisters, public Touch {
    static constexpr std::array kPorts{PortKind::touch};

public:
    static constexpr std::uint8_t kAddress = 0x15;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"cst816s", kPorts, design};

    struct Config {
        I2cPads pads;
        std::optional<unsigned> interrupt_pad;
        TouchFilm film;
    };
    Cst816s(const PartContext& context, const Config& config);

    void touch(unsigned x, unsigned y) override { scan_.touch(x, y); }
    void release() override { scan_.release(); }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    std::uint8_t read_register(std::uint16_t address) const override;
    void write_register(std::uint16_t address, std::uint8_t value) override;

    const I2cPads pads_;
    InterruptPin interrupt_;
    TouchScan scan_;
    std::array<std::uint8_t, 256> registers_{};
};

}  // namespace k210
