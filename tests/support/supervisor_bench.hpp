// A hart with page tables, and code for its lower modes. Everything lies in RAM:
//   0 machine code, 0x1000 the machine's handler, 0x2000 constants, 0x3000 the supervisor's handler, 0x4000 the code to
//   run, from 0x5000 on tables and pages.
#pragma once
#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {

enum Mode : unsigned { kUser = 0, kSupervisor = 1, kMachine = 3 };

// The versions before do not have them as the chip does.
inline bool engine_has_modes() {
    for (const char* old : {"Unicorn 2.0", "Unicorn 2.1.0", "Unicorn 2.1.1"})
        if (cpu_engine_version().starts_with(old)) return false;
    return true;
}

struct SupervisorBench : HartBench {
    static constexpr std::uint32_t kConstants = 0x2000, kSupervisorHandler = 0x3000, kInMode = 0x4000;

    explicit SupervisorBench(bool skip_idle_loops, TimingModel timing = TimingModel::instructions)
        : hart(make(0, timing, nullptr, skip_idle_loops)) {
        using namespace rvasm;
        // a1 and a2 count the supervisor's and the machine's traps; the handlers stay where they are.
        put_supervisor_handler({addi(a1, a1, 1), j(0)});
        put(0x1000, {addi(a2, a2, 1), j(0)});
    }

    std::unique_ptr<Hart> hart;
    std::uint64_t delegated_exceptions = 0, delegated_interrupts = 0, raised_interrupts = 0, enabled_interrupts = 0;
    std::pair<unsigned, std::uint64_t> counters = {rvasm::mucounteren, 0};  // a CSR that enables them, and its value
    std::uint64_t root_page = 0, more_mstatus = 0;

    void put_supervisor_handler(std::initializer_list<std::uint32_t> code) { put(kSupervisorHandler, code); }
    static constexpr std::uint64_t in_mode(unsigned instruction) { return kRam + kInMode + 4 * instruction; }
    std::uint64_t x(const char* name) { return saved(*hart, name); }

    // Resets the hart, and runs `code` in that mode with interrupts off, from its physical address or from `pc`.
    void run_in(Mode mode, const std::vector<std::uint32_t>& code, std::uint64_t pc = kRam + kInMode) {
        for (std::size_t i = 0; i < code.size(); ++i) put(kInMode + 4 * static_cast<std::uint32_t>(i), {code[i]});
        hart->reset(kRam);
        start(mode, pc);
    }
    void run_in_again(Mode mode) {
        hart->reset(kRam);
        hart->set_interrupt(Interrupt::timer, true);
        start(mode, kRam + kInMode);
    }
    void run(std::uint64_t cycles) { run_to_cycle(bench.clock.cycle_at(hart->local_now()) + cycles, *hart); }

private:
    void start(Mode mode, std::uint64_t pc) {
        using namespace rvasm;
        const std::array<std::pair<unsigned, std::uint64_t>, 10> csrs{{{mtvec, kRam + 0x1000},
                                                                       {stvec, kRam + kSupervisorHandler},
                                                                       {medeleg, delegated_exceptions},
                                                                       {mideleg, delegated_interrupts},
                                                                       {mip, raised_interrupts},
                                                                       {mie, enabled_interrupts},
                                                                       counters,
                                                                       {sptbr, root_page},
                                                                       {mepc, pc},
                                                                       {mstatus, more_mstatus | mode << 11}}};
        std::uint32_t at = 0;
        const auto emit = [&](std::uint32_t insn) {
            put(at, {insn});
            at += 4;
        };
        emit(auipc(t0, kConstants >> 12));
        for (std::size_t i = 0; i < csrs.size(); ++i) {
            std::memcpy(&ram.bytes()[kConstants + 8 * i], &csrs[i].second, 8);
            emit(ld(t1, static_cast<int>(8 * i), t0));
            emit(csrw(csrs[i].first, t1));
        }
        emit(mret);
        ram.wrote(0, ram.size_bytes());
        run(2000);
    }
};

}  // namespace k210
