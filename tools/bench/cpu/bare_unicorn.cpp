// In the emulator one file knows Unicorn. This one knows it too, because it measures the engine without the emulator.
#include "bare_unicorn.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <unicorn/unicorn.h>

#include "k210/base/error.hpp"
#include "k210/loader/program.hpp"
#include "stopwatch.hpp"

namespace k210::bench {
namespace {

void check(uc_err error, const char* what) {
    if (error != UC_ERR_OK) throw InputError(fmt::format("Unicorn: {}: {}", what, uc_strerror(error)));
}

struct BlockCosts {
    struct Cost {
        std::uint64_t pc, cycles;
    };
    std::array<Cost, 4096> table{};
    std::uint64_t cycles = 0, deadline = ~0ull;
};

void do_nothing(uc_engine*, std::uint64_t, std::uint32_t, void*) {}

void count_block(uc_engine* engine, std::uint64_t pc, std::uint32_t size_bytes, void* context) {
    BlockCosts& costs = *static_cast<BlockCosts*>(context);
    BlockCosts::Cost& cost = costs.table[pc / 2 % costs.table.size()];
    if (cost.pc != pc) cost = {pc, size_bytes / 2};
    if (costs.cycles >= costs.deadline) uc_emu_stop(engine);
    costs.cycles += cost.cycles;
}

}  // namespace

double time_bare_unicorn(const GuestWork& work, BlockHook hook) {
    const std::vector<std::uint8_t> image = guest_image(work);
    uc_engine* opened = nullptr;
    check(uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &opened), "open");
    const std::unique_ptr<uc_engine, decltype(&uc_close)> engine(opened, &uc_close);
    check(uc_mem_map(engine.get(), kProgramBase, kProgramMemoryBytes, UC_PROT_ALL), "memory");
    check(uc_mem_write(engine.get(), kProgramBase, image.data(), image.size()), "program");
    BlockCosts costs;
    uc_hook added = 0;
    if (hook != BlockHook::none) {
        const auto callback = hook == BlockHook::empty ? do_nothing : count_block;
        check(uc_hook_add(engine.get(), &added, UC_HOOK_BLOCK, reinterpret_cast<void*>(callback), &costs, 1, 0),
              "block hook");
    }
    const Stopwatch stopwatch;
    check(uc_emu_start(engine.get(), kProgramBase, 0, 0, 0), "run");  // returns from the program's last WFI
    return stopwatch.seconds();
}

}  // namespace k210::bench
