#include "session/inputs.hpp"

namespace k210 {
namespace {

struct Giver {
    Machine& machine;
    Scene& scene;

    void operator()(const SerialInput& input) const { machine.port<SerialLine>(input.line).send(input.bytes); }
    void operator()(const RateInput& input) const { machine.port<SerialLine>(input.line).set_baud(input.baud); }
    void operator()(const ModemInput& input) const {
        machine.port<SerialLine>(input.line).set_modem_lines(input.lines);
    }
    void operator()(const ButtonInput& input) const { machine.port<Button>(input.button).press(input.down); }
    void operator()(const TouchInput& input) const {
        auto& screen = machine.port<Touch>(input.screen);
        if (input.at)
            screen.touch(input.at->x, input.at->y);
        else
            screen.release();
    }
    void operator()(const EncoderInput& input) const { machine.port<Encoder>(input.encoder).turn(input.clicks); }
    void operator()(const CardChange& input) const {
        auto& slot = machine.port<CardSlot>(input.slot);
        if (input.image)
            slot.insert(input.image, input.kind);
        else
            slot.remove();
    }
    void operator()(const SceneChange& input) const { scene.show(input.scene); }
    void operator()(const UsbInput& input) const { machine.port<PowerInputs>(input.power).plug_usb(input.plugged); }
    void operator()(const BatteryInput& input) const {
        machine.port<PowerInputs>(input.power).set_battery(input.millivolts);
    }
    void operator()(const AccelerationInput& input) const {
        machine.port<Accelerometer>(input.accelerometer).feel(input.milli_g);
    }
    void operator()(const DateInput& input) const { machine.port<Calendar>(kCalendarPort).set(input.date); }
    void operator()(const PadInput& input) const { machine.port<PadLevels>(kPadsPort).drive(input.pad, input.level); }
    void operator()(const PowerCut& input) const { machine.cut_power(input.seed); }
};

}  // namespace

void give_to(Machine& machine, Scene& scene, const InputAction& action) {
    std::visit(Giver{machine, scene}, action);
}

}  // namespace k210
