// A TCP port, of the loopback interface by default, with one client at a time: others wait, and one that left may come
// back.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "host/pending_output.hpp"

namespace k210 {

class TcpLink {
public:
    // Port 0: any. The host is "localhost" or an IPv4 address of this machine's. Throws InputError when it cannot be
    // had.
    explicit TcpLink(std::uint16_t port, const std::string& host = "127.0.0.1");

    std::uint16_t port() const { return port_; }
    const std::string& host() const { return host_; }
    bool has_client() const { return client_.valid(); }
    void wait(std::chrono::milliseconds at_most) const;  // until a client comes, sends or goes
    bool connected();                                    // takes the next client when there is none
    std::uint64_t clients() const { return clients_; }   // so far
    void send(std::string_view bytes);                   // lost without a client
    std::size_t receive(std::span<std::uint8_t> bytes);
    // Forgets a client that has gone, and what of its bytes has not been received.
    void drop_if_hung_up();

private:
    void flush();

    FileDescriptor listener_, client_;
    std::uint16_t port_;
    std::string host_;
    std::uint64_t clients_ = 0;
    PendingOutput pending_;
};

// Of "tcp:80", whose first part `scheme` is; throws InputError.
std::uint16_t parse_port(std::string_view spec, std::string_view scheme);

}  // namespace k210
