// The far ends of UART1 to UART3, as --uart1 and its relatives name them.
#pragma once
#include <deque>
#include <string>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/bus/wires.hpp"
#include "k210/host/console.hpp"
#include "k210/machine/machine.hpp"

namespace k210::app {

class UartEnds {
public:
    explicit UartEnds(const RunOptions& options);  // throws InputError

    void connect(Machine& machine);
    void start_over();  // the guest will say the same again
    void begin();       // what they replace is gone from here on
    // Writes what the guest has sent, and hands it what has come. True: something has.
    bool look(Machine& machine);
    void finish(Outputs& outputs);

    bool interactive() const;  // somebody may be there

private:
    struct End final : SerialSink {
        End(std::string_view its_option, std::string its_name, std::string_view spec)
            : option(its_option), name(std::move(its_name)), far(make_console(spec, its_option, name)) {}
        void receive(std::uint8_t byte) override;
        void write();

        std::string_view option;
        std::string name;  // of the machine's port
        std::unique_ptr<Console> far;
        std::string pending;
        std::uint64_t heard = 0, repeated = 0;  // bytes; the second are still to be heard once more
    };
    std::deque<End> ends_;  // do not move
};

}  // namespace k210::app
