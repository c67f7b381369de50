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

// What firmware writes need not be a date: months are forced into the year, later days run on into the next month.
std::chrono::sys_days days_of(unsigned year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(static_cast<int>(year)) / std::clamp(month, 1u, 12u) / 1) +
           std::chrono::days(std::max(day, 1u) - 1);
}

std::uint32_t if_set(std::uint32_t mask, std::uint32_t bit, const Bits& field) {
    return mask & bit ? field.range().mask() : 0;
}

}  // namespace

Rtc::Rtc(DeviceContext context, CalendarTime start)
    : Device("rtc", context), start_(start), second_(*this, "second", [this] { second_passed(); }) {
    date.refresh = time.refresh = current_count.refresh = extended.refresh = [this] { sync(); };
    set_date(start_);
}

void Rtc::set_date(const CalendarTime& t) {
    const auto days = days_of(t.year, t.month, t.day);
    const std::chrono::year_month_day civil(days);
    const auto year = static_cast<std::uint32_t>(static_cast<int>(civil.year()));
    date.year = year % 100;
    extended.century = year / 100;
    extended.leap_year = civil.year().is_leap();
    date.month = static_cast<unsigned>(civil.month());
    date.day = static_cast<unsigned>(civil.day());
    date.week = std::chrono::weekday(days).c_encoding();
    time.hour = t.hour;
    time.minute = t.minute;
    time.second = t.second;
}

// Brings calendar and count up to now.
void Rtc::sync() {
    const std::uint64_t now = now_cycle();
    if (now <= synced_) return;
    if (running()) {
        const std::uint64_t done = current_count.raw + (now - synced_) - 1;
        current_count.raw = static_cast<std::uint32_t>(done % initial_count.raw) + 1;
        if (const std::uint64_t seconds = done / initial_count.raw) advance(seconds);
    }
    synced_ = now;
}

void Rtc::advance(std::uint64_t seconds) {
    constexpr std::uint64_t kDaySeconds = 24 * 60 * 60;
    constexpr std::uint64_t kCalendarDays = 8 * 146'097;  // 32 centuries, all that `century` can tell
    const std::uint64_t of_day = time.hour * 3600 + time.minute * 60 + time.second + seconds;
    const std::uint64_t passed_days = of_day / kDaySeconds % kCalendarDays;
    if (passed_days != 0) {
        // The weekday is what firmware set it to, and counts on from there.
        const auto week = static_cast<std::uint32_t>((date.week + passed_days) % 7);
        const std::uint32_t year = extended.century * 100 + date.year;
        const std::chrono::year_month_day civil(days_of(year, date.month, date.day) +
                                                std::chrono::days(static_cast<std::int64_t>(passed_days)));
        set_date({static_cast<unsigned>(static_cast<int>(civil.year())), static_cast<unsigned>(civil.month()),
                  static_cast<unsigned>(civil.day())});
        date.week = week;
    }
    const auto rest = static_cast<std::uint32_t>(of_day % kDaySeconds);
    time.hour = rest / 3600;
    time.minute = rest / 60 % 60;
    time.second = rest % 60;
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
    if (running() && (interrupt_ctrl.tick_enable || interrupt_ctrl.alarm_enable)) {
        const std::uint64_t count = current_count.raw, limit = initial_count.raw;
        second_.arm_at_cycle(synced_ + (count <= limit ? limit + 1 - count : 1));
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
    set_date(start_);
    synced_ = now_cycle();
    alarm_matched_ = false;
}

void Rtc::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("synced", synced_);
    v.value("alarm_matched", alarm_matched_);
}

}  // namespace k210
