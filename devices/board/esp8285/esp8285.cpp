#include "board/esp8285/esp8285.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace k210 {
namespace {

// [assumed]
constexpr std::uint64_t kBootPs = ps_from_us(300'000), kScanPs = ps_from_us(2'000'000), kJoinPs = ps_from_us(3'000'000),
                        kPollPs = ps_from_us(1000);
constexpr std::uint32_t kConnectPolls = 10'000;
constexpr std::string_view kAddress = "10.0.2.15", kGateway = "10.0.2.2", kNetmask = "255.255.255.0",
                           kNoAddress = "0.0.0.0", kStationMac = "02:00:00:85:00:01",
                           kAccessPointMac = "02:00:00:85:00:02";

constexpr std::size_t kMostLineBytes = 256;                           // [doc] of a command
constexpr std::uint32_t kMostSendBytes = 2048, kMostIpdBytes = 1460;  // [doc] CIPSEND; a TCP segment
constexpr std::uint64_t kSlowest = 110, kFastest = 4'608'000;         // [doc] UART_CUR
constexpr std::uint8_t kMostMode = 3;

using Form = AtCommand::Form;

}  // namespace

PartDesign Esp8285::design(PartOptions& options) {
    const SerialPads pads = options.serial();
    const auto enable_pad = options.may_hear("enable_pad");
    return {[pads, enable_pad](const PartContext& context) {
        return std::make_unique<Esp8285>(context, pads, enable_pad);
    }};
}

void Esp8285::hang(ChipPins& chip) {
    chip_ = &chip;
    chip.on_serial(*this, pads_);
    if (enable_pad_) chip.pads().on_pad(*enable_pad_, [this](bool level) { enable(level); });
}

void Esp8285::power_on() {
    enable(false);
    if (!enable_pad_ || chip_->pads().pad_level(*enable_pad_)) enable(true);
}

void Esp8285::enable(bool on) {
    if (on) return boot();
    hang_up();
    typed_.clear();
    context_.events.disarm(task_done_);
    task_ = Task::off;
}

void Esp8285::boot() {
    hang_up();
    next_baud_ = kTerminalBaud;
    echo_ = true;
    joined_ = false;
    line_.clear();
    data_bytes_ = 0;
    begin(Task::boot, kBootPs);
}

void Esp8285::begin(Task task, std::uint64_t ps) {
    task_ = task;
    context_.events.arm(task_done_, after(context_.events.now(), ps));
}

void Esp8285::task_done(SimTime) {
    switch (std::exchange(task_, Task::none)) {
        case Task::boot:
            typed_.clear();  // what it was at when it was reset
            take_new_rate();
            return say("\r\nready\r\n");
        case Task::scan:
            if (network_) say(fmt::format("+CWLAP:(3,\"k210emu\",-40,\"{}\",1)\r\n", kAccessPointMac));
            return ok();
        case Task::join:
            joined_ = network_ != nullptr;
            return say(joined_ ? "WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n" : "+CWJAP:3\r\n\r\nFAIL\r\n");
        default: return;
    }
}

// Once a millisecond while there is a connection, or will be.
void Esp8285::poll(SimTime now) {
    const Network::Link link = network_ ? network_->link() : Network::Link::closed;
    if (task_ == Task::connect) {
        if (link == Network::Link::open) {
            task_ = Task::none;
            linked_ = true;
            say("CONNECT\r\n\r\nOK\r\n");
        } else if (link == Network::Link::closed || --polls_left_ == 0) {
            task_ = Task::none;
            say("ERROR\r\nCLOSED\r\n");
            return hang_up();
        }
    } else if (typed_.empty() && !data_bytes_) {
        const std::string bytes = network_ ? network_->receive(kMostIpdBytes) : std::string();
        if (!bytes.empty()) {
            say(fmt::format("\r\n+IPD,{}:{}", bytes.size(), bytes));
        } else if (link == Network::Link::closed) {
            say("CLOSED\r\n");
            return hang_up();
        }
    }
    context_.events.arm(poll_, after(now, kPollPs));
}

void Esp8285::hang_up() {
    if (network_ && (linked_ || poll_.armed())) network_->close();
    linked_ = false;
    context_.events.disarm(poll_);
}

void Esp8285::take_new_rate() {
    if (!typed_.empty()) return;
    baud_ = next_baud_;
    typed_.set_baud(baud_);
}

void Esp8285::receive(std::uint8_t byte) {
    if (task_ == Task::off || task_ == Task::boot) return;
    take_new_rate();
    const std::uint64_t sent_at = chip_->serial_baud(pads_.tx);
    if (!rates_agree(sent_at, baud_))
        context_.log.guest_error(context_.name, "is sent to at {} baud, and hears garbage at {}", sent_at, baud_);
    for (const HeardByte& heard : k210::hear(byte, SerialFormat::of_baud(sent_at), SerialFormat::of_baud(baud_)))
        hear(heard.byte);
}

void Esp8285::hear(std::uint8_t byte) {
    if (data_bytes_) {
        data_ += static_cast<char>(byte);
        if (data_.size() < data_bytes_) return;
        if (network_) network_->send(data_);
        say(fmt::format("\r\nRecv {} bytes\r\n\r\nSEND OK\r\n", data_bytes_));
        data_bytes_ = 0;
        data_.clear();
        return;
    }
    if (byte != '\n') {
        if (echo_) say({reinterpret_cast<const char*>(&byte), 1});
        if (line_.size() < kMostLineBytes) line_ += static_cast<char>(byte);
        return;
    }
    if (echo_) say("\r\n");
    std::string line = std::exchange(line_, {});
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) execute(line);
}

void Esp8285::execute(std::string_view line) {
    if (task_ != Task::none) return say("\r\nbusy p...\r\n");
    const auto command = AtCommand::parse(line);
    if (command && carry_out(*command)) return;
    if (command) context_.log.unimplemented(context_.name, "AT+{} is not modelled: answered with ERROR", command->name);
    error();
}

bool Esp8285::carry_out(const AtCommand& command) {
    const std::string& name = command.name;
    const bool set = command.form == Form::set;
    if (name.empty()) {
        ok();
    } else if (name == "E0" || name == "E1") {
        echo_ = name == "E1";
        ok();
    } else if (name == "GMR") {
        say("AT version:1.7.4.0\r\nSDK version:3.0.4\r\n");
        ok();
    } else if (name == "RST" || name == "RESTORE") {
        ok();
        boot();
    } else if (name == "UART") {
        set_up_uart(command);
    } else if (name == "CWMODE") {
        choose_mode(command);
    } else if (name == "CWDHCP") {
        ok();
    } else if (name == "CWLAP") {
        begin(Task::scan, kScanPs);
    } else if (name == "CWJAP") {
        join(command);
    } else if (name == "CWQAP") {
        hang_up();
        ok();
        if (std::exchange(joined_, false)) say("WIFI DISCONNECT\r\n");
    } else if (name == "CIFSR") {
        say(fmt::format("+CIFSR:STAIP,\"{}\"\r\n+CIFSR:STAMAC,\"{}\"\r\n", joined_ ? kAddress : kNoAddress,
                        kStationMac));
        ok();
    } else if (name == "CIPSTA" && !set) {
        say_addresses();
    } else if (name == "CIPSTATUS") {
        say(fmt::format("STATUS:{}\r\n", !joined_ ? 5 : linked_ ? 3 : 2));
        ok();
    } else if (name == "CIPMUX" || name == "CIPMODE") {
        zero_only(command);
    } else if (name == "CIPDOMAIN" && set) {
        look_up(command);
    } else if (name == "CIPSTART" && set) {
        start_connection(command);
    } else if (name == "CIPSEND" && set) {
        start_sending(command);
    } else if (name == "CIPCLOSE") {
        if (linked_) say("CLOSED\r\n");
        linked_ ? ok() : error();
        hang_up();
    } else {
        return false;
    }
    return true;
}

void Esp8285::set_up_uart(const AtCommand& command) {
    if (command.form != Form::set) {
        say(fmt::format("+UART_CUR:{},8,1,0,0\r\n", baud_));
        return ok();
    }
    const auto baud = command.number(0);
    if (!baud || *baud < kSlowest || *baud > kFastest) return error();
    next_baud_ = *baud;
    ok();
}

void Esp8285::choose_mode(const AtCommand& command) {
    if (command.form != Form::set) {
        say(fmt::format("+CWMODE:{}\r\n", mode_));
        return ok();
    }
    const auto mode = command.number(0);
    if (!mode || *mode == 0 || *mode > kMostMode) return error();
    mode_ = static_cast<std::uint8_t>(*mode);
    ok();
}

void Esp8285::join(const AtCommand& command) {
    if (command.form == Form::set) {
        ssid_ = command.values.front();
        joined_ = false;
        hang_up();
        return begin(Task::join, kJoinPs);
    }
    say(joined_ ? fmt::format("+CWJAP_CUR:\"{}\",\"{}\",1,-40\r\n", ssid_, kAccessPointMac) : "No AP\r\n");
    ok();
}

void Esp8285::say_addresses() {
    say(fmt::format("+CIPSTA_CUR:ip:\"{}\"\r\n+CIPSTA_CUR:gateway:\"{}\"\r\n+CIPSTA_CUR:netmask:\"{}\"\r\n",
                    joined_ ? kAddress : kNoAddress, joined_ ? kGateway : kNoAddress, joined_ ? kNetmask : kNoAddress));
    ok();
}

void Esp8285::zero_only(const AtCommand& command) {
    if (command.form != Form::set) {
        say(fmt::format("+{}:0\r\n", command.name));
        return ok();
    }
    if (command.number(0) == 0u) return ok();
    context_.log.unimplemented(context_.name, "{} other than 0 is not modelled: answered with ERROR", command.name);
    error();
}

void Esp8285::look_up(const AtCommand& command) {
    const auto address = online() ? network_->resolve(command.values.front()) : std::nullopt;
    if (!address) return say("DNS Fail\r\n\r\nERROR\r\n");
    say(fmt::format("+CIPDOMAIN:{}\r\n", *address));
    ok();
}

void Esp8285::start_connection(const AtCommand& command) {
    if (!online()) return say("no ip\r\n\r\nERROR\r\n");
    if (linked_) return say("ALREADY CONNECTED\r\n\r\nERROR\r\n");
    const auto port = command.number(2);
    if (command.values.size() < 3 || !port || *port == 0 || *port > 0xffff) return error();
    if (command.values[0] != "TCP") {
        context_.log.unimplemented(context_.name, "{} is not modelled: answered with ERROR", command.values[0]);
        return error();
    }
    const auto address = network_->resolve(command.values[1]);
    if (!address) return say("DNS Fail\r\n\r\nERROR\r\n");
    network_->open(*address, static_cast<std::uint16_t>(*port));
    task_ = Task::connect;
    polls_left_ = kConnectPolls;
    context_.events.arm(poll_, after(context_.events.now(), kPollPs));
}

void Esp8285::start_sending(const AtCommand& command) {
    if (!linked_) return say("link is not valid\r\n\r\nERROR\r\n");
    const auto bytes = command.number(0);
    if (!bytes || *bytes == 0 || *bytes > kMostSendBytes) return error();
    data_bytes_ = *bytes;
    data_.clear();
    ok();
    say("> ");
}

void Esp8285::visit_state(StateVisitor& visitor) {
    auto task = static_cast<std::uint8_t>(task_);
    visitor.value("task", task, static_cast<std::uint8_t>(Task::connect));
    task_ = static_cast<Task>(task);
    visitor.value("baud", baud_, kFastest);
    visitor.value("next_baud", next_baud_, kFastest);
    visitor.require(std::min(baud_, next_baud_) >= kSlowest, "baud", "is no rate");
    visitor.value("echo", echo_);
    visitor.value("mode", mode_, kMostMode);
    visitor.value("joined", joined_);
    visitor.value("linked", linked_);
    visitor.value("polls_left", polls_left_, kConnectPolls);
    visitor.value("data_bytes", data_bytes_, kMostSendBytes);
    visitor.text("ssid", ssid_, kMostLineBytes);
    visitor.text("line", line_, kMostLineBytes);
    visitor.text("data", data_, kMostSendBytes);
    visitor.event(context_.events, task_done_);
    visitor.event(context_.events, poll_);
    visitor.require((task_ == Task::boot || task_ == Task::scan || task_ == Task::join) == task_done_.armed(),
                    "task_done", "is armed while there is no task, or not armed");
    visitor.require((linked_ || task_ == Task::connect) == poll_.armed(), "poll", "is armed without a connection");
    typed_.visit_state(visitor);
    if (visitor.loading()) typed_.set_baud(baud_);
}

}  // namespace k210
