// The host's own network, as far as a guest may use it: its loopback, and what is allowed besides.
#pragma once
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "k210/host/network.hpp"

namespace k210 {

class SocketNetwork final : public Network {
public:
    // Each as HOST:PORT; throws InputError that names the one which is not, or has no IPv4 address.
    explicit SocketNetwork(const std::vector<std::string>& allowed = {});

    std::optional<std::string> resolve(const std::string& name) override;
    void open(const std::string& address, std::uint16_t port) override;
    Link link() override;
    std::string receive(std::size_t most) override;
    void send(std::string_view bytes) override;
    void close() override;

private:
    struct Allowed {
        std::string host, address;
        std::uint16_t port;
    };
    bool allows(const std::string& address, std::uint16_t port) const;
    void flush();

    std::vector<Allowed> allowed_;
    FileDescriptor socket_;
    Link link_ = Link::closed;
    std::string unsent_;
};

}  // namespace k210
