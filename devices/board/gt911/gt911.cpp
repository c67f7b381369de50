#include "board/gt911/gt911.hpp"

#include <algorithm>
#include <string_view>

namespace k210 {
namespace {

enum Register : std::uint16_t {
    kWidth = 0x8048,  // low, high
    kHeight = 0x804a,
    kMostPoints = 0x804c,
    kInterruptMode = 0x804d,
    kBeyondConfiguration = 0x8101,
    kProduct = 0x8140,  // four letters
    kFirmware = 0x8144,
    kWidthInUse = 0x8146,
    kHeightInUse = 0x8148,
    kStatus = 0x814e,
    kFinger = 0x814f,
    kPointX = 0x8150,
    kPointY = 0x8152,
    kPointSize = 0x8154,
};
enum InterruptMode : std::uint8_t { kRising, kFalling, kLow, kHigh };
constexpr std::uint8_t kReportReady = 0x80;

}  // namespace

PartDesign Gt911::design(PartOptions& options) {
    options.i2c(kSecondAddress);
    // This one last: it is where firmware looks for the chip.
    const Config config{options.i2c(kAddress), options.may_drive("interrupt_pad"), options.may_hear("reset_pad"),
                        TouchFilm::read(options)};
    return {[config](const PartContext& context) { return std::make_unique<Gt911>(context, config); }};
}

Gt911::Gt911(const PartContext& context, const Config& config)
    : I2cRegisters(2), config_(config), interrupt_(context, config.interrupt_pad),
      scan_(context, config.film, [this] { report(); }) {}

void Gt911::hang(ChipPins& chip) {
    chip.on_i2c(first_, kAddress, config_.pads);
    chip.on_i2c(second_, kSecondAddress, config_.pads);
    interrupt_.hang(chip);
    if (config_.reset_pad) chip.pads().on_pad(*config_.reset_pad, [this](bool level) { set_reset_level(level); });
}

void Gt911::power_on() {
    in_reset_ = false;
    second_address_ = false;
    wake_up();
    interrupt_.let_go();
}

void Gt911::wake_up() {
    reset_address();
    scan_.power_on();
    registers_.fill(0);
    for (const std::uint16_t width : {kWidth, kWidthInUse}) put16(width, config_.film.width);
    for (const std::uint16_t height : {kHeight, kHeightInUse}) put16(height, config_.film.height);
    reg(kMostPoints) = 5;
    constexpr std::string_view kName = "911";
    std::ranges::copy(kName, &reg(kProduct));
    put16(kFirmware, 0x1060);
}

void Gt911::set_reset_level(bool level) {
    in_reset_ = !level;
    if (in_reset_) {
        scan_.power_on();
        interrupt_.let_go();
    } else {
        second_address_ = interrupt_.level();
        wake_up();
        interrupt_.drive(!asks_with_high());
    }
}

bool Gt911::asks_with_level() const {
    const unsigned mode = read_register(kInterruptMode) & 3;
    return mode == kLow || mode == kHigh;
}

bool Gt911::asks_with_high() const {
    const unsigned mode = read_register(kInterruptMode) & 3;
    return mode == kRising || mode == kHigh;
}

void Gt911::report() {
    if (in_reset_) return;
    const FilmPoint point = scan_.point();
    reg(kStatus) = static_cast<std::uint8_t>(kReportReady | unsigned{scan_.touched()});
    reg(kFinger) = 0;
    put16(kPointX, point.x);
    put16(kPointY, point.y);
    put16(kPointSize, 20);
    if (asks_with_level())
        interrupt_.drive(asks_with_high());
    else
        interrupt_.pulse(asks_with_high());
}

void Gt911::put16(std::uint16_t address, unsigned value) {
    reg(address) = static_cast<std::uint8_t>(value);
    reg(static_cast<std::uint16_t>(address + 1)) = static_cast<std::uint8_t>(value >> 8);
}

std::uint8_t Gt911::read_register(std::uint16_t address) const {
    if (address < kFirstRegister || address >= kBeyondRegisters) return 0;
    return registers_[address - kFirstRegister];
}

void Gt911::write_register(std::uint16_t address, std::uint8_t value) {
    const bool status = address == kStatus;
    if (!status && (address < kFirstRegister || address >= kBeyondConfiguration)) return;
    reg(address) = value;
    const bool taken = status && !(value & kReportReady) && asks_with_level();
    if (taken || address == kInterruptMode) interrupt_.drive(!asks_with_high());
}

void Gt911::visit_state(StateVisitor& v) {
    visit_address(v);
    v.bytes("registers", registers_);
    v.value("in_reset", in_reset_);
    v.value("second_address", second_address_);
    interrupt_.visit_state(v);
    scan_.visit_state(v);
}

}  // namespace k210
