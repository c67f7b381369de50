// The console on a TCP port of the loopback interface.
#pragma once
#include <cstdint>
#include <string>

#include "base/file_descriptor.hpp"
#include "host/pending_output.hpp"
#include "k210/host/console.hpp"

namespace k210 {

class TcpConsole final : public Console {
public:
    explicit TcpConsole(std::uint16_t port);  // 0: any; throws InputError when it cannot be had

    void write(std::string_view bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    bool interactive() const override { return true; }
    std::string address() const override;

private:
    bool connected();  // takes the next client when there is none
    void flush();

    FileDescriptor listener_, client_;
    std::uint16_t port_;
    PendingOutput pending_;
};

}  // namespace k210
