#include "host/terminal_speed.hpp"

#include <asm/termbits.h>
#include <sys/ioctl.h>

namespace k210 {

std::uint32_t terminal_speed(int fd) {
    termios2 settings{};
    return ::ioctl(fd, TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}

}  // namespace k210
