#include "host/pty_console.hpp"

#include <climits>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>

#include "k210/base/error.hpp"

namespace k210 {

PtyConsole::PtyConsole() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    char path[PATH_MAX];
    if (!master_.valid() || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
        ::ptsname_r(master_.get(), path, sizeof path) != 0)
        throw InputError(fmt::format("--serial pty: {}", std::generic_category().message(errno)));
    path_ = path;
    // Opened once, so that programs like cat find it raw, and closed, so that the master can tell whether anybody is
    // there.
    const FileDescriptor slave(::open(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios mode{};
    if (!slave.valid() || ::tcgetattr(slave.get(), &mode) != 0)
        throw InputError(fmt::format("--serial pty: {}: {}", path_, std::generic_category().message(errno)));
    ::cfmakeraw(&mode);
    ::tcsetattr(slave.get(), TCSANOW, &mode);
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
    const ssize_t got = ::read(master_.get(), bytes.data(), bytes.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace k210
