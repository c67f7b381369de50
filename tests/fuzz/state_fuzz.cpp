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

void damage(Snapshot& snapshot, FuzzInput& input) {
    auto piece = snapshot.begin();
    std::advance(piece, input.below(static_cast<std::uint32_t>(snapshot.size())));
    std::vector<std::uint8_t>& bytes = piece->second;
    if (input.one_in(16)) {
        bytes.resize(input.below(input.one_in(4) ? 100'000 : 32));
        return;
    }
    if (bytes.empty()) return;
    if (bytes.size() != 8) {
        for (std::uint32_t n = 1 + input.below(16); n; --n)
            bytes[input.bits(32) % bytes.size()] = static_cast<std::uint8_t>(input.bits(8));
        return;
    }
    std::uint64_t v = 0;
    for (unsigned i = 8; i-- > 0;) v = v << 8 | bytes[i];
    switch (input.below(6)) {
        case 0: v ^= 1ull << input.below(64); break;
        case 1: v = ~0ull - input.below(4); break;
        case 2: v = input.bits(64); break;
        case 3: v = input.below(256); break;
        case 4: v += input.below(16); break;
        default: v = 1ull << input.below(64); break;
    }
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(v >> (8 * i));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static Demo demo;
    FuzzInput input(bytes, size);
    Snapshot snapshot = demo.snapshots[input.below(6)];
    for (std::uint32_t n = 1 + input.below(4); n; --n) damage(snapshot, input);
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
