// Damaged snapshots: each is refused whole, or gives a machine that runs, saves and can be restored again.
#include <array>
#include <cstdlib>
#include <memory>

#include "app/builtin_demo.hpp"
#include "app/demo_camera.hpp"
#include "fuzz/fuzz_machine.hpp"
#include "k210/base/error.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_image.hpp"

namespace {

using namespace k210;

struct Silent final : SerialSink {
    void receive(std::uint8_t) override {}
};

struct Demo {
    const Board& board = find_board("maix_bit");
    Log log;
    app::DemoCamera camera;
    Silent console;
    std::unique_ptr<Machine> machine;
    std::vector<Snapshot> snapshots;  // from many parts of its work

    Demo() {
        log.set_level(LogLevel::off);
        FlashImage flash(board.storage_bytes("flash"));
        auto program = load_firmware(app::demo_firmware(), "demo", flash);
        machine = std::make_unique<Machine>(MachineConfig{.board = board,
                                                          .flash = std::move(flash).release(),
                                                          .program = std::move(program),
                                                          .camera = camera,
                                                          .console = console},
                                            log);
        for (int i = 0; i < 6; ++i) {
            machine->run_until(after(machine->now(), ps_from_us(23'457)));
            snapshots.push_back(machine->save());
        }
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static Demo demo;
    FuzzInput input(bytes, size);
    Snapshot snapshot = demo.snapshots[input.below(6)];
    for (std::uint32_t n = 1 + input.below(4); n; --n) damage_piece(snapshot, input);
    demo.machine->restore(demo.snapshots[0]);
    try {
        demo.machine->restore(snapshot);
    } catch (const InputError&) {
        expect_same("after a refusal", demo.snapshots[0], demo.machine->save());
        return 0;
    }
    const SimTime end = after(demo.machine->now(), ps_from_us(500));
    if (demo.machine->run_until(end) == StopReason::time_reached && demo.machine->now() < end) std::abort();
    demo.machine->first_port<Display>()->picture();
    demo.machine->crash_report();
    demo.machine->counters();
    const Snapshot later = demo.machine->save();
    demo.machine->restore(later);
    return 0;
}
