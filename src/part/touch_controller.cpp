#include "k210/part/touch_controller.hpp"

#include <utility>

namespace k210 {

TouchController::Config TouchController::read_config(PartOptions& options, std::uint8_t address) {
    return {options.i2c(address), options.may_drive("interrupt_pad"), TouchFilm::read(options)};
}

TouchController::TouchController(const PartContext& context, std::uint8_t address, const Config& config,
                                 std::function<void()> report)
    : interrupt_(context, config.interrupt_pad),
      scan_(context, config.film, std::move(report)), place_{address, config.pads} {}

void TouchController::hang(ChipPins& chip) {
    chip.on_i2c(*this, place_.address, place_.pads);
    interrupt_.hang(chip);
}

void TouchController::power_on() {
    reset_address();
    scan_.power_on();
    registers_.fill(0);
    set_up_registers();
    interrupt_.drive(true);
}

void TouchController::visit_state(StateVisitor& v) {
    visit_address(v);
    v.bytes("registers", registers_);
    interrupt_.visit_state(v);
    scan_.visit_state(v);
}

}  // namespace k210
