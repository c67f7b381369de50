// What a command leaves behind. Every output is tried, whatever became of the others; what fails is told in one line.
#pragma once
#include <string_view>

#include "app/exit_status.hpp"
#include "k210/base/error.hpp"
#include "k210/base/message.hpp"

namespace k210::app {

class Outputs {
public:
    // `write` throws InputError when it fails.
    template <class Write>
    void attempt(Write write) {
        try {
            write();
        } catch (const InputError& failure) { lost(failure.what()); }
    }
    void lost(std::string_view why) {
        tell("k210emu: {}\n", printable(why));
        lose();
    }
    void lose() { lost_ = true; }  // which has been told

    // What a command ends with that would have ended with `status`.
    ExitStatus status(ExitStatus status) const { return lost_ && status == kSuccess ? kOutputLost : status; }

private:
    bool lost_ = false;
};

}  // namespace k210::app
