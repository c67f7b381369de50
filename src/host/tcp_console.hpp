// The console on a TCP port of the loopback interface.
#pragma once
#include <cstdint>
#include <string>

#include "host/tcp_link.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class TcpConsole final : public Console {
public:
    explicit TcpConsole(std::string_view spec) : link_(parse_port(spec, kScheme)) {}

    static constexpr std::string_view kScheme = "tcp:";

    void write(std::string_view bytes) override { link_.send(bytes); }
    std::size_t read(std::span<std::uint8_t> bytes) override { return link_.receive(bytes); }
    bool interactive() const override { return true; }
    std::string address() const override { return "127.0.0.1:" + std::to_string(link_.port()); }

private:
    TcpLink link_;
};

}  // namespace k210
