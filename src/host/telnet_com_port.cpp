#include "host/telnet_com_port.hpp"

#include <algorithm>
#include <utility>

namespace k210 {
namespace {

// [doc] RFC 854, RFC 2217
constexpr std::uint8_t kSe = 240, kSb = 250, kWill = 251, kWont = 252, kDo = 253, kDont = 254, kIac = 255;
constexpr std::uint8_t kBinary = 0, kEcho = 1, kSuppressGoAhead = 3, kComPort = 44;
constexpr std::uint8_t kSignature = 0, kSetBaudRate = 1, kSetDataSize = 2, kSetParity = 3, kSetStopSize = 4,
                       kSetControl = 5, kNotifyLineState = 6, kNotifyModemState = 7, kPurgeData = 12;
constexpr std::uint8_t kServer = 100;       // added to a command in its answer
constexpr std::uint8_t kModemState = 0x30;  // clear to send and data set ready, for good

constexpr std::uint32_t kSlowest = 50, kFastest = 20'000'000;

constexpr bool we_offer(std::uint8_t option) {
    return option == kBinary || option == kEcho || option == kSuppressGoAhead || option == kComPort;
}
constexpr bool we_accept(std::uint8_t option) {
    return option == kBinary || option == kSuppressGoAhead || option == kComPort;
}

}  // namespace

// The guest echoes what is typed, so that a terminal program shall not.
void TelnetComPort::begin() {
    we_do_ = they_do_ = {};
    for (const std::uint8_t option : {kEcho, kSuppressGoAhead, kBinary}) {
        we_do_[option] = true;
        say(kWill, option);
    }
    for (const std::uint8_t option : {kBinary, kComPort}) {
        they_do_[option] = true;
        say(kDo, option);
    }
}

void TelnetComPort::end(Time now) {
    const bool asserted = dtr_ || rts_;
    *this = TelnetComPort();
    if (asserted) changed_.drop(now);
}

void TelnetComPort::receive(std::string_view bytes, Time now) {
    raw_ += bytes;
    parse(now);
}

void TelnetComPort::parse(Time now) {
    std::size_t taken = 0;
    while (taken < raw_.size() && take(static_cast<std::uint8_t>(raw_[taken]), now)) ++taken;
    raw_.erase(0, taken);
}

bool TelnetComPort::take(std::uint8_t byte, Time now) {
    const auto add_data = [&] {
        if (changed_.any()) return false;
        data_ += static_cast<char>(byte);
        return true;
    };
    switch (mode_) {
        case Mode::data:
            if (byte != kIac) return add_data();
            mode_ = Mode::command;
            return true;
        case Mode::command:
            if (byte == kIac && !add_data()) return false;
            mode_ = Mode::data;
            if (byte == kSb) {
                subnegotiation_.clear();
                mode_ = Mode::subnegotiation;
            } else if (byte >= kWill && byte <= kDont) {
                verb_ = byte;
                mode_ = Mode::option;
            }
            return true;
        case Mode::option:
            negotiate(verb_, byte);
            mode_ = Mode::data;
            return true;
        case Mode::subnegotiation:
        case Mode::command_inside: break;
    }
    if (mode_ == Mode::subnegotiation && byte == kIac) {
        mode_ = Mode::command_inside;
        return true;
    }
    if (mode_ == Mode::command_inside && byte != kIac) {
        if (byte == kSe && !end_subnegotiation(now)) return false;
        mode_ = Mode::data;
        return true;
    }
    mode_ = Mode::subnegotiation;
    if (subnegotiation_.size() < kMostSubnegotiation) subnegotiation_ += static_cast<char>(byte);
    return true;
}

// Answers only what changes something: two sides that answered everything would never stop.
void TelnetComPort::negotiate(std::uint8_t verb, std::uint8_t option) {
    const bool ours = verb == kDo || verb == kDont;
    const bool wanted = verb == kDo || verb == kWill;
    bool& on = ours ? we_do_[option] : they_do_[option];
    if (wanted && !(ours ? we_offer(option) : we_accept(option))) return say(ours ? kWont : kDont, option);
    if (std::exchange(on, wanted) == wanted) return;
    if (ours)
        say(wanted ? kWill : kWont, option);
    else
        say(wanted ? kDo : kDont, option);
}

bool TelnetComPort::end_subnegotiation(Time now) {
    const auto byte_at = [this](std::size_t i) { return static_cast<std::uint8_t>(subnegotiation_[i]); };
    if (subnegotiation_.size() < 2 || byte_at(0) != kComPort) return true;
    const std::uint8_t command = byte_at(1);
    const std::string_view value = std::string_view(subnegotiation_).substr(2);
    const auto set = [&](std::uint8_t& setting) {  // 0 asks for it
        if (!value.empty() && byte_at(2) != 0) setting = byte_at(2);
        answer(command, std::string(1, static_cast<char>(setting)));
    };
    switch (command) {
        case kSignature: answer(command, "k210emu"); return true;
        case kSetBaudRate: {
            if (value.size() < 4) return true;
            std::uint32_t baud = 0;
            for (std::size_t i = 2; i < 6; ++i) baud = baud << 8 | byte_at(i);
            if (baud >= kSlowest && baud <= kFastest) {
                if (baud != baud_) changed_.set_baud(baud);
                baud_ = baud;
            }
            std::string now_set;
            for (int shift = 24; shift >= 0; shift -= 8) now_set += static_cast<char>(baud_ >> shift);
            answer(command, now_set);
            return true;
        }
        case kSetDataSize: set(data_size_); return true;
        case kSetParity: set(parity_); return true;
        case kSetStopSize: set(stop_size_); return true;
        case kSetControl: return value.empty() || control(byte_at(2), now);
        case kNotifyLineState: answer(command, std::string(1, '\0')); return true;
        case kNotifyModemState: answer(command, std::string(1, static_cast<char>(kModemState))); return true;
        case kPurgeData: answer(command, value.substr(0, 1)); return true;
        default: return true;
    }
}

// [doc] RFC 2217, SET-CONTROL
bool TelnetComPort::control(std::uint8_t value, Time now) {
    constexpr std::uint8_t kAskFlow = 0, kNoFlow = 1, kHardwareFlow = 3, kAskBreak = 4, kBreakOn = 5, kBreakOff = 6,
                           kAskDtr = 7, kDtrOn = 8, kDtrOff = 9, kAskRts = 10, kRtsOn = 11, kRtsOff = 12;
    const auto answer_with = [this](std::uint8_t state) {
        answer(kSetControl, std::string(1, static_cast<char>(state)));
        return true;
    };
    if (value == kDtrOn || value == kDtrOff) {
        if (dtr_ != (value == kDtrOn) && !changed_.set_dtr(value == kDtrOn, now)) return false;
        dtr_ = value == kDtrOn;
        return answer_with(value);
    }
    if (value == kRtsOn || value == kRtsOff) {
        if (rts_ != (value == kRtsOn) && !changed_.set_rts(value == kRtsOn, now)) return false;
        rts_ = value == kRtsOn;
        return answer_with(value);
    }
    if (value >= kNoFlow && value <= kHardwareFlow) flow_ = value;
    if (value == kBreakOn || value == kBreakOff) break_ = value == kBreakOn;
    switch (value) {
        case kAskFlow: return answer_with(flow_);
        case kAskBreak: return answer_with(break_ ? kBreakOn : kBreakOff);
        case kAskDtr: return answer_with(dtr_ ? kDtrOn : kDtrOff);
        case kAskRts: return answer_with(rts_ ? kRtsOn : kRtsOff);
        default: return answer_with(value);
    }
}

std::size_t TelnetComPort::read(std::span<std::uint8_t> bytes) {
    const std::size_t count = std::min(bytes.size(), data_.size());
    std::copy_n(data_.begin(), count, bytes.begin());
    data_.erase(0, count);
    return count;
}

std::optional<LineChange> TelnetComPort::take_change(Time now) {
    if (!data_.empty()) return {};
    const auto change = changed_.take(now, !raw_.empty());
    if (change) parse(now);
    return change;
}

void TelnetComPort::say(std::uint8_t verb, std::uint8_t option) {
    for (const std::uint8_t byte : {kIac, verb, option}) replies_ += static_cast<char>(byte);
}

void TelnetComPort::answer(std::uint8_t command, std::string_view value) {
    for (const std::uint8_t byte : {kIac, kSb, kComPort, static_cast<std::uint8_t>(kServer + command)})
        replies_ += static_cast<char>(byte);
    replies_ += escaped(value);
    for (const std::uint8_t byte : {kIac, kSe}) replies_ += static_cast<char>(byte);
}

std::string TelnetComPort::take_replies() {
    return std::exchange(replies_, {});
}

std::string TelnetComPort::escaped(std::string_view from_the_line) {
    std::string text;
    for (const char c : from_the_line) {
        text += c;
        if (static_cast<std::uint8_t>(c) == kIac) text += c;
    }
    return text;
}

}  // namespace k210
