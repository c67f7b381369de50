#include "host/pty_console.hpp"

#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#include "host/terminal_speed.hpp"
#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kLeastMeantBaud = 115'200;

}  // namespace

PtyConsole::PtyConsole() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    char path[PATH_MAX];
    if (!master_.valid() || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
        ::ptsname_r(master_.get(), path, sizeof path) != 0)
        throw InputError(std::generic_category().message(errno));
    path_ = path;
    // Opened once, so that programs like cat find it raw, and closed, so that the master can tell whether anybody is
    // there.
    const FileDescriptor slave(::open(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios mode{};
    if (!slave.valid() || ::tcgetattr(slave.get(), &mode) != 0)
        throw InputError(fmt::format("{}: {}", path_, std::generic_category().message(errno)));
    ::cfmakeraw(&mode);
    ::tcsetattr(slave.get(), TCSANOW, &mode);
    speed_ = terminal_speed(master_.get());
    bind_lines();
}

// A name of the abstract kind leaves no file behind. Without the socket there are just no lines.
void PtyConsole::bind_lines() {
    datagrams_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "k210emu" + path_;
    text.copy(name.sun_path + 1, sizeof name.sun_path - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (::bind(datagrams_.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0) datagrams_.reset();
}

// Each says how both lines are now.
void PtyConsole::hear_lines() {
    const auto now = std::chrono::steady_clock::now();
    char state = 0;
    while (datagrams_.valid() && ::recv(datagrams_.get(), &state, 1, MSG_PEEK) == 1) {
        const bool dtr = state & 1, rts = state & 2;
        if (dtr != dtr_ && !changed_.set_dtr(dtr, now)) break;
        dtr_ = dtr;
        if (rts != rts_ && !changed_.set_rts(rts, now)) break;
        rts_ = rts;
        lines_heard_ = true;
        ::recv(datagrams_.get(), &state, 1, 0);
    }
    const std::uint32_t speed = terminal_speed(master_.get());
    if (speed != speed_ && (lines_heard_ ? speed != 0 : speed >= kLeastMeantBaud)) changed_.set_baud(speed);
    speed_ = speed;
}

std::optional<LineChange> PtyConsole::take_line_change() {
    hear_lines();
    return changed_.take(std::chrono::steady_clock::now(), false);
}

void PtyConsole::write(std::string_view bytes) {
    pending_.add(bytes);
    flush();
}

void PtyConsole::flush() {
    if (poll_now(master_.get(), POLLOUT) & POLLHUP) return pending_.clear();
    pending_.flush([this](const char* data, std::size_t size) { return ::write(master_.get(), data, size); });
}

std::size_t PtyConsole::read(std::span<std::uint8_t> bytes) {
    flush();
    hear_lines();
    if (changed_.any()) return 0;  // that comes first
    const ssize_t got = ::read(master_.get(), bytes.data(), bytes.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace k210
