#include "k210/bus/device.hpp"

namespace k210 {

OutputLine::OutputLine(Device& owner, std::string name) : name_(std::move(name)) {
    owner.lines_.push_back(this);
}

DeviceEvent::DeviceEvent(Device& owner, std::string_view name, std::function<void()> fire)
    : owner_(owner), event_(std::string(name), [this, fire = std::move(fire)](SimTime) {
          armed_ = false;
          fire();
          owner_.settle();
      }) {
    owner.device_events_.push_back(this);
}

void DeviceEvent::arm_in(std::uint64_t cycles) {
    arm_at_cycle(owner_.now_cycle() + cycles);
}

void DeviceEvent::arm_at_cycle(std::uint64_t cycle) {
    cycle_ = cycle;
    armed_ = true;
    schedule();
}

void DeviceEvent::cancel() {
    armed_ = false;
    owner_.events().disarm(event_);
}

// An event that was armed for a cycle of the past is due at once.
bool DeviceEvent::fits_clock() const {
    if (!armed_) return !event_.armed();
    const SimTime due = owner_.clock().time_of(cycle_);
    return event_.when() == std::max(due, owner_.events().now());
}

void DeviceEvent::schedule() {
    owner_.events().arm(event_, owner_.clock().time_of(cycle_));
}

Device::Device(std::string name, DeviceContext context) : regs(name), name_(std::move(name)), context_(context) {
    regs.on_todo = [this](Reg& reg, std::uint32_t bits) {
        log().unimplemented(name_, "{}: bits {:#x} are stored but have no effect", reg.name(), bits);
    };
    context_.clock.on_change([this] {
        for (DeviceEvent* event : device_events_)
            if (event->armed_) event->schedule();
    });
}

std::uint32_t Device::read(std::uint32_t offset, unsigned size_bytes) {
    Reg* reg = regs.find(offset);
    if (!reg) {
        log().unimplemented(name_, "read of +{:#x}, where no register is modelled", offset);
        return 0;
    }
    const std::uint32_t v = (reg->guest_read() >> lane_shift(offset)) & width_mask(size_bytes);
    settle();
    return v;
}

void Device::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    Reg* reg = regs.find(offset);
    if (!reg) {
        log().unimplemented(name_, "write of {:#x} to +{:#x}, where no register is modelled", value, offset);
        return;
    }
    reg->guest_write(value << lane_shift(offset), width_mask(size_bytes) << lane_shift(offset));
    settle();
}

SimTime Device::steady_until(std::uint32_t offset) const {
    const Reg* reg = regs.find(offset);
    return reg && reg->steady ? SimTime::never() : SimTime{};
}

OutputLine* Device::find_line(std::string_view line_name) const {
    for (OutputLine* line : lines_)
        if (line->name() == line_name) return line;
    return nullptr;
}

void Device::reset() {
    regs.reset();
    for (DeviceEvent* event : device_events_) event->cancel();
}

void Device::visit_state(StateVisitor& v) {
    regs.each([&](Reg& reg) { v.value(reg.name(), reg.raw); });
    for (OutputLine* line : lines_) v.value(line->name() + ".level", line->level_);
    for (DeviceEvent* event : device_events_) {
        v.value(event->event_.name() + ".cycle", event->cycle_);
        v.value(event->event_.name() + ".armed", event->armed_);
        v.event(events(), event->event_);
        v.require(event->fits_clock(), event->event_.name(), "is not due when its clock says");
    }
}

}  // namespace k210
