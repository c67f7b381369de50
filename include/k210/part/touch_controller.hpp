// What the FT6x36 and the CST816S share: 256 registers, a scan of the film, and a pin that asks for attention when low.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/interrupt_pin.hpp"
#include "k210/part/part.hpp"
#include "k210/part/touch_scan.hpp"

namespace k210 {

class TouchController : public Part, public I2cRegisters, public Touch {
public:
    static constexpr std::array kPorts{PortKind::touch};

    struct Config {
        I2cPads pads;
        std::optional<unsigned> interrupt_pad;
        TouchFilm film;
    };
    static Config read_config(PartOptions& options, std::uint8_t address);

    void touch(unsigned x, unsigned y) final { scan_.touch(x, y); }
    void release() final { scan_.release(); }

    void hang(ChipPins& chip) final;
    void power_on() final;
    void visit_state(StateVisitor& v) final;
    std::vector<Port*> ports() final { return {this}; }

protected:
    TouchController(const PartContext& context, std::uint8_t address, const Config& config,
                    std::function<void()> report);

    virtual void set_up_registers() = 0;  // as the chip wakes up; all others are zero

    InterruptPin interrupt_;
    TouchScan scan_;
    std::array<std::uint8_t, 256> registers_{};

private:
    const I2cPlace place_;
};

}  // namespace k210
