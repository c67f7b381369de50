// Preloaded into a program that opens k210emu's pseudo-terminal: DTR and RTS, which a pseudo-terminal does not have, go
// to the emulator as datagrams, to a socket named after the terminal. On any other device nothing changes.
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include <dlfcn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using Ioctl = int (*)(int, unsigned long, void*);

constexpr int kInputs = TIOCM_CTS | TIOCM_DSR;  // what the emulator's end asserts
int lines = 0;                                  // what this program asserts; one port a program

// True: the emulator that owns this terminal has it.
bool tell_emulator(int fd, int asserted) {
    char link[32];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    constexpr std::size_t kPrefix = sizeof "k210emu" - 1;
    std::memcpy(to.sun_path + 1, "k210emu", kPrefix);
    const ssize_t length = ::readlink(link, to.sun_path + 1 + kPrefix, sizeof to.sun_path - 1 - kPrefix);
    if (length <= 0 || std::strncmp(to.sun_path + 1 + kPrefix, "/dev/pts/", 9) != 0) return false;
    const int datagrams = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (datagrams < 0) return false;
    const char state = static_cast<char>((asserted & TIOCM_DTR ? 1 : 0) | (asserted & TIOCM_RTS ? 2 : 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + kPrefix + length);
    const bool told = ::sendto(datagrams, &state, 1, 0, reinterpret_cast<const sockaddr*>(&to), size) == 1;
    ::close(datagrams);
    return told;
}

}  // namespace

extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
    std::va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    static const auto real = reinterpret_cast<Ioctl>(::dlsym(RTLD_NEXT, "ioctl"));
    int wanted = lines;
    switch (request) {
        case TIOCMGET: break;
        case TIOCMSET: wanted = *static_cast<int*>(argument); break;
        case TIOCMBIS: wanted |= *static_cast<int*>(argument); break;
        case TIOCMBIC: wanted &= ~*static_cast<int*>(argument); break;
        default: return real(fd, request, argument);
    }
    if (!tell_emulator(fd, wanted)) return real(fd, request, argument);
    lines = wanted & (TIOCM_DTR | TIOCM_RTS);
    if (request == TIOCMGET) *static_cast<int*>(argument) = lines | kInputs;
    return 0;
}
