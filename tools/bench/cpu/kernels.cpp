#include "kernels.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "bare_unicorn.hpp"
#include "emulator.hpp"
#include "k210/cpu/hart.hpp"
#include "qemu.hpp"

namespace k210::bench {
namespace {

constexpr double kTurnSeconds = 0.2;                         // on the bare engine
constexpr std::uint64_t kQemuRounds = 5;                     // times as many, for its start-up to matter less
constexpr double kOneHartWanted = 88, kTwoHartsWanted = 80;  // % of the bare engine

enum Column { kBare, kEmpty, kCounting, kOne, kTwo, kQemu, kColumns };
constexpr const char* kTitles[kColumns] = {"bare", "empty hook", "counting", "one hart", "two harts", "QEMU"};
using Seconds = std::array<double, kColumns>;  // for as many instructions as one hart executes

// As many as take the bare engine about one turn.
GuestWork sized_work(bench_kernel kernel) {
    GuestWork work{.kernel = kernel, .rounds = 64};
    double seconds = 0;
    while ((seconds = time_bare_unicorn(work, BlockHook::none)) < kTurnSeconds / 8) work.rounds *= 2;
    work.rounds = static_cast<std::uint64_t>(std::ceil(static_cast<double>(work.rounds) * kTurnSeconds / seconds));
    return work;
}

struct Result {
    std::uint64_t instructions;
    Seconds seconds;
};

Result contest(const GuestWork& work, int turns, bool with_qemu) {
    Result result{};
    result.seconds.fill(std::numeric_limits<double>::infinity());
    GuestWork two = work, many = work;
    two.harts = 2;
    many.rounds *= kQemuRounds;
    double qemu_start = std::numeric_limits<double>::infinity();
    const auto take = [&](Column column, double seconds) {
        result.seconds[column] = std::min(result.seconds[column], seconds);
    };
    for (int turn = 0; turn < turns; ++turn) {  // in turn, so that a disturbance hits all alike
        take(kBare, time_bare_unicorn(work, BlockHook::none));
        const EmulatorRun one = time_emulator(work);
        result.instructions = one.instructions;
        take(kOne, one.seconds);
        take(kTwo, time_emulator(two).seconds / 2);
        take(kEmpty, time_bare_unicorn(work, BlockHook::empty));
        take(kCounting, time_bare_unicorn(work, BlockHook::counting));
        if (!with_qemu) continue;
        qemu_start = std::min(qemu_start, time_qemu({.kernel = work.kernel}));
        take(kQemu, time_qemu(many));
    }
    if (with_qemu) result.seconds[kQemu] = (result.seconds[kQemu] - qemu_start) / kQemuRounds;
    return result;
}

void print_row(std::string_view name, std::uint64_t instructions, const Seconds& seconds, bool with_qemu) {
    fmt::print("{:<16}", name);
    for (int column = 0; column < (with_qemu ? kColumns : kQemu); ++column) {
        const double mips = static_cast<double>(instructions) / seconds[column] / 1e6;
        fmt::print("{:>8.0f}{:>5.0f}%", mips, seconds[kBare] / seconds[column] * 100);
    }
    fmt::print("\n");
    std::fflush(stdout);
}

}  // namespace

void bench_kernels(int turns, Targets& targets) {
    const auto qemu = qemu_version();
    fmt::print(
        "\nGuest MIPS of CPU time, and the share of what bare {} reaches; two harts in total. Best of {}.\n"
        "Hooks are block hooks of the bare engine: the counting one looks up each block's cost. In the sum, each "
        "kernel\n"
        "takes the bare engine as long.\n",
        cpu_engine_version(), turns);
    if (qemu)
        fmt::print("The last column is {}.\n", *qemu);
    else
        fmt::print("SKIPPED: QEMU (qemu-system-riscv64 of qemu-system-misc is not installed)\n");
    fmt::print("\n{:<16}", "");
    for (int column = 0; column < (qemu ? kColumns : kQemu); ++column) fmt::print("{:>14}", kTitles[column]);
    fmt::print("\n");

    Result all{};
    for (int kernel = 0; kernel < BENCH_KERNELS; ++kernel) {
        const GuestWork work = sized_work(static_cast<bench_kernel>(kernel));
        const Result result = contest(work, turns, qemu.has_value());
        print_row(kernel_name(work.kernel), result.instructions, result.seconds, qemu.has_value());
        all.instructions += result.instructions;
        for (int column = 0; column < kColumns; ++column) all.seconds[column] += result.seconds[column];
    }
    print_row("all", all.instructions, all.seconds, qemu.has_value());
    targets.at_least("one hart, all kernels", all.seconds[kBare] / all.seconds[kOne] * 100, kOneHartWanted,
                     "% of bare");
    targets.at_least("two busy harts, all kernels", all.seconds[kBare] / all.seconds[kTwo] * 100, kTwoHartsWanted,
                     "% of bare");
}

}  // namespace k210::bench
