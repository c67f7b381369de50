// The chips around the K210 that a board row asks for.
#pragma once
#include <memory>

#include "board/axp192.hpp"
#include "board/camera/camera_sensor.hpp"
#include "board/lcd_panel.hpp"
#include "board/nor_flash.hpp"
#include "k210/bus/chip_pins.hpp"
#include "k210/sim/trace.hpp"
#include "k210/soc/board.hpp"

namespace k210 {

class BoardChips {
public:
    BoardChips(const Board& board, CameraSource& scene, CameraMount mount, EventQueue& events, Log& log,
               const Trace& trace);

    // Once the chip has its pads: panel, sensor pins and keys.
    void connect(ChipPins& chip);
    void press(Button button, bool down);
    void visit_state(StateVisitor& visitor);

    NorFlash flash;
    LcdPanel panel;
    std::unique_ptr<CameraSensor> sensor;

private:
    const Board& board_;
    std::uint8_t sensor_address_ = 0;
    std::unique_ptr<Axp192> axp192_;
    Pads* pads_ = nullptr;
};

}  // namespace k210
