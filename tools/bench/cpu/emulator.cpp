#include "emulator.hpp"

#include "k210/base/error.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"
#include "stopwatch.hpp"

namespace k210::bench {
namespace {

struct Nobody final : SerialSink {
    void receive(std::uint8_t) override {}
};

}  // namespace

EmulatorRun time_emulator(const GuestWork& work) {
    Log log;
    TestChartCamera camera;
    Nobody console;
    const Program program{.segments = {{kProgramBase, guest_image(work)}}};
    Machine machine(
        {.board = find_board("maix_bit"), .flash = {}, .program = program, .camera = camera, .console = console}, log);
    const Stopwatch stopwatch;
    if (machine.run_until(SimTime::never()) != StopReason::idle) throw InputError(machine.crash_report());
    const double taken = stopwatch.seconds();
    const MachineCounters counters = machine.counters();
    return {taken, counters.harts[0].instructions + counters.harts[1].instructions};
}

}  // namespace k210::bench
