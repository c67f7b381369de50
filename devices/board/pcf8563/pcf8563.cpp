#include "board/pcf8563/pcf8563.hpp"

namespace k210 {
namespace {

// clang-format off
enum Register : std::uint8_t {
    kControl1, kControl2, kSeconds, kMinutes, kHours, kDay, kWeekday, kMonth, kYear,
    kAlarms,  // of minutes, hours, day, weekday
};
// Bits that there are.
constexpr std::uint8_t kMasks[] = {0xa8, 0x1f, 0xff, 0x7f, 0x3f, 0x3f, 0x07, 0x9f,
                                   0xff, 0xff, 0xbf, 0xbf, 0x87, 0x83, 0x83, 0xff};
// clang-format on
constexpr std::uint8_t kStop = 0x20, kFlags = 0x0c, kAlarmFlag = 0x08, kPowerWasLost = 0x80, kCentury = 0x80,
                       kAlarmIgnored = 0x80;
constexpr std::uint8_t kDigits[] = {0x7f, 0x7f, 0x3f, 0x3f, 0x07, 0x1f, 0xff};  // of kSeconds and so on
constexpr std::uint8_t kAlarmOf[] = {kMinutes, kHours, kDay, kWeekday};
constexpr std::uint64_t kFirstSecondPs = ps_from_us(507'900);

constexpr std::uint8_t digits_of(std::size_t address) {
    return kDigits[address - kSeconds];
}

constexpr unsigned from_bcd(unsigned bcd) {
    return (bcd >> 4) * 10 + (bcd & 15);
}

constexpr unsigned to_bcd(unsigned value) {
    return value / 10 << 4 | value % 10;
}

}  // namespace

PartDesign Pcf8563::design(PartOptions& options) {
    const I2cPads pads = options.i2c(kAddress);
    return {[pads](const PartContext& context) { return std::make_unique<Pcf8563>(context, pads); }};
}

Pcf8563::Pcf8563(const PartContext& context, I2cPads pads)
    : events_(context.events), pads_(pads), next_second_(after(events_.now(), kPsPerSecond)) {
    registers_[kSeconds] = kPowerWasLost;
    registers_[kDay] = registers_[kMonth] = 1;
    registers_[kWeekday] = 6;
    for (std::size_t i = 0; i < std::size(kAlarmOf); ++i) registers_[kAlarms + i] = kAlarmIgnored;
}

bool Pcf8563::stopped() const {
    return registers_[kControl1] & kStop;
}

// What a transfer reads does not change meanwhile.
void Pcf8563::begin_transfer() {
    const SimTime now = events_.now();
    if (stopped() || now < next_second_) return;
    const std::uint64_t seconds = (now.ps - next_second_.ps) / kPsPerSecond + 1;
    for (std::uint64_t i = 0; i < seconds; ++i) count_second();
    next_second_ = after(next_second_, seconds * kPsPerSecond);
}

void Pcf8563::count_second() {
    if (!count(kSeconds, 0, 59)) return;
    if (count(kMinutes, 0, 59) && count(kHours, 0, 23)) count_day();
    if (alarm_matches()) registers_[kControl2] |= kAlarmFlag;
}

void Pcf8563::count_day() {
    count(kWeekday, 0, 6);
    if (count(kDay, 1, days_of_month()) && count(kMonth, 1, 12) && count(kYear, 0, 99)) registers_[kMonth] ^= kCentury;
}

// True when it begins anew.
bool Pcf8563::count(std::size_t address, unsigned first, unsigned last) {
    std::uint8_t& counter = registers_[address];
    const std::uint8_t digits = digits_of(address);
    const unsigned value = from_bcd(counter & digits);
    const bool again = value >= last;
    counter = static_cast<std::uint8_t>((counter & ~digits) | (to_bcd(again ? first : value + 1) & digits));
    return again;
}

unsigned Pcf8563::days_of_month() const {
    const unsigned month = from_bcd(registers_[kMonth] & digits_of(kMonth));
    if (month == 2) return from_bcd(registers_[kYear]) % 4 == 0 ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool Pcf8563::alarm_matches() const {
    bool any = false;
    for (std::size_t i = 0; i < std::size(kAlarmOf); ++i) {
        const std::uint8_t alarm = registers_[kAlarms + i], digits = digits_of(kAlarmOf[i]);
        if (alarm & kAlarmIgnored) continue;
        if ((alarm & digits) != (registers_[kAlarmOf[i]] & digits)) return false;
        any = true;
    }
    return any;
}

void Pcf8563::write_register(std::uint16_t address, std::uint8_t value) {
    address %= kRegisters;
    const bool was_stopped = stopped();
    if (address == kControl2) value &= static_cast<std::uint8_t>(registers_[kControl2] | ~kFlags);
    registers_[address] = value & kMasks[address];
    if (was_stopped && !stopped()) next_second_ = after(events_.now(), kFirstSecondPs);
}

void Pcf8563::visit_state(StateVisitor& v) {
    v.bytes("registers", registers_);
    visit_address(v);
    v.value("next_second", next_second_.ps);
}

}  // namespace k210
