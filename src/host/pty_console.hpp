// The console as a pseudo-terminal that any terminal program can open.
//
// The rate that a program sets is followed where somebody must have meant it: 9600, say, is what terminal programs set
// when they are told nothing.
//
// A pseudo-terminal has no DTR and RTS. A program into which tools/modem_lines is preloaded sends them as datagrams to
// a socket named after the terminal; from then on every rate that it sets is followed.
#pragma once
#include <cstdint>
#include <string>

#include "base/file_descriptor.hpp"
#include "host/pending_output.hpp"
#include "host/settling_lines.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class PtyConsole final : public Console {
public:
    PtyConsole();  // throws InputError when the system has none left

    void write(std::string_view bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::optional<LineChange> take_line_change() override;
    bool interactive() const override { return true; }
    std::string address() const override { return path_; }

private:
    void flush();
    void bind_lines();
    void hear_lines();

    FileDescriptor master_, datagrams_;
    std::string path_;
    PendingOutput pending_;
    SettlingLines changed_;
    bool dtr_ = false, rts_ = false;
    std::uint32_t speed_ = 0;  // as last seen
    bool lines_heard_ = false;
};

}  // namespace k210
