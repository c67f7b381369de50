#include "app/console_output.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace k210::app {

void ConsoleOutput::receive(std::uint8_t byte) {
    const char c = static_cast<char>(byte);
    if (said_.size() < kRememberedBytes) said_ += c;
    if (!is_repeated(c)) show(c);
}

void ConsoleOutput::show(char c) {
    pending_ += c;
    last_shown_ = c;
    inside_line_ = place_ != Place::apart && c != '\n';
    if (!inside_line_ && !messages_.empty()) {
        write();
        tell_messages();
    }
}

void ConsoleOutput::start_over() {
    finish();
    repeated_ = said_;
    said_.clear();
}

bool ConsoleOutput::is_repeated(char c) {
    if (repeated_.empty()) return false;
    if (repeated_.front() == c) {
        repeated_.erase(0, 1);
        return true;
    }
    // Another text: from the line on in which it begins, which the last of said_ is in.
    repeated_.clear();
    if (last_shown_ != '\n') show('\n');
    const std::string_view before = std::string_view(said_).substr(0, said_.size() - 1);
    for (const char earlier : before.substr(before.rfind('\n') + 1)) show(earlier);
    return false;
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
