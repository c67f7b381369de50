#include "soc/board_chips.hpp"

#include "board/camera/gc0328.hpp"
#include "board/camera/ov2640.hpp"
#include "board/camera/ov5640.hpp"
#include "board/camera/ov7740.hpp"

namespace k210 {
namespace {

const LcdPanelConfig& panel_config(Panel panel) {
    switch (panel) {
        case Panel::m5stickv: return kLcdM5StickV;
        case Panel::amigo_tft: return kLcdAmigoTft;
        case Panel::amigo_ips: return kLcdAmigoIps;
        case Panel::kd233: return kLcdKd233;
        case Panel::maix: break;
    }
    return kLcdMaix;
}

struct MadeSensor {
    std::unique_ptr<CameraSensor> sensor;
    std::uint8_t address;
};

MadeSensor make_sensor(Sensor sensor, CameraMount mount, CameraSource& scene, Log& log) {
    const Mounting mounting{.mirrored = mount == CameraMount::mirror || mount == CameraMount::rotate180,
                            .upside_down = mount == CameraMount::flip || mount == CameraMount::rotate180};
    switch (sensor) {
        case Sensor::gc0328: return {std::make_unique<Gc0328>(scene, log, mounting), Gc0328::kAddress};
        case Sensor::ov5640: return {std::make_unique<Ov5640>(scene, log, mounting), Ov5640::kAddress};
        case Sensor::ov7740: return {std::make_unique<Ov7740>(scene, log, mounting), Ov7740::kAddress};
        case Sensor::ov2640: break;
    }
    return {std::make_unique<Ov2640>(scene, log, mounting), Ov2640::kAddress};
}

}  // namespace

BoardChips::BoardChips(const Board& board, CameraSource& scene, CameraMount mount, EventQueue& events, Log& log,
                       const Trace& trace)
    : flash(events, log,
            {.manufacturer = board.flash.manufacturer,
             .device = board.flash.device,
             .size_bytes = board.flash.size_bytes}),
      panel(log, panel_config(board.lcd.panel)), board_(board) {
    panel.on_frame_shown = [&events, &trace](std::uint64_t n) {
        if (!trace.sink) return;
        trace.sink->end(events.now(), "lcd");
        trace.sink->instant(events.now(), "lcd", "frame shown", {{"frame", n}});
    };
    panel.on_frame_begun = [&events, &trace](std::uint64_t width, std::uint64_t height) {
        if (trace.sink) trace.sink->begin(events.now(), "lcd", "picture", {{"width", width}, {"height", height}});
    };
    auto [made, address] = make_sensor(board.camera.sensor, mount, scene, log);
    sensor = std::move(made);
    sensor_address_ = address;
    if (board.axp192) axp192_ = std::make_unique<Axp192>();
}

void BoardChips::connect(ChipPins& chip) {
    pads_ = &chip.pads();
    chip.on_flash_pins(flash);
    chip.on_i2c(*sensor, sensor_address_, {board_.camera.clock_pad, board_.camera.data_pad});
    if (axp192_) chip.on_i2c(*axp192_, Axp192::kAddress, {board_.axp192->clock_pad, board_.axp192->data_pad});
    chip.on_spi(panel, {board_.lcd.clock_pad, board_.lcd.select_pad});
    pads_->on_pad(board_.lcd.data_command_pad, [this](bool level) { panel.set_dc(level); });
    panel.set_dc(pads_->pad_level(board_.lcd.data_command_pad));
    if (board_.lcd.reset_pad) pads_->on_pad(*board_.lcd.reset_pad, [this](bool level) { panel.set_reset(level); });
    pads_->on_pad(board_.camera.reset_pad, [this](bool level) { sensor->set_reset(!level); });
    pads_->on_pad(board_.camera.power_down_pad, [this](bool level) { sensor->set_power_down(level); });
    chip.on_camera_port(*sensor);
    for (const Board::Key& key : board_.keys) pads_->drive_pad(key.pad, true);  // pulled up on the board
}

void BoardChips::press(Button button, bool down) {
    for (const Board::Key& key : board_.keys) {
        if (key.button == button) pads_->drive_pad(key.pad, !down);
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
    {
        const auto scope = visitor.enter("sensor");
        sensor->visit_state(visitor);
    }
    if (!axp192_) return;
    const auto scope = visitor.enter("axp192");
    axp192_->visit_state(visitor);
}

}  // namespace k210
