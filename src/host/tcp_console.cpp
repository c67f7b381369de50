#include "host/tcp_console.hpp"

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

void set_option(int fd, int level, int option) {
    const int on = 1;
    ::setsockopt(fd, level, option, &on, sizeof on);
}

}  // namespace

TcpConsole::TcpConsole(std::uint16_t port)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), port_(port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    address.sin_port = ::htons(port);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    set_option(listener_.get(), SOL_SOCKET, SO_REUSEADDR);
    if (::bind(listener_.get(), generic, length) != 0 || ::listen(listener_.get(), kWaitingClients) != 0 ||
        ::getsockname(listener_.get(), generic, &length) != 0)
        throw InputError(fmt::format("--serial tcp:{}: {}", port, std::generic_category().message(errno)));
    port_ = ::ntohs(address.sin_port);
}

std::string TcpConsole::address() const {
    return fmt::format("127.0.0.1:{}", port_);
}

bool TcpConsole::connected() {
    if (client_.valid()) return true;
    client_ = FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client_.valid()) return false;
    pending_.clear();
    set_option(client_.get(), IPPROTO_TCP, TCP_NODELAY);  // single characters are all there is
    return true;
}

void TcpConsole::flush() {
    const bool there = pending_.flush(
        [this](const char* data, std::size_t size) { return ::send(client_.get(), data, size, MSG_NOSIGNAL); });
    if (!there) client_.reset();
}

void TcpConsole::write(std::string_view bytes) {
    if (!connected()) return;
    pending_.add(bytes);
    flush();
}

std::size_t TcpConsole::read(std::span<std::uint8_t> bytes) {
    if (!connected()) return 0;
    flush();
    if (!client_.valid() || bytes.empty()) return 0;
    const ssize_t got = ::recv(client_.get(), bytes.data(), bytes.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) client_.reset();
    return 0;
}

}  // namespace k210
