#include "clint/clint.hpp"

#include <limits>

namespace k210 {
namespace {

constexpr std::uint64_t kCyclesPerTick = 50;

}  // namespace

Clint::Clint(DeviceContext context)
    : Device("clint", context), due_{{*this, "timer_due_0", [this] { schedule(0); }},
                                     {*this, "timer_due_1", [this] { schedule(1); }}} {
    for (unsigned hart = 0; hart < kHarts; ++hart) {
        msip_[hart].steady = mtimecmp_[hart].lo.steady = mtimecmp_[hart].hi.steady = true;
        mtimecmp_[hart].lo.after_write = [this, hart](std::uint32_t) { schedule(hart); };
        mtimecmp_[hart].hi.after_write = [this, hart](std::uint32_t) { schedule(hart); };
    }
    mtime_.lo.refresh = [this] { refresh_mtime(); };
    mtime_.hi.refresh = [this] { refresh_mtime(); };
    mtime_.lo.after_write = [this](std::uint32_t lanes) { write_mtime(mtime_.lo, lanes); };
    mtime_.hi.after_write = [this](std::uint32_t lanes) { write_mtime(mtime_.hi, lanes); };
}

std::uint64_t Clint::ticks() const {
    return now_cycle() / kCyclesPerTick;
}

void Clint::write_mtime(Reg& half, std::uint32_t lanes) {
    const std::uint32_t written = half.raw;
    refresh_mtime();
    half.raw = (half.raw & ~lanes) | (written & lanes);
    offset_ = mtime_.value() - ticks();
    for (unsigned hart = 0; hart < kHarts; ++hart) schedule(hart);
}

// Decides the timer's level now and when it changes next: mtime reaching mtimecmp, or wrapping below it.
void Clint::schedule(unsigned hart) {
    const std::uint64_t tick = ticks();
    const std::uint64_t mtime = tick + offset_;
    const std::uint64_t compare = mtimecmp_[hart].value();
    expired_[hart] = mtime >= compare;
    const std::uint64_t wait = (expired_[hart] ? 0 : compare) - mtime;
    if (wait != 0 && wait < std::numeric_limits<std::uint64_t>::max() / kCyclesPerTick - tick)
        due_[hart].arm_at_cycle((tick + wait) * kCyclesPerTick);
    else
        due_[hart].cancel();  // beyond any run
}

void Clint::settle() {
    for (unsigned hart = 0; hart < kHarts; ++hart) {
        software[hart].set(msip_[hart].msip);
        timer[hart].set(expired_[hart]);
    }
}

void Clint::reset() {
    Device::reset();
    offset_ = 0 - ticks();
    for (unsigned hart = 0; hart < kHarts; ++hart) schedule(hart);
}

void Clint::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("offset", offset_);
    v.value("expired_0", expired_[0]);
    v.value("expired_1", expired_[1]);
}

}  // namespace k210
