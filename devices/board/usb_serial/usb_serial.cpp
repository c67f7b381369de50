#include "board/usb_serial/usb_serial.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMaxLineBytes = 200;  // of the trace's

}  // namespace

PartDesign UsbSerial::design(PartOptions& options) {
    const SerialPads pads = options.serial();
    return {[pads](const PartContext& context) { return std::make_unique<UsbSerial>(context, pads); }};
}

void UsbSerial::hang(ChipPins& chip) {
    chip_ = &chip;
    chip.on_serial(*this, pads_.tx);
}

void UsbSerial::set_baud(std::uint64_t baud) {
    rate_.set_baud(baud);
    typed_.set_baud(baud);
}

void UsbSerial::receive(std::uint8_t byte) {
    rate_.heard(chip_->serial_baud(pads_.tx));
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
