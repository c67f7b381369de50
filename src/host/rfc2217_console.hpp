// The console on a TCP port of the loopback interface that also carries the line's rate, DTR and RTS: RFC 2217.
#pragma once
#include <string>

#include "host/tcp_link.hpp"
#include "host/telnet_com_port.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class Rfc2217Console final : public Console {
public:
    explicit Rfc2217Console(std::string_view spec) : link_(parse_port(spec, kScheme)) {}

    static constexpr std::string_view kScheme = "rfc2217:";

    void write(std::string_view bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::optional<LineChange> take_line_change() override;
    bool interactive() const override { return true; }
    std::string address() const override { return "rfc2217://127.0.0.1:" + std::to_string(link_.port()); }

private:
    void exchange();

    TcpLink link_;
    TelnetComPort port_;
    std::uint64_t greeted_ = 0;  // how many clients
    bool talking_ = false;       // with the last of them
};

}  // namespace k210
