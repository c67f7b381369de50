// What lies behind a board's network: one connection at a time. Nothing here waits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace k210 {

class Network {
public:
    enum class Link : std::uint8_t { closed, connecting, open };
    virtual ~Network() = default;

    virtual std::optional<std::string> resolve(const std::string& name) = 0;  // as 192.168.1.1; none: not known
    virtual void open(const std::string& address, std::uint16_t port) = 0;    // over TCP; closes what was open
    virtual Link link() = 0;                                                  // closed also once the peer has
    virtual std::string receive(std::size_t most) = 0;                        // what has come since
    virtual void send(std::string_view bytes) = 0;
    virtual void close() = 0;
};

}  // namespace k210
