// gdb's remote serial protocol on a TCP port, for a session that somebody else steps.
//
//     GdbServer server("1234", host);
//     for (;;) {
//         for (server.look(); server.holds(); server.look()) server.wait();   // guest time stands still
//         session.step();
//         if (server.stopped()) continue;
//     }
//
// The guest is held until a debugger has come and lets it go on, and runs on when the debugger leaves.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "debug/gdb_session.hpp"
#include "debug/monitor.hpp"
#include "debug/packets.hpp"
#include "host/tcp_link.hpp"

namespace k210::debug {

class GdbServer {
public:
    // "[HOST:]PORT", on the loopback interface without a host. Throws InputError when that cannot be had.
    GdbServer(std::string_view spec, MonitorHost host);

    std::string address() const;  // for gdb's `target remote`

    void look();        // answers what has come
    void wait() const;  // until something comes, or a moment has passed
    bool holds() const { return session_.holds(); }
    bool killed() const { return session_.killed(); }
    // To be asked after each step of the session: whether a hart has been stopped.
    bool stopped();
    void crashed();  // the guest has, and a debugger may look at it while holds()
    void machine_made(Machine& machine) const { session_.machine_made(machine); }
    void ended(int status);

private:
    void answer(const PacketReader::Received& received);
    void send(std::string_view payload);
    bool interrupted();

    const MonitorHost host_;
    GdbSession session_;
    PacketReader reader_;
    TcpLink link_;
    std::uint64_t clients_ = 0;  // that have been met
    bool connected_ = false;     // the last of them is there
    bool acknowledges_ = true;
};

}  // namespace k210::debug
