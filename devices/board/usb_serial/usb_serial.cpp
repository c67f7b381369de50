#include "board/usb_serial/usb_serial.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMaxLineBytes = 200;  // of the trace's

}  // namespace

PartDesign UsbSerial::design(PartOptions& options) {
    static constexpr std::array<std::string_view, 3> kLines{"none", "dtr", "rts"};
    const auto line = [&](std::string_view key) { return static_cast<Line>(options.choice(key, kLines, 0)); };
    const Config config{options.serial(), line("reset_line"), line("boot_line")};
    if (config.boot != Line::none && config.boot == config.reset)
        options.refuse("boot_line", "boot_line is reset_line, too");
    return {[config](const PartContext& context) { return std::make_unique<UsbSerial>(context, config); }};
}

void UsbSerial::hang(ChipPins& chip) {
    chip_ = &chip;
    chip.on_serial(*this, config_.pads);
}

void UsbSerial::set_baud(std::uint64_t baud) {
    rate_.set_baud(baud);
    typed_.set_baud(baud);
}

bool UsbSerial::asserted(Line line) const {
    return line == Line::dtr ? lines_.dtr : line == Line::rts && lines_.rts;
}

// IO16 first: it is looked at when RESET is let go.
void UsbSerial::set_modem_lines(ModemLines lines) {
    lines_ = lines;
    lines_driven_ = true;
    const bool reset = pulls(config_.reset, config_.boot);
    if (reset) typed_.clear();  // nobody receives it
    if (config_.boot != Line::none) chip_->pads().pull_low(kBootPad, pulls(config_.boot, config_.reset));
    if (config_.reset != Line::none) chip_->pull_reset(reset);
}

void UsbSerial::visit_state(StateVisitor& visitor) {
    typed_.visit_state(visitor);
    rate_.visit_state(visitor);
    visitor.value("dtr", lines_.dtr);
    visitor.value("rts", lines_.rts);
    visitor.value("lines_driven", lines_driven_);
}

void UsbSerial::receive(std::uint8_t byte) {
    const std::uint64_t baud = chip_->serial_baud(config_.pads.tx);
    if (lines_driven_ && rate_.garbled(baud)) return;
    rate_.heard(baud);
    if (listener_) listener_->receive(byte);
    if (context_.trace.sink) trace(byte);
}

// Line by line.
void UsbSerial::trace(std::uint8_t byte) {
    if (byte == '\r') return;
    if (byte == '\n' || line_.size() == kMaxLineBytes) {
        if (!line_.empty()) context_.trace.sink->instant(context_.events.now(), context_.name, line_, {});
        line_.clear();
    }
    if (byte != '\n') line_ += static_cast<char>(byte);
}

}  // namespace k210
