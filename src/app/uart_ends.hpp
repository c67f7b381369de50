// The far ends of UART1 to UART3, as --uart1 and its relatives name them.
#pragma once
#include <array>
#include <deque>
#include <string>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/bus/wires.hpp"
#include "k210/host/console.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

class UartEnds {
public:
    explicit UartEnds(const RunOptions& options);  // throws InputError

    std::array<SerialSink*, 3> sinks();  // by the number of their UART, less one; nullptr where nobody hears
    void start_over();                   // the guest will say the same again
    void begin();                        // what they replace is gone from here on
    // Writes what the guest has sent, and hands it what has come.
    void look(Session& session);
    void finish(Outputs& outputs);

    bool interactive() const;  // somebody may be there

private:
    struct End final : SerialSink {
        End(std::size_t its_uart, std::string_view spec);
        void receive(std::uint8_t byte) override;
        void write();

        std::size_t uart;  // 0 is uart1
        std::string_view option;
        std::string name;  // of the machine's port
        std::unique_ptr<Console> far;
        std::string pending;
        std::uint64_t heard = 0, repeated = 0;  // bytes; the second are still to be heard once more
    };
    std::deque<End> ends_;  // do not move
};

}  // namespace k210::app
