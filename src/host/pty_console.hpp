// The console as a pseudo-terminal that any terminal program can open.
#pragma once
#include <string>

#include "base/file_descriptor.hpp"
#include "host/pending_output.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class PtyConsole final : public Console {
public:
    PtyConsole();  // throws InputError when the system has none left

    void write(std::string_view bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    bool interactive() const override { return true; }
    std::string address() const override { return path_; }

private:
    void flush();

    FileDescriptor master_;
    std::string path_;
    PendingOutput pending_;
};

}  // namespace k210
