// A flashing tool of the user's, run as a program of its own and pointed at a serial line of this one's.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace k210::app {

// The whole command for a tool and its arguments, with `address` as its port unless they name one. A Python script is
// run by `python`, with pyserial's Serial opening RFC 2217 addresses, too; another program as it is.
std::vector<std::string> flashing_command(const std::vector<std::string>& tool, const std::string& python,
                                          const std::string& address);

class FlashingTool {
public:
    // `command`: of flashing_command() without the address, which takes the place of kAddress. Throws InputError when
    // it cannot be started.
    FlashingTool(std::vector<std::string> command, const std::string& address);
    ~FlashingTool();  // ends it
    FlashingTool(const FlashingTool&) = delete;
    FlashingTool& operator=(const FlashingTool&) = delete;

    std::optional<int> ended();  // its exit status; as a shell counts one that a signal has ended
    int wait();

    static constexpr const char* kAddress = "{address}";

private:
    std::optional<int> collect(int options);

    pid_t process_ = -1;
    std::optional<int> status_;
};

}  // namespace k210::app
