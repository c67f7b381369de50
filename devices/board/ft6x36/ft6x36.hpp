// FT6x36 and FT5x06, I2C address 0x38: the capacitive touch screen controller of Maix Amigo and others.
// Touch registers 0x00-0x06 and their events: [doc] MaixPy-v1_scripts multimedia/gui/lvgl/amigo_touchscreen/touch.py;
// identification: [sdk] MaixPy-v1 components/micropython/port/src/touchscreen/ft52xx/ft52xx.h:9-17. The interrupt pin:
// [doc] register 0xA4 in krux src/krux/touchscreens/ft6x36.py, where 0 holds it low while the screen is touched; that
// 1, as the chip wakes up, pulses it at every report is the maker's data sheet's [assumed]. [assumed]: a second point
// reads as none; values of registers never written. Missing: a second finger, gestures, threshold and sleep, whose
// registers only store.
#pragma once
#include <cstdint>

#include "k210/part/touch_controller.hpp"

namespace k210 {

class Ft6x36 final : public TouchController {
public:
    static constexpr std::uint8_t kAddress = 0x38;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"ft6x36", kPorts, design};

    Ft6x36(const PartContext& context, const Config& config);

private:
    void set_up_registers() override;
    std::uint8_t read_register(std::uint16_t address) const override;
    void write_register(std::uint16_t address, std::uint8_t value) override;
    bool pulses() const;
    void report();
};

}  // namespace k210
