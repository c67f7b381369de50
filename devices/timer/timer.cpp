#include "timer/timer.hpp"

namespace k210 {
namespace {

// Edges of a PWM output with a shorter period are looked at once in a while, all channels at the same times: nothing on
// a board follows them one by one, and a guest could make two hundred million of them a second.
constexpr std::uint64_t kShortestPwmPeriodHz = 20'000, kLookHz = 40'000;

std::string numbered(const char* name, unsigned number) {
    return std::string(name) + "_" + std::to_string(number);
}

}  // namespace

Timer::Channel::Channel(Timer& timer, unsigned number)
    : timer_(timer), load_count_(timer.regs, number * 0x14, numbered("load_count", number)),
      current_value_(timer.regs, number * 0x14 + 0x04, numbered("current_value", number)),
      control_(timer.regs, number * 0x14 + 0x08, numbered("control", number)),
      eoi_(timer.regs, number * 0x14 + 0x0c, numbered("eoi", number)),
      intr_stat_(timer.regs, number * 0x14 + 0x10, numbered("intr_stat", number)),
      load_count2_(timer.regs, 0xb0 + number * 4, numbered("load_count2", number)),
      expiry_(timer, numbered("expiry", number), [this] {
          sync();
          schedule();
      }) {
    current_value_.refresh = [this] {
        sync();
        const std::uint64_t now = timer_.now_cycle();
        const std::uint64_t elapsed = now > started_ ? now - started_ : 0;
        current_value_.value = running_ ? static_cast<std::uint32_t>(loaded_ - elapsed) : 0;
    };
    control_.after_write = [this](std::uint32_t) { control_written(); };
    eoi_.refresh = [this] { sync(); };
    eoi_.after_read = [this] { acknowledge(); };
    intr_stat_.refresh = [this] {
        sync();
        intr_stat_.value = interrupts();
    };
}

// What the next countdown starts from.
std::uint32_t Timer::Channel::reload() const {
    if (control_.pwm_enable) return high_ ? load_count2_.raw : load_count_.raw;
    return control_.user_mode ? load_count_.raw : ~0u;
}

void Timer::Channel::next_countdown() {
    raised_ = true;
    started_ += std::uint64_t{loaded_} + 1;
    if (control_.pwm_enable) high_ = !high_;
    loaded_ = reload();
}

// Both phases of a PWM, or one plain countdown, as they are loaded now.
std::uint64_t Timer::Channel::period_cycles() const {
    if (control_.pwm_enable) return std::uint64_t{load_count_.raw} + load_count2_.raw + 2;
    return std::uint64_t{reload()} + 1;
}

void Timer::Channel::sync() {
    if (!running_) return;
    const std::uint64_t now = timer_.now_cycle();
    if (now < started_ || now - started_ <= loaded_) return;  // or a hart is behind the one that was here before
    next_countdown();
    if (now < started_) return;
    started_ += (now - started_) / period_cycles() * period_cycles();
    if (now - started_ > loaded_) next_countdown();
}

void Timer::Channel::control_written() {
    if (control_.enable && !running_) {
        started_ = timer_.now_cycle();
        loaded_ = load_count_.raw;
    }
    running_ = control_.enable;
    if (!running_ || !control_.pwm_enable) high_ = false;
    schedule();
}

void Timer::Channel::acknowledge() {
    raised_ = false;
    schedule();
}

void Timer::Channel::schedule() {
    const std::uint64_t end = started_ + loaded_ + 1;
    if (running_ && !raised_ && !control_.interrupt_mask)
        expiry_.arm_at_cycle(end);
    else if (running_ && control_.pwm_enable)
        expiry_.arm_at_cycle(timer_.when_to_look(end, period_cycles()));
    else
        expiry_.cancel();
}

void Timer::Channel::visit_state(StateVisitor& v) {
    v.value("running", running_);
    v.value("raised", raised_);
    v.value("high", high_);
    v.value("started", started_);
    v.value("loaded", loaded_);
}

Timer::Timer(DeviceContext context, std::string name) : Device(std::move(name), context) {
    intr_stat_.refresh = [this] {
        sync();
        intr_stat_.value = interrupts();
    };
    raw_intr_stat_.refresh = [this] {
        sync();
        raw_intr_stat_.value = raised();
    };
    eoi_.refresh = [this] { sync(); };
    eoi_.after_read = [this] {
        for (Channel& channel : channels_) channel.acknowledge();
    };
}

std::uint32_t Timer::raised() const {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < kChannels; ++i) bits |= std::uint32_t{channels_[i].raised()} << i;
    return bits;
}

std::uint32_t Timer::interrupts() const {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < kChannels; ++i) bits |= std::uint32_t{channels_[i].interrupts()} << i;
    return bits;
}

void Timer::sync() {
    for (Channel& channel : channels_) channel.sync();
}

std::uint64_t Timer::when_to_look(std::uint64_t edge, std::uint64_t period_cycles) const {
    const std::uint64_t hz = clock().hz();
    if (period_cycles * kShortestPwmPeriodHz >= hz) return edge;
    const std::uint64_t step_cycles = hz / kLookHz;
    return (edge + step_cycles - 1) / step_cycles * step_cycles;
}

void Timer::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    sync();  // reloads until now used the old settings
    Device::write(offset, size_bytes, value);
}

void Timer::settle() {
    const std::uint32_t pending = interrupts();
    irq[0].set(pending & 3);
    irq[1].set(pending & 12);
    for (unsigned i = 0; i < kChannels; ++i) toggle[i].set(channels_[i].output());
}

void Timer::reset() {
    Device::reset();
    for (Channel& channel : channels_) channel.reset();
}

void Timer::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    for (unsigned i = 0; i < kChannels; ++i) {
        const auto scope = v.enter(numbered("channel", i));
        channels_[i].visit_state(v);
    }
}

}  // namespace k210
