// CST816S, I2C address 0x15: the capacitive touch screen controller of Embed Fire's board.
// Registers 0x01-0x06, events, 0x15 and 0xFE: [doc] krux src/krux/touchscreens/cst816.py. Identification: [doc] Zephyr
// drivers/input/input_cst816s.c. A scan every 10 ms and a low pulse of 1 ms at each: the maker's register description,
// 0xEE and 0xED, as the chip wakes up [doc]; krux needs the pin to fall again while the screen is touched.
// [assumed]: values of registers never written; a pulse also when the finger has left. Missing: gestures and sleep (it
// always answers), and what registers 0xEC to 0xFE would change; they only store.
#pragma once
#include <cstdint>

#include "k210/part/touch_controller.hpp"

namespace k210 {

class Cst816s final : public TouchController {
public:
    static constexpr std::uint8_t kAddress = 0x15;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"cst816s", kPorts, design};

    Cst816s(const PartContext& context, const Config& config);

private:
    void set_up_registers() override;
    std::uint8_t read_register(std::uint16_t address) const override;
    void write_register(std::uint16_t address, std::uint8_t value) override;
};

}  // namespace k210
