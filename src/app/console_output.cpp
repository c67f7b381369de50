#include "app/console_output.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace k210::app {

void ConsoleOutput::receive(std::uint8_t byte) {
    if (repeated_) {
        --repeated_;
        return;
    }
    pending_ += static_cast<char>(byte);
    inside_line_ = place_ != Place::apart && byte != '\n';
    if (!inside_line_ && !messages_.empty()) {
        write();
        tell_messages();
    }
    if (transcript_.add(byte)) verdict_();
}

void ConsoleOutput::look(SimTime now) {
    write();
    if (messages_.empty()) return;
    if (!waiting_) {
        waiting_ = true;
        waiting_since_ = now;
    } else if (now >= after(waiting_since_, kLinePatiencePs)) {
        finish();
    }
}

void ConsoleOutput::message(std::string_view line) {
    messages_ += line;
    if (inside_line_) return;
    write();
    tell_messages();
}

void ConsoleOutput::finish() {
    write();
    tell_(line_end());
    inside_line_ = false;
    tell_messages();
}

void ConsoleOutput::write() {
    if (!pending_.empty()) console_.write(pending_);
    pending_.clear();
}

void ConsoleOutput::tell_messages() {
    waiting_ = false;
    if (!messages_.empty()) tell_(messages_);
    messages_.clear();
}

ConsoleOutput::Place place_of_standard_streams() {
    struct stat out, err;
    const bool one = ::fstat(STDOUT_FILENO, &out) == 0 && ::fstat(STDERR_FILENO, &err) == 0 &&
                     out.st_dev == err.st_dev && out.st_ino == err.st_ino;
    return one ? ConsoleOutput::Place::one : ConsoleOutput::Place::together;
}

}  // namespace k210::app
