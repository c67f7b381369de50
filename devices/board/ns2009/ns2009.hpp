// NS2009, I2C address 0x48: the resistive touch screen controller of Maix Go. A command byte chooses what is measured,
// the two bytes read next are its twelve bits, left-aligned.
// Commands, and 70 < Z1 < 2000 for a press: [sdk] MaixPy components/micropython/port/src/touchscreen/ns2009
// ns2009.h:12-18, ns2009.c:45-55. Where on the film a pixel lies: that driver's default calibration,
// py_touchscreen.c:62-68, the other way round; touchscreen.read() gives back what was touched, to a pixel. [assumed]:
// Z1 and Z2 of a press; X and Y stay when released; reading on repeats the measurement. Missing: eight-bit mode,
// power-down and the pen interrupt, which no known firmware uses.
#pragma once
#include <array>
#include <cstdint>

#include "k210/part/part.hpp"

namespace k210 {

class Ns2009 final : public Part, public I2cTarget, public Touch {
    static constexpr std::array kPorts{PortKind::touch};

public:
    static constexpr std::uint8_t kAddress = 0x48;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"ns2009", kPorts, design};

    explicit Ns2009(I2cPads pads) : pads_(pads) {}

    bool start(bool read) override;
    bool write(std::uint8_t byte) override;
    std::uint8_t read() override;
    void stop() override {}

    void touch(unsigned x, unsigned y) override;
    void release() override { touched_ = false; }

    void hang(ChipPins& chip) override { chip.on_i2c(*this, kAddress, pads_); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    std::uint16_t measured() const;

    I2cPads pads_;
    std::uint8_t command_ = 0;
    bool low_byte_next_ = false;
    bool touched_ = false;
    std::uint16_t x_ = 0, y_ = 0;  // on the film
};

}  // namespace k210
