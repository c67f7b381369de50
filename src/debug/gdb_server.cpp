#include "debug/gdb_server.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::debug {
namespace {

constexpr std::chrono::milliseconds kMoment{10};

TcpLink listen(std::string_view spec) {
    try {
        const auto colon = spec.rfind(':');
        const std::string host(colon == spec.npos ? std::string_view() : spec.substr(0, colon));
        const std::uint16_t port = parse_port(spec, spec.substr(0, colon == spec.npos ? 0 : colon + 1));
        if (port == 0) throw InputError("bad port '0', not 1 to 65535");
        return host.empty() ? TcpLink(port) : TcpLink(port, host);
    } catch (const InputError& error) { throw InputError(fmt::format("--gdb {}: {}", spec, error.what())); }
}

}  // namespace

GdbServer::GdbServer(std::string_view spec, MonitorHost host)
    : host_(std::move(host)),
      session_({[this]() -> Machine& { return host_.session().machine(); },
                [this](std::string_view command) { return run_monitor_command(command, host_); }, host_.past,
                [this] { return interrupted(); }}),
      link_(listen(spec)) {}

std::string GdbServer::address() const {
    return fmt::format("{}:{}", link_.host(), link_.port());
}

void GdbServer::wait() const {
    link_.wait(kMoment);
}

void GdbServer::look() {
    std::array<std::uint8_t, 4096> bytes{};
    for (;;) {
        const std::size_t got = link_.receive(bytes);
        if (link_.clients() != clients_) {
            clients_ = link_.clients();
            connected_ = acknowledges_ = true;
            reader_.clear();
            session_.connected();
        }
        reader_.add(std::span(bytes).first(got));
        while (const auto received = reader_.next()) answer(*received);
        if (got == 0) break;
    }
    if (connected_ && !link_.has_client()) {
        connected_ = false;
        session_.hung_up();
    }
}

// While it looks for something in the past: whether that is no longer wanted.
bool GdbServer::interrupted() {
    std::array<std::uint8_t, 64> bytes{};
    reader_.add(std::span(bytes).first(link_.receive(bytes)));
    while (const auto received = reader_.next())
        if (received->kind == PacketReader::Kind::interrupt) return true;
    return !link_.has_client();
}

void GdbServer::answer(const PacketReader::Received& received) {
    using Kind = PacketReader::Kind;
    if (received.kind == Kind::interrupt) {
        if (const auto stop = session_.interrupt()) send(*stop);
        return;
    }
    if (acknowledges_) link_.send(received.kind == Kind::packet ? "+" : "-");
    if (received.kind == Kind::damaged) return;
    for (const std::string& payload : session_.receive(received.payload)) send(payload);
    acknowledges_ = !session_.without_acknowledgements();
}

void GdbServer::send(std::string_view payload) {
    link_.send(packet(payload));
}

bool GdbServer::stopped() {
    const auto stop = session_.look();
    if (stop) send(*stop);
    return stop.has_value();
}

void GdbServer::crashed() {
    if (connected_) send(session_.crashed());
}

void GdbServer::ended(int status) {
    if (connected_) send(fmt::format("W{:02x}", status));
}

}  // namespace k210::debug
