#include "host/socket_network.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::string_view kLocalhost = "localhost", kLoopback = "127.0.0.1";
constexpr std::uint32_t kLoopbackNet = 127;
constexpr std::size_t kMostUnsentBytes = 1u << 20;  // of a peer that takes nothing; it is hung up on then

std::optional<in_addr> parse_address(const std::string& text) {
    in_addr address{};
    if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
    return address;
}

std::optional<std::string> look_up(const std::string& host) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
    char text[INET_ADDRSTRLEN] = {};
    const auto* const address = reinterpret_cast<const sockaddr_in*>(found->ai_addr);
    ::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    ::freeaddrinfo(found);
    return std::string(text);
}

}  // namespace

SocketNetwork::SocketNetwork(const std::vector<std::string>& allowed) {
    for (const std::string& text : allowed) {
        const auto colon = text.rfind(':');
        const char* const end = text.data() + text.size();
        std::uint16_t port = 0;
        const bool split = colon != std::string::npos && colon > 0;
        const auto [stopped, error] = std::from_chars(split ? text.data() + colon + 1 : end, end, port);
        if (!split || error != std::errc{} || stopped != end || port == 0)
            throw InputError(fmt::format("--wifi-allow {}: is no HOST:PORT", text));
        const std::string host = text.substr(0, colon);
        const auto address = look_up(host);
        if (!address) throw InputError(fmt::format("--wifi-allow {}: {} has no IPv4 address", text, host));
        allowed_.push_back({host, *address, port});
    }
}

std::optional<std::string> SocketNetwork::resolve(const std::string& name) {
    if (name == kLocalhost) return std::string(kLoopback);
    if (parse_address(name)) return name;
    const auto found = std::ranges::find(allowed_, name, &Allowed::host);
    return found == allowed_.end() ? std::nullopt : std::optional(found->address);
}

bool SocketNetwork::allows(const std::string& address, std::uint16_t port) const {
    const auto parsed = parse_address(address);
    if (!parsed) return false;
    return ::ntohl(parsed->s_addr) >> 24 == kLoopbackNet ||
           std::ranges::any_of(allowed_, [&](const Allowed& a) { return a.address == address && a.port == port; });
}

void SocketNetwork::open(const std::string& address, std::uint16_t port) {
    close();
    if (!allows(address, port)) return;
    socket_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.valid()) return;
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_addr = *parse_address(address);
    peer.sin_port = ::htons(port);
    const int result = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
    link_ = result == 0 ? Link::open : Link::connecting;
    if (result != 0 && errno != EINPROGRESS) close();
}

Network::Link SocketNetwork::link() {
    if (link_ == Link::connecting) {
        if (!poll_now(socket_.get(), POLLOUT)) return link_;
        int error = 0;
        socklen_t length = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
        link_ = Link::open;
        if (error) close();
    }
    return link_;
}

std::string SocketNetwork::receive(std::size_t most) {
    if (link() != Link::open) return {};
    flush();
    if (link_ != Link::open) return {};
    std::string bytes(most, '\0');
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) close();
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

void SocketNetwork::send(std::string_view bytes) {
    if (link() != Link::open) return;
    unsent_ += bytes;
    flush();
    if (unsent_.size() > kMostUnsentBytes) close();
}

void SocketNetwork::flush() {
    if (unsent_.empty()) return;
    const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) close();
}

void SocketNetwork::close() {
    socket_.reset();
    link_ = Link::closed;
    unsent_.clear();
}

}  // namespace k210
