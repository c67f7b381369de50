#include "soc/rom_isp.hpp"

#include <algorithm>
#include <utility>

#include <zlib.h>

namespace k210 {
namespace {

constexpr std::uint32_t kFirstBaud = 115'200;
constexpr std::uint8_t kFrameEnd = 0xc0, kEscape = 0xdb, kEscapedEnd = 0xdc, kEscapedEscape = 0xdd;  // SLIP
constexpr std::uint8_t kGreeting = 0xc2, kWriteMemory = 0xc3, kBoot = 0xc5, kSetBaud = 0xc6;

std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
    return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | std::uint32_t{bytes[at + 3]} << 24;
}

}  // namespace

void RomIsp::start() {
    running_ = true;
    baud_ = kFirstBaud;
    frame_.clear();
    inside_ = escaped_ = false;
}

void RomIsp::receive(std::uint8_t byte) {
    if (byte == kFrameEnd) {
        // The end of one may be the beginning of the next, so nothing at all is no frame.
        if (inside_ && !frame_.empty()) handle_frame();
        inside_ = true;
        escaped_ = false;
        frame_.clear();
        return;
    }
    if (!inside_) return;
    if (byte == kEscape && !escaped_) {
        escaped_ = true;
        return;
    }
    if (std::exchange(escaped_, false)) {
        if (byte == kEscapedEnd) byte = kFrameEnd;
        if (byte == kEscapedEscape) byte = kEscape;
    }
    if (frame_.size() <= kHeaderBytes + kMostDataBytes) frame_.push_back(byte);
}

void RomIsp::handle_frame() {
    const std::span<const std::uint8_t> frame = frame_;
    if (frame[0] == kGreeting) return answer(Reason::ok);
    if (frame[0] != kWriteMemory && frame[0] != kBoot && frame[0] != kSetBaud) return answer(Reason::invalid);
    if (const Reason reason = check_frame(); reason != Reason::ok) return answer(reason);
    const std::uint32_t address = word(frame, 8);
    const auto data = frame.subspan(kHeaderBytes);
    switch (frame[0]) {
        case kWriteMemory: return write_memory(address, data);
        case kSetBaud:
            if (data.size() != 4 || word(data, 0) == 0) return answer(Reason::bad_length);
            baud_ = word(data, 0);
            return;
        default: running_ = false; on_boot(address);
    }
}

RomIsp::Reason RomIsp::check_frame() const {
    if (frame_.size() < kHeaderBytes || frame_.size() > kHeaderBytes + kMostDataBytes ||
        word(frame_, 12) != frame_.size() - kHeaderBytes)
        return Reason::bad_length;
    const auto checked = std::span(frame_).subspan(8);
    const auto sum = ::crc32(0, checked.data(), static_cast<uInt>(checked.size()));
    return sum == word(frame_, 4) ? Reason::ok : Reason::bad_checksum;
}

void RomIsp::write_memory(std::uint32_t address, std::span<const std::uint8_t> data) {
    const auto size = static_cast<std::uint32_t>(data.size());
    const auto memory = bus_.memory(address, size);
    const Bus::Window* const window = bus_.find(address);
    if (memory.size() != size || !window || !window->writable) {
        log_.guest_error("boot_rom", "serial mode: {} bytes for {:#x}, where there is no memory for them", size,
                         address);
        return answer(Reason::invalid);
    }
    std::ranges::copy(data, memory.begin());
    bus_.wrote(address, size);
    answer(Reason::ok);
}

// Never a byte that would have to be escaped: tools take the escape for a byte of its own.
// [sdk] sipeed/kflash.py@7307f75 kflash.py:700-716
void RomIsp::answer(Reason reason) {
    std::uint8_t operation = frame_[0];
    if (operation == kFrameEnd || operation == kEscape) operation = kGreeting;  // a damaged frame's
    for (const std::uint8_t byte : {kFrameEnd, operation, static_cast<std::uint8_t>(reason), kFrameEnd})
        line_.receive(byte);
}

void RomIsp::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter("rom_isp");
    visitor.value("running", running_);
    visitor.value("baud", baud_);
    visitor.buffer("frame", frame_);
    visitor.require(frame_.size() <= kHeaderBytes + kMostDataBytes + 1, "frame", "is longer than one can be");
    visitor.value("inside", inside_);
    visitor.value("escaped", escaped_);
}

}  // namespace k210
