#include "board/axp/axp.hpp"

#include <algorithm>

namespace k210 {
namespace {

// clang-format off
enum Register : std::uint8_t {
    kPowerStatus = 0x00, kChargeStatus = 0x01, kIdentification = 0x03, kSwitchOff = 0x32, kCharge = 0x33,
    kKeyTimes = 0x36, kFirstMeasurement = 0x56, kLastMeasurement = 0x7f, kAdcEnable1 = 0x82, kAdcEnable2 = 0x83,
};
// clang-format on
constexpr std::uint8_t kUsbOnBothInputs = 0xf0, kBatteryCharges = 0x04;         // power status
constexpr std::uint8_t kCharges = 0x40, kBatteryThere = 0x20;                   // charge status
constexpr std::uint8_t kChargerOn = 0x80, kOff = 0x80, kKeySwitchesOff = 0x08;  // settings
constexpr std::uint8_t kLongPress = 0x01, kShortPress = 0x02;                   // flags
constexpr std::array<unsigned, 4> kChargedMv = {4100, 4150, 4200, 4360};        // by bits 6 and 5
constexpr std::array<unsigned, 4> kLongMs = {1000, 1500, 2000, 2500};           // by bits 5 and 4
constexpr std::array<unsigned, 4> kSwitchOffMs = {4000, 6000, 8000, 10000};     // by bits 1 and 0
constexpr unsigned kUsbMv = 5000, kSupplyMv = 4900, kTemperature = 1447 + 350;  // 0.1 degrees from -144.7

// A twelve-bit measurement is spread over two registers, eight bits and four. One that is switched off stays.
struct Measurement {
    std::uint8_t address, enable_register, enable_bit;
    unsigned units_of_10, per_10;  // of what is measured
};

constexpr bool is_measured(std::uint16_t address) {
    return address <= kIdentification || (address >= kFirstMeasurement && address <= kLastMeasurement);
}

}  // namespace

PartDesign Axp::design_of(const AxpModel& model, PartOptions& options) {
    std::vector<std::string_view> names;
    for (const AxpOutput& output : model.outputs) names.push_back(output.name);
    Config config{options.i2c(model.address), {}};
    if (const std::size_t which = options.choice("chip_output", names, names.size()); which < names.size())
        config.chip_output = which;
    return {[&model, config](const PartContext& context) { return std::make_unique<Axp>(context, model, config); }};
}

Axp::Axp(const PartContext& context, const AxpModel& model, const Config& config)
    : model_(model), config_(config), name_(context.name), events_(context.events), supply_(context.supply),
      long_press_(context.name + ".long_press",
                  [this](SimTime) {
                      key_was_long_ = true;
                      registers_[model_.key_flags] |= kLongPress;
                  }),
      switch_off_(context.name + ".switch_off", [this](SimTime) { supply_.switch_board_off(); }) {
    power_on();
}

void Axp::power_on() {
    registers_.fill(0);
    for (const auto& [address, value] : model_.at_power_on) registers_[address] = value;
    reset_address();
    settle();
}

bool Axp::charging() const {
    const std::uint8_t settings = registers_[kCharge];
    return usb_ && battery_mv_ && (settings & kChargerOn) && battery_mv_ < kChargedMv[settings >> 5 & 3];
}

void Axp::settle() {
    registers_[kPowerStatus] =
        static_cast<std::uint8_t>((usb_ ? kUsbOnBothInputs : 0) | (charging() ? kBatteryCharges : 0));
    registers_[kChargeStatus] =
        static_cast<std::uint8_t>((battery_mv_ ? kBatteryThere : 0) | (charging() ? kCharges : 0));
    measure();
    feed();
}

void Axp::measure() {
    const unsigned usb_mv = usb_ ? kUsbMv : 0;
    const Measurement all[] = {
        {0x56, kAdcEnable1, 0x20, usb_mv, 17},        // the adapter's input
        {0x5a, kAdcEnable1, 0x08, usb_mv, 17},        // USB's
        {0x5e, kAdcEnable2, 0x80, kTemperature, 10},  //
        {0x78, kAdcEnable1, 0x80, battery_mv_, 11},   //
        {0x7e, kAdcEnable1, 0x02, kSupplyMv, 14},     //
    };
    for (const auto& [address, enable_register, enable_bit, value, per_10] : all) {
        if (!(registers_[enable_register] & enable_bit)) continue;
        const unsigned units = value * 10 / per_10;
        registers_[address] = static_cast<std::uint8_t>(units >> 4);
        registers_[address + 1u] = units & 15;
    }
}

void Axp::feed() {
    for (std::size_t i = 0; i < model_.outputs.size(); ++i) {
        const AxpOutput& output = model_.outputs[i];
        const bool on = (registers_[output.switch_register] & output.switch_mask) == output.switched_on;
        const unsigned steps =
            registers_[output.voltage_register] >> output.voltage_shift & ((1u << output.voltage_bits) - 1);
        supply_.set(name_ + "." + std::string(output.name), on ? output.least_mv + steps * output.step_mv : 0);
        if (!on && config_.chip_output == i) supply_.switch_board_off();
    }
}

void Axp::write_register(std::uint16_t address, std::uint8_t value) {
    if (is_flags(address))
        registers_[address] &= static_cast<std::uint8_t>(~value);
    else if (!is_measured(address))
        registers_[address] = value;
    if (address == kSwitchOff && (value & kOff)) supply_.switch_board_off();
    settle();
}

void Axp::hold_for(Event& event, std::uint64_t milliseconds) {
    events_.arm(event, after(events_.now(), ps_from_us(milliseconds * 1000)));
}

void Axp::press(bool down) {
    if (down == key_down_) return;
    key_down_ = down;
    const std::uint8_t times = registers_[kKeyTimes];
    if (down) {
        key_was_long_ = false;
        hold_for(long_press_, kLongMs[times >> 4 & 3]);
        if (times & kKeySwitchesOff) hold_for(switch_off_, kSwitchOffMs[times & 3]);
        return;
    }
    if (!key_was_long_) registers_[model_.key_flags] |= kShortPress;
    events_.disarm(long_press_);
    events_.disarm(switch_off_);
}

void Axp::plug_usb(bool plugged) {
    usb_ = plugged;
    settle();
    if (!usb_ && !battery_mv_) supply_.switch_board_off();
}

void Axp::set_battery(std::optional<unsigned> millivolts) {
    battery_mv_ = std::min(millivolts.value_or(0), kMostBatteryMv);
    settle();
    if (!usb_ && !battery_mv_) supply_.switch_board_off();
}

void Axp::visit_state(StateVisitor& v) {
    v.bytes("registers", registers_);
    visit_address(v);
    v.value("usb", usb_);
    v.value("battery_mv", battery_mv_, kMostBatteryMv);
    v.value("key_down", key_down_);
    v.value("key_was_long", key_was_long_);
    v.event(events_, long_press_);
    v.event(events_, switch_off_);
}

}  // namespace k210
