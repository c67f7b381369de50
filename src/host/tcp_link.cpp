#include "host/tcp_link.hpp"

#include <charconv>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr int kWaitingClients = 4;
// As a serial driver buffers: what a client has sent and the guest has not taken yet should slow the client down.
constexpr int kReceiveBufferBytes = 4096;

void set_option(int fd, int level, int option, int value) {
    ::setsockopt(fd, level, option, &value, sizeof value);
}

}  // namespace

TcpLink::TcpLink(std::uint16_t port, const std::string& host)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), port_(port),
      host_(host == "localhost" ? "127.0.0.1" : host) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (::inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1)
        throw InputError(fmt::format("'{}' is no IPv4 address", host));
    address.sin_port = ::htons(port);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    set_option(listener_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(listener_.get(), SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
    if (::bind(listener_.get(), generic, length) != 0 || ::listen(listener_.get(), kWaitingClients) != 0 ||
        ::getsockname(listener_.get(), generic, &length) != 0)
        throw InputError(std::generic_category().message(errno));
    port_ = ::ntohs(address.sin_port);
}

void TcpLink::wait(std::chrono::milliseconds at_most) const {
    pollfd entry{client_.valid() ? client_.get() : listener_.get(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(at_most.count()));
}

bool TcpLink::connected() {
    if (client_.valid()) return true;
    client_ = FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client_.valid()) return false;
    ++clients_;
    pending_.clear();
    set_option(client_.get(), IPPROTO_TCP, TCP_NODELAY, 1);  // single characters are all there is
    return true;
}

void TcpLink::flush() {
    const bool there = pending_.flush(
        [this](const char* data, std::size_t size) { return ::send(client_.get(), data, size, MSG_NOSIGNAL); });
    if (!there) client_.reset();
}

void TcpLink::send(std::string_view bytes) {
    if (!connected()) return;
    pending_.add(bytes);
    flush();
}

std::size_t TcpLink::receive(std::span<std::uint8_t> bytes) {
    if (!connected()) return 0;
    flush();
    if (!client_.valid() || bytes.empty()) return 0;
    const ssize_t got = ::recv(client_.get(), bytes.data(), bytes.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) client_.reset();
    return 0;
}

void TcpLink::drop_if_hung_up() {
    if (client_.valid() && (poll_now(client_.get(), POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR))) client_.reset();
}

std::uint16_t parse_port(std::string_view spec, std::string_view scheme) {
    const std::string_view text = spec.substr(scheme.size());
    std::uint16_t port = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || stopped != text.data() + text.size())
        throw InputError(fmt::format("bad port '{}', not 0 to 65535", text));
    return port;
}

}  // namespace k210
