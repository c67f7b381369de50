#include "soc/board_chips.hpp"

#include "board/camera/gc0328.hpp"
#include "board/camera/ov2640.hpp"
#include "board/camera/ov5640.hpp"
#include "board/camera/ov7740.hpp"
#include "soc/chip.hpp"

namespace k210 {
namespace {

struct MadeSensor {
    std::unique_ptr<CameraSensor> sensor;
    std::uint8_t address;
};

MadeSensor make_sensor(Sensor kind, CameraSource& scene, Log& log) {
    switch (kind) {
        case Sensor::gc0328: return {std::make_unique<Gc0328>(scene, log), Gc0328::kAddress};
        case Sensor::ov5640: return {std::make_unique<Ov5640>(scene, log), Ov5640::kAddress};
        case Sensor::ov7740: return {std::make_unique<Ov7740>(scene, log), Ov7740::kAddress};
        case Sensor::ov2640: break;
    }
    return {std::make_unique<Ov2640>(scene, log), Ov2640::kAddress};
}

}  // namespace

BoardChips::BoardChips(const Board& board, CameraSource& scene, EventQueue& events, Log& log)
    : flash(events, log, {.manufacturer = board.flash.manufacturer, .device = board.flash.device, .size_bytes = board.flash.size_bytes}),
      board_(board) {
    auto [made, address] = make_sensor(board.camera.sensor, scene, log);
    sensor = std::move(made);
    i2c_chips.chips.push_back({sensor.get(), address, board.camera.clock_pad, board.camera.data_pad});
}

void BoardChips::connect(Chip& chip) {
    pads_ = &chip.fpioa;
    chip.spi0_wires.attach(panel, board_.lcd.clock_pad, board_.lcd.select_pad);
}

void BoardChips::press(Button button, bool down) {
    for (const Board::Key& key : board_.keys) {
        if (key.button != button) continue;
        if (down)
            pads_->drive_pad(key.pad, false);
        else
            pads_->release_pad(key.pad);
    }
}

void BoardChips::visit_state(StateVisitor& visitor) {
    {
        const auto scope = visitor.enter("flash");
        flash.visit_state(visitor);
    }
    {
        const auto scope = visitor.enter("panel");
        panel.visit_state(visitor);
    }
    const auto scope = visitor.enter("sensor");
    sensor->visit_state(visitor);
}

}  // namespace k210
