#include "rtc/rtc.hpp"

#include <algorithm>
#include <chrono>

namespace k210 {
namespace {

// Bits of the 8-bit masks. [sdk] rtc.h:79-89
enum : std::uint32_t {
    kSecond = 1 << 1,
    kMinute = 1 << 2,
    kHour = 1 << 3,
    kWeek = 1 << 4,
    kDay = 1 << 5,
    kMonth = 1 << 6,
    kYear = 1 << 7
};

constexpr std::uint64_t kDaySeconds = 24 * 60 * 60;
constexpr std::uint64_t kCalendarDays = 8 * 146'097;  // 32 centuries, all that `century` can tell
constexpr std::uint32_t kCrystalHz = 26'000'000;      // its clock. [sdk] rtc.c, rtc_timer_set_clock_count_value
constexpr std::uint64_t kMostEventsHz = 40'000;

std::uint32_t if_set(std::uint32_t mask, std::uint32_t bit, const Bits& field) {
    return mask & bit ? field.range().mask() : 0;
}

}  // namespace

Rtc::Rtc(DeviceContext context, const ClockDomain& bus_clock)
    : Device("rtc", context), bus_clock_(bus_clock), second_(*this, "second", [this] { second_passed(); }) {
    date.refresh = time.refresh = current_count.refresh = extended.refresh = [this] { sync(); };
}

// Brings calendar and count up to now.
void Rtc::sync() {
    const std::uint64_t now = now_cycle();
    if (now <= synced_) return;
    if (running()) {
        const std::uint64_t done = current_count.raw + (now - synced_) - 1;
        current_count.raw = static_cast<std::uint32_t>(done % second_cycles()) + 1;
        if (const std::uint64_t seconds = done / second_cycles()) advance(seconds);
    }
    synced_ = now;
}

void Rtc::advance(std::uint64_t seconds) {
    const std::uint64_t of_day = time.hour * 3600 + time.minute * 60 + time.second + seconds;
    advance_date(of_day / kDaySeconds % kCalendarDays);
    const auto rest = static_cast<std::uint32_t>(of_day % kDaySeconds);
    time.hour = rest / 3600;
    time.minute = rest / 60 % 60;
    time.second = rest % 60;
}

void Rtc::advance_date(std::uint64_t days) {
    if (days == 0) return;
    // The weekday is what firmware set it to, and counts on from there.
    date.week = static_cast<std::uint32_t>((date.week + days) % 7);
    if (date.month < 1 || date.month > 12) {
        date.day = static_cast<std::uint32_t>(date.day + days);  // no month has that number: none ends
        return;
    }
    // What firmware writes need not be a date: later days run on into the next month.
    const auto year = static_cast<int>(extended.century * 100 + date.year);
    const std::chrono::sys_days today = std::chrono::sys_days(std::chrono::year(year) / unsigned{date.month} / 1) +
                                        std::chrono::days(std::max<std::uint32_t>(date.day, 1) - 1);
    put_date(today + std::chrono::days(static_cast<std::int64_t>(days)));
}

void Rtc::put_date(std::chrono::sys_days day) {
    const std::chrono::year_month_day civil(day);
    const auto new_year = static_cast<std::uint32_t>(static_cast<int>(civil.year()));
    date.year = new_year % 100;
    date.month = static_cast<unsigned>(civil.month());
    date.day = static_cast<unsigned>(civil.day());
    extended.century = new_year / 100;
    extended.leap_year = civil.year().is_leap();
}

void Rtc::set(std::chrono::sys_seconds calendar) {
    sync();
    const auto day = std::chrono::floor<std::chrono::days>(calendar);
    put_date(day);
    date.week = std::chrono::weekday(day).c_encoding();
    time.raw = 0;
    advance(static_cast<std::uint64_t>((calendar - day).count()));
    if (initial_count.raw == 0) initial_count.raw = kCrystalHz;
    current_count.raw = 1;
    register_ctrl.read_enable = 1;
    register_ctrl.write_enable = 0;
    alarm_matched_ = alarm_matches();
    schedule();
}

bool Rtc::writes_are_lost() const {
    const std::uint64_t rtc_hz = clock().hz();
    return rtc_hz != 0 && bus_clock_.hz() > rtc_hz && bus_clock_.hz() % rtc_hz == 0;
}

// The bits of a register that protection and mode leave to firmware.
std::uint32_t Rtc::writable(const Reg& reg) const {
    if (&reg == &register_ctrl || &reg == &reserved0 || &reg == &reserved1) return ~0u;
    if (!register_ctrl.write_enable) return 0;
    const auto date_bits = [](std::uint32_t mask, const Date& d) {
        return if_set(mask, kWeek, d.week) | if_set(mask, kDay, d.day) | if_set(mask, kMonth, d.month) |
               if_set(mask, kYear, d.year);
    };
    const auto time_bits = [](std::uint32_t mask, const Time& t) {
        return if_set(mask, kSecond, t.second) | if_set(mask, kMinute, t.minute) | if_set(mask, kHour, t.hour);
    };
    if (&reg == &date) return date_bits(register_ctrl.timer_mask, date);
    if (&reg == &time) return time_bits(register_ctrl.timer_mask, time);
    if (&reg == &extended) return if_set(register_ctrl.timer_mask, kYear, extended.century);
    if (&reg == &alarm_date) return date_bits(register_ctrl.alarm_mask, alarm_date);
    if (&reg == &alarm_time) return time_bits(register_ctrl.alarm_mask, alarm_time);
    if (&reg == &interrupt_ctrl) return register_ctrl.interrupt_register_mask ? ~0u : 0;
    return register_ctrl.initial_count_mask ? ~0u : 0;
}

void Rtc::write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    Reg* reg = regs.find(offset);
    if (!reg) return Device::write(offset, size_bytes, value);
    sync();
    if (reg != &register_ctrl && writes_are_lost())
        return log().guest_error(name(), "set while its bus runs at a whole multiple of its clock: the write is lost");
    const std::uint32_t before = reg->raw;
    reg->guest_write(value << lane_shift(offset), width_mask(size_bytes) << lane_shift(offset));
    const std::uint32_t allowed = writable(*reg);
    if ((reg->raw ^ before) & ~allowed) log().guest_error(name(), "{} is written while it is protected", reg->name());
    reg->raw = (reg->raw & allowed) | (before & ~allowed);
    extended.leap_year = std::chrono::year(static_cast<int>(extended.century * 100 + date.year)).is_leap();
    if (reg == &interrupt_ctrl || reg == &alarm_date || reg == &alarm_time) alarm_matched_ = alarm_matches();
    schedule();
}

void Rtc::schedule() {
    const std::uint64_t least = clock().hz() / kMostEventsHz;
    if (running() && (interrupt_ctrl.tick_enable || interrupt_ctrl.alarm_enable)) {
        const std::uint64_t count = current_count.raw, limit = second_cycles();
        const std::uint64_t wait_cycles = count <= limit ? limit + 1 - count : 1;
        second_.arm_at_cycle(synced_ + (limit < least ? std::max(wait_cycles, least) : wait_cycles));
    } else {
        second_.cancel();
    }
}

void Rtc::second_passed() {
    sync();
    const bool matched = alarm_matches();
    const bool alarm = interrupt_ctrl.alarm_enable && matched && !alarm_matched_;
    alarm_matched_ = matched;
    if (alarm || (interrupt_ctrl.tick_enable && tick_due())) {
        irq.set(true);
        irq.set(false);
    }
    schedule();
}

// Every second, minute, hour or day. [sdk] rtc.h:53-72
bool Rtc::tick_due() const {
    const std::uint32_t mode = interrupt_ctrl.tick_int_mode;
    return (mode < 1 || time.second == 0) && (mode < 2 || time.minute == 0) && (mode < 3 || time.hour == 0);
}

bool Rtc::alarm_matches() const {
    const std::uint32_t mask = interrupt_ctrl.alarm_compare_mask;
    const std::uint32_t date_mask = if_set(mask, kWeek, date.week) | if_set(mask, kDay, date.day) |
                                    if_set(mask, kMonth, date.month) | if_set(mask, kYear, date.year);
    const std::uint32_t time_mask =
        if_set(mask, kSecond, time.second) | if_set(mask, kMinute, time.minute) | if_set(mask, kHour, time.hour);
    return (date_mask | time_mask) != 0 && ((date.raw ^ alarm_date.raw) & date_mask) == 0 &&
           ((time.raw ^ alarm_time.raw) & time_mask) == 0;
}

void Rtc::reset() {
    Device::reset();
    synced_ = now_cycle();
    alarm_matched_ = false;
}

void Rtc::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("synced", synced_);
    v.value("alarm_matched", alarm_matched_);
}

}  // namespace k210
