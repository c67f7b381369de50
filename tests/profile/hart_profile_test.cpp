// Whose cycles are whose, from what a hart tells.
#include "profile/hart_profile.hpp"

#include <cstring>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "profile/naming.hpp"
#include "profile/timeline.hpp"
#include "support/device_bench.hpp"
#include "support/elf_with_symbols.hpp"
#include "support/rv_asm.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kMain = 0x8000'0000, kLoop = 0x8000'0100, kHandler = 0x8000'0200, kFunction = 0x8000'0300;
constexpr std::uint64_t kTimer = 1ull << 63 | 7, kExternal = 1ull << 63 | 11, kEcall = 11;
constexpr unsigned kDvp = 24, kKpu = 25;  // PLIC sources

struct HartProfileTest : testing::Test {
    DeviceBench bench;
    Memory ram{"ram", 0x1000};
    Bus bus{bench.log};
    Naming naming;
    Timeline timeline;
    HartProfile hart{"hart 0", &timeline, naming};
    std::uint64_t cycle = 0;

    HartProfileTest() {
        bus.map(ram, kMain);
        for (std::size_t i = 0; i < 0x1000; i += 4) put(kMain + i, rvasm::nop);
        hart.attached(bench.clock, bus);
        hart.reset();
        hart.resume(0);
    }
    void put(std::uint64_t address, std::uint32_t insn) { std::memcpy(&ram.bytes()[address - kMain], &insn, 4); }
    void run(std::uint64_t pc, std::uint64_t cycles) {  // a block of four bytes
        hart.block(pc, 4, cycle);
        cycle += cycles;
    }
    void poll(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycles) {
        hart.block(pc, 4, cycle);
        cycle += cycles;
        hart.waited_in_loop(pc, reads, cycle);
    }
    void finish() {
        hart.pause(cycle);
        hart.finish(bench.clock.time_of(cycle));
        timeline.finish(bench.clock.time_of(cycle));
    }

    std::uint64_t code_cycles(std::uint64_t pc) const {
        std::uint64_t all = 0;
        for (const CodeTime& code : hart.code())
            if (code.pc == pc) all += code.cycles;
        return all;
    }
    std::uint64_t cycles_of(const Context& context) const {
        std::uint64_t all = 0;
        for (const CodeTime& code : hart.code())
            if (hart.contexts()[code.context].context == context) all += code.cycles;
        for (const WaitTime& wait : hart.waits())
            if (hart.contexts()[wait.context].context == context) all += wait.cycles;
        return all;
    }
    std::uint64_t total_ps() const {
        std::uint64_t all = 0;
        for (const CodeTime& code : hart.code()) all += code.time_ps;
        for (const WaitTime& wait : hart.waits()) all += wait.time_ps;
        return all;
    }
    std::vector<std::string> shown(std::string_view name) const {
        std::vector<std::string> names;
        for (const Timeline::Track& track : timeline.tracks())
            if (track.name == name)
                for (const Timeline::Span& span : track.spans)
                    if (span.end > span.begin) names.push_back(*span.name);
        return names;
    }
};

TEST_F(HartProfileTest, CyclesBelongToTheBlockThatRan) {
    run(kMain, 10);
    run(kFunction, 5);
    run(kMain, 10);
    finish();
    EXPECT_EQ(code_cycles(kMain), 20u);
    EXPECT_EQ(code_cycles(kFunction), 5u);
}

TEST_F(HartProfileTest, ABlockThatIsToldTwiceRanOnce) {
    hart.block(kMain, 4, cycle);
    run(kMain, 10);
    finish();
    EXPECT_EQ(code_cycles(kMain), 10u);
}

TEST_F(HartProfileTest, TurnsOfOthersCountForNobody) {
    run(kMain, 10);
    hart.pause(cycle);
    cycle += 1000;
    hart.resume(cycle);
    run(kMain, 10);
    finish();
    EXPECT_EQ(code_cycles(kMain), 20u);
}

TEST_F(HartProfileTest, TimeIsSharedOutToThePicosecond) {
    bench.clock.set_hz({}, 333'333'333);
    for (unsigned i = 0; i < 100; ++i) run(kMain + i * 4, 1 + i);
    hart.pause(cycle);
    const SimTime changed = bench.clock.time_of(cycle);
    bench.clock.set_hz(changed, 12'345'679);
    hart.clock_changed(changed);
    hart.resume(cycle);
    for (unsigned i = 0; i < 100; ++i) run(kMain + i * 4, 7);
    hart.pause(cycle);
    const SimTime end{bench.clock.time_of(cycle).ps + 1};
    hart.finish(end);
    EXPECT_EQ(total_ps(), end.ps);
}

TEST_F(HartProfileTest, FrequenciesWeighCycles) {
    bench.clock.set_hz({}, 100'000'000);
    run(kMain, 100);
    hart.pause(cycle);
    bench.clock.set_hz(bench.clock.time_of(100), 1'000'000);
    hart.clock_changed(bench.clock.time_of(100));
    hart.resume(cycle);
    run(kFunction, 100);
    finish();
    for (const CodeTime& code : hart.code()) {
        if (code.pc == kMain) { EXPECT_EQ(code.time_ps, ps_from_us(1)); }
        if (code.pc == kFunction) { EXPECT_EQ(code.time_ps, ps_from_us(100)); }
    }
}

TEST_F(HartProfileTest, WaitingLoopsCountFromTheFirstSkipToTheLastRound) {
    run(kMain, 10);
    poll(kLoop, {.counter = true}, 1000);
    run(kLoop, 3);  // a round of it
    run(kLoop + 4, 3);
    poll(kLoop, {.counter = true}, 500);
    for (unsigned i = 0; i < 20; ++i) run(kFunction + i * 4, 2);
    finish();
    ASSERT_EQ(hart.waits().size(), 1u);
    EXPECT_EQ(hart.waits()[0].cycles, 1506u);
    EXPECT_EQ(hart.waits()[0].times, 1u);
    EXPECT_EQ(hart.waits()[0].name, "delay");
    EXPECT_EQ(code_cycles(kLoop), 0u);
    EXPECT_EQ(code_cycles(kFunction), 2u);
    EXPECT_EQ(shown("hart 0"), (std::vector<std::string>{"running", "delay", "running"}));
}

TEST_F(HartProfileTest, NamesWhatALoopLooksAt) {
    poll(kLoop, {.counter = true, .memory = 0x8000'0800}, 10);
    run(kMain, 1);
    poll(kFunction, {.device = 0x5044'0018}, 10);
    finish();
    ASSERT_EQ(hart.waits().size(), 2u);
    EXPECT_EQ(hart.waits()[0].name, "poll of 0x80000800, with a deadline");
    EXPECT_EQ(hart.waits()[1].name, "poll of 0x50440018");
}

TEST_F(HartProfileTest, DataHasItsNameUnderBothAliasesOfMemory) {
    ElfWithSymbols elf;
    elf.add("main", kMain, 4, STT_FUNC, kText);
    elf.add("flags", 0x8000'0800, 16, STT_OBJECT, kData);
    const Naming named(SymbolTable(elf.bytes(), "a.elf"));
    EXPECT_EQ(named.data(0x8000'0800, bus), "flags");
    EXPECT_EQ(named.data(0x8000'0808, bus), "flags+0x8");
    EXPECT_EQ(named.data(0x4000'0800, bus), "flags");
    EXPECT_EQ(named.data(0x4000'0808, bus), "flags+0x8");
}

TEST_F(HartProfileTest, ALoopThatLooksAtMemoryHereAndThereIsCalledSo) {
    poll(kLoop, {.memory = 0x8000'0800}, 10);
    run(kMain, 1);
    for (unsigned i = 0; i < 20; ++i) run(kFunction + i * 4, 2);
    poll(kLoop, {.counter = true, .memory = 0x8000'0900}, 10);
    finish();
    ASSERT_EQ(hart.waits().size(), 1u);
    EXPECT_EQ(hart.waits()[0].name, "poll of memory, with a deadline");
}

TEST_F(HartProfileTest, SleepIsWaiting) {
    run(kMain, 1);
    cycle += 99;
    hart.slept(cycle);
    cycle += 100;
    hart.slept(cycle);
    run(kFunction, 5);
    finish();
    ASSERT_EQ(hart.waits().size(), 1u);
    EXPECT_EQ(hart.waits()[0].name, "WFI");
    EXPECT_EQ(hart.waits()[0].times, 1u);
    EXPECT_EQ(code_cycles(kFunction), 5u);
    EXPECT_EQ(total_ps(), bench.clock.time_of(205).ps);
}

TEST_F(HartProfileTest, AnInterruptCountsForItsSourceFromItsFirstCycle) {
    run(kMain, 10);
    hart.trapped(kExternal, kHandler, cycle);
    cycle += 4;
    run(kHandler, 6);
    run(kHandler + 4, 5);
    hart.claimed(kDvp, bench.clock.time_of(cycle));
    run(kHandler + 8, 5);
    hart.block(kMain, 4, cycle);
    hart.returned(cycle);
    cycle += 10;
    finish();
    EXPECT_EQ(cycles_of({TrapKind::external, kDvp}), 20u);
    EXPECT_EQ(cycles_of({}), 20u);
    EXPECT_EQ(shown("hart 0 traps"), std::vector<std::string>{"dvp"});
    EXPECT_EQ(shown("hart 0"), (std::vector<std::string>{"running", "dvp", "running"}));
}

TEST_F(HartProfileTest, InterruptsInInterruptsEndInOrder) {
    run(kMain, 10);
    hart.trapped(kExternal, kHandler, cycle);
    run(kHandler, 5);
    hart.claimed(kKpu, bench.clock.time_of(cycle));
    run(kHandler + 4, 5);
    hart.trapped(kTimer, kHandler, cycle);
    run(kHandler, 7);
    hart.block(kHandler + 4, 4, cycle);
    hart.returned(cycle);
    cycle += 5;
    hart.block(kMain, 4, cycle);
    hart.returned(cycle);
    cycle += 10;
    finish();
    EXPECT_EQ(cycles_of({TrapKind::external, kKpu}), 15u);
    EXPECT_EQ(cycles_of({TrapKind::timer}), 7u);
    EXPECT_EQ(cycles_of({}), 20u);
    EXPECT_EQ(shown("hart 0 traps"), std::vector<std::string>{"kpu"});
    EXPECT_EQ(shown("hart 0 traps in traps"), std::vector<std::string>{"timer interrupt"});
}

TEST_F(HartProfileTest, AnInterruptThatNobodyClaimsIsStillOne) {
    run(kMain, 10);
    hart.trapped(kExternal, kHandler, cycle);
    run(kHandler, 5);
    hart.block(kMain, 4, cycle);
    hart.returned(cycle);
    finish();
    EXPECT_EQ(cycles_of({TrapKind::external, 0}), 5u);
}

TEST_F(HartProfileTest, WaitingInATrapCountsForIt) {
    hart.trapped(kEcall, kHandler, cycle);
    poll(kLoop, {.counter = true}, 100);
    hart.block(kMain, 4, cycle);
    hart.returned(cycle);
    finish();
    EXPECT_EQ(cycles_of({TrapKind::exception, 11}), 100u);
}

TEST_F(HartProfileTest, FunctionsBeginWhereCallsLead) {
    put(kMain, 0x2000'00ef);  // jal ra
    run(kMain, 1);
    run(kFunction, 1);
    run(kFunction + 0x10, 1);
    run(kMain + 4, 1);
    finish();
    Functions functions(naming);
    functions.add(hart.code());
    EXPECT_EQ(functions.entry(kFunction + 0x10), kFunction);
    EXPECT_EQ(functions.name(kFunction + 0x12), "0x80000300");
    EXPECT_EQ(functions.entry(kMain), kMain);
}

// [doc] RISC-V user-level ISA, table 2.1
TEST_F(HartProfileTest, BothLinkRegistersMakeACallAndNoOtherDoes) {
    for (const auto& [link, call] : {std::pair{rvasm::ra, true}, std::pair{rvasm::t0, true},
                                     std::pair{rvasm::t1, false}, std::pair{rvasm::zero, false}}) {
        HartProfile other("hart 0", nullptr, naming);
        other.attached(bench.clock, bus);
        put(kMain, rvasm::jal(link, 0x300));
        other.resume(0);
        other.block(kMain, 4, 0);
        other.block(kFunction, 4, 1);
        other.block(kFunction + 0x10, 4, 2);
        other.pause(3);
        Functions functions(naming);
        functions.add(other.code());
        EXPECT_EQ(functions.entry(kFunction + 0x10), call ? kFunction : kFunction + 0x10) << link;
    }
}

TEST_F(HartProfileTest, OnePcInTwoAddressSpacesIsTwoPiecesOfCode) {
    for (const std::uint64_t place : {kMain, kFunction, kMain}) {
        hart.block({0x1000, place}, 4, cycle);
        cycle += place == kMain ? 10 : 100;
    }
    finish();
    std::map<std::uint64_t, std::uint64_t> cycles;
    for (const CodeTime& code : hart.code())
        if (code.pc == 0x1000) cycles[code.physical_pc] += code.cycles;
    EXPECT_EQ(cycles, (std::map<std::uint64_t, std::uint64_t>{{kMain, 20}, {kFunction, 100}}));
}

TEST_F(HartProfileTest, ThousandsOfBlocksAreEachKnownAgain) {
    constexpr unsigned kBlocks = 10'000;
    for (unsigned round = 0; round < 2; ++round)
        for (unsigned i = 0; i < kBlocks; ++i) run(kMain + 4 * i, 1);
    finish();
    std::set<std::uint64_t> blocks;
    for (const CodeTime& code : hart.code()) EXPECT_TRUE(blocks.insert(code.pc).second) << std::hex << code.pc;
    EXPECT_EQ(code_cycles(kMain), 2u);
    EXPECT_EQ(code_cycles(kMain + 4 * (kBlocks - 1)), 2u);
}

TEST_F(HartProfileTest, ATrapsSpanBeginsWithItAndASecondClaimsWithThatClaim) {
    run(kMain, 10);
    hart.trapped(kExternal, kHandler, cycle);
    run(kHandler, 6);
    hart.claimed(kDvp, bench.clock.time_of(cycle));
    run(kHandler + 4, 5);
    hart.claimed(kKpu, bench.clock.time_of(cycle));  // the handler looks for more
    run(kHandler + 8, 7);
    hart.block(kMain, 4, cycle);
    hart.returned(cycle);
    finish();
    std::vector<std::uint64_t> begins;
    for (const Timeline::Track& track : timeline.tracks())
        if (track.name == "hart 0 traps")
            for (const Timeline::Span& span : track.spans) begins.push_back(bench.clock.cycle_at(span.begin));
    EXPECT_EQ(begins, (std::vector<std::uint64_t>{10, 21}));
    EXPECT_EQ(cycles_of({TrapKind::external, kDvp}), 6u);
    EXPECT_EQ(cycles_of({TrapKind::external, kKpu}), 12u) << "with the block that has claimed it";
}

TEST_F(HartProfileTest, ALoopThatIsNotRoundAgainInSixteenBlocksHasEnded) {
    for (const unsigned blocks : {15u, 18u}) {
        HartProfile other("hart 0", nullptr, naming);
        other.attached(bench.clock, bus);
        other.resume(0);
        other.block(kLoop, 4, 0);
        other.waited_in_loop(kLoop, {.counter = true}, 100);
        std::uint64_t now = 100;
        for (unsigned i = 0; i < blocks; ++i) other.block(kFunction + 4 * i, 4, now++);
        other.block(kLoop, 4, now++);
        other.pause(now);
        other.finish(bench.clock.time_of(now));
        ASSERT_EQ(other.waits().size(), 1u);
        EXPECT_EQ(other.waits()[0].cycles, blocks == 15 ? 115u : 100u) << blocks;
    }
}

}  // namespace
}  // namespace k210::profile
