// FT6x36 and FT5x06, I2C address 0x38: the capacitive touch screen controller of Maix Amigo and others.
// Touch registers 0x00-0x06 and their events: [doc] MaixPy-v1_scripts multimedia/gui/lvgl/amigo_touchscreen/touch.py;
// identification: [sdk] MaixPy-v1 components/micropython/port/src/touchscreen/ft52xx/ft52xx.h:9-17. The interrupt pin:
// [doc] register 0xA4 in krux src/krux/touchscreens/ft6x36.py, where 0 holds it low while the screen is touched; that
// 1, as the chip wakes up, pulses it at every report is the maker's data sheet's [assumed]. [assumed]: a second point
// reads as none; values of registers never written. Missing: a second finger, gestures, threshold and sleep, whose
// registers only store.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/interrupt_pin.hpp"
#include "k210/part/part.hpp"
#include "k210/part/touch_scan.hpp"

namespace k210 {

class Ft6x36 final : public Part, public I2cRegisters, public Touch {
    static constexpr std::array kPorts{PortKind::touch};

public:
    static constexpr std::uint8_t kAddress = 0x38;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"ft6x36", kPorts, design};

    struct Config {
        I2cPads pads;
        std::optional<unsigned> interrupt_pad;
        TouchFilm film;
    };
    Ft6x36(const PartContext& context, const Config& config);

    void touch(unsigned x, unsigned y) override { scan_.touch(x, y); }
    void release() override { scan_.release(); }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    std::uint8_t read_register(std::uint16_t address) const override;
    void write_register(std::uint16_t address, std::uint8_t value) override;
    bool pulses() const;
    void report();

    const I2cPads pads_;
    InterruptPin interrupt_;
    TouchScan scan_;
    std::array<std::uint8_t, 256> registers_{};
};

}  // namespace k210
