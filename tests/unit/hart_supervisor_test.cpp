// Supervisor and user mode: delegated traps, their interrupts, and the CSRs that they share with machine mode.
// [doc] RISC-V privileged spec 1.9.1
#include <string>

#include <gtest/gtest.h>

#include "support/rv_asm.hpp"
#include "support/supervisor_bench.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint64_t kSie = 2, kMie = 8, kSpie = 0x20, kMpie = 0x80, kSpp = 0x100, kInterrupt = 1ull << 63;
constexpr std::uint32_t kIllegal = 0xffff'ffff;
constexpr int kSsip = 2, kStip = 0x20;

struct HartSupervisorTest : testing::Test, SupervisorBench {
    HartSupervisorTest() : SupervisorBench(true) {}
    void SetUp() override {
        if (!engine_has_modes()) GTEST_SKIP() << cpu_engine_version();
    }
};

// --- delegation ----------------------------------------------------------------------------------------------------

TEST_F(HartSupervisorTest, ADelegatedExceptionGoesToTheSupervisor) {
    delegated_exceptions = 1 << 2;
    run_in(kUser, {nop, kIllegal});
    EXPECT_EQ(x("a1"), 1u);  // its handler
    EXPECT_EQ(x("scause"), 2u);
    EXPECT_EQ(x("sepc"), in_mode(1));
    EXPECT_EQ(x("mstatus") & (kSpp | kSie), 0u);
    EXPECT_EQ(x("mcause"), 0u);
    EXPECT_EQ(x("privilege"), kSupervisor);
}

TEST_F(HartSupervisorTest, OneThatIsNotDelegatedGoesToTheMachine) {
    delegated_exceptions = ~(1 << 2);
    run_in(kUser, {nop, kIllegal});
    EXPECT_EQ(x("a2"), 1u);
    EXPECT_EQ(x("mcause"), 2u);
    EXPECT_EQ(x("scause"), 0u);
    EXPECT_EQ(x("privilege"), kMachine);
}

TEST_F(HartSupervisorTest, OneOfTheSupervisorsOwnIsDelegatedToIt) {
    delegated_exceptions = 1 << 2;
    run_in(kSupervisor, {csrsi(sstatus, 2), kIllegal});
    EXPECT_EQ(x("a1"), 1u);
    EXPECT_EQ(x("sepc"), in_mode(1));
    EXPECT_EQ(x("mstatus") & (kSpp | kSpie | kSie), kSpp | kSpie);
}

TEST_F(HartSupervisorTest, OneOfTheMachineIsNot) {
    delegated_exceptions = 1 << 2;
    run_in(kMachine, {kIllegal});
    EXPECT_EQ(x("a2"), 1u);
    EXPECT_EQ(x("a1"), 0u);
}

TEST_F(HartSupervisorTest, SretGoesBackWhereTheTrapCameFrom) {
    delegated_exceptions = 1 << 8;
    put_supervisor_handler({csrr(t3, sepc), addi(t3, t3, 4), csrw(sepc, t3), sret});
    run_in(kUser, {ecall, addi(a0, zero, 1), j(0)});
    EXPECT_EQ(x("a0"), 1u);
    EXPECT_EQ(x("privilege"), kUser);
    EXPECT_EQ(x("scause"), 8u);
}

TEST_F(HartSupervisorTest, OnlyExceptionsWithAnAddressWriteIt) {
    delegated_exceptions = 1 << 2 | 1 << 3;
    run_in(kSupervisor, {addi(t3, zero, 9), csrw(stval, t3), kIllegal});
    EXPECT_EQ(x("stval"), 9u);
    run_in(kSupervisor, {ebreak});
    EXPECT_EQ(x("stval"), in_mode(0));
}

TEST_F(HartSupervisorTest, ATrapToTheMachineKeepsWhetherInterruptsOfItsModeWereOn) {
    run_in(kSupervisor, {csrsi(sstatus, 2), ecall});
    EXPECT_EQ(x("mcause"), 9u);
    EXPECT_EQ(x("mstatus") & (kMpie | kMie | kSie), kMpie | kSie);
    run_in(kSupervisor, {csrci(sstatus, 2), ecall});
    EXPECT_EQ(x("mstatus") & (kMpie | kMie | kSie), 0u);
}

TEST_F(HartSupervisorTest, FaultsBelowTheMachineAreNotTold) {
    delegated_exceptions = 1 << 2;
    run_in(kUser, {kIllegal});
    EXPECT_TRUE(bench.log.entries().empty());
}

// --- interrupts ----------------------------------------------------------------------------------------------------

TEST_F(HartSupervisorTest, TheMachineRaisesInterruptsForTheSupervisor) {
    for (const int bit : {kSsip, kStip}) {
        delegated_interrupts = kSsip | kStip;
        raised_interrupts = bit;
        run_in(kSupervisor, {addi(t3, zero, bit), csrw(sie, t3), nop, csrsi(sstatus, 2), nop, j(0)});
        EXPECT_EQ(x("a1"), 1u) << bit;
        EXPECT_EQ(x("scause"), kInterrupt | (bit == kSsip ? 1 : 5));
        EXPECT_GE(x("sepc"), in_mode(4));
    }
}

TEST_F(HartSupervisorTest, WhatIsNotDelegatedTheMachineTakes) {
    raised_interrupts = kSsip;
    enabled_interrupts = kSsip;
    run_in(kSupervisor, {nop, j(0)});
    EXPECT_EQ(x("a2"), 1u);
    EXPECT_EQ(x("mcause"), kInterrupt | 1);
}

TEST_F(HartSupervisorTest, TheSupervisorsInterruptsAreAlwaysOnInUserModeAndOffInTheMachines) {
    delegated_interrupts = raised_interrupts = enabled_interrupts = kSsip;
    run_in(kUser, {nop, j(0)});
    EXPECT_EQ(x("scause"), kInterrupt | 1);
    run_in(kMachine, {csrsi(mstatus, 10), nop, j(0)});
    EXPECT_EQ(x("a1"), 0u);
    EXPECT_EQ(x("a2"), 0u);
}

TEST_F(HartSupervisorTest, TheMachinesInterruptsComeFirst) {
    delegated_interrupts = kSsip | kStip;
    raised_interrupts = kSsip | kStip;
    enabled_interrupts = kSsip | kStip | 0x80;
    run_in(kMachine, {j(0)});
    hart->set_interrupt(Interrupt::timer, true);
    run_in_again(kUser);
    EXPECT_EQ(x("mcause"), kInterrupt | 7);
    EXPECT_EQ(x("scause"), 0u);
}

TEST_F(HartSupervisorTest, SipShowsAndChangesWhatIsDelegatedOnly) {
    delegated_interrupts = kSsip;
    raised_interrupts = kSsip | kStip;
    run_in(kSupervisor,
           {csrr(a0, sip), csrw(sip, zero), csrr(a3, sip), addi(t3, zero, -1), csrw(sip, t3), csrr(a4, sip), ecall});
    EXPECT_EQ(x("a0"), std::uint64_t{kSsip});
    EXPECT_EQ(x("a3"), 0u);
    EXPECT_EQ(x("a4"), std::uint64_t{kSsip});
    EXPECT_EQ(x("raised"), std::uint64_t{kSsip | kStip});
}

TEST_F(HartSupervisorTest, NoExternalInterruptReachesTheSupervisor) {
    run_in(kMachine, {addi(t3, zero, -1), csrw(mip, t3), csrr(a0, mip), j(0)});
    EXPECT_EQ(x("a0"), std::uint64_t{kSsip | kStip});
}

TEST_F(HartSupervisorTest, WfiEndsWithAnInterruptOfTheSupervisor) {
    delegated_interrupts = enabled_interrupts = kSsip;
    run_in(kSupervisor, {wfi, addi(a0, zero, 1), j(0)});
    EXPECT_TRUE(hart->in_wfi());
    raised_interrupts = kSsip;
    run_in(kSupervisor, {wfi, addi(a0, zero, 1), j(0)});
    EXPECT_EQ(x("a0"), 1u);
}

// --- CSRs ----------------------------------------------------------------------------------------------------------

struct CounterCase {
    Mode mode;
    unsigned enable_csr;
};
struct HartCounterEnableTest : HartSupervisorTest, testing::WithParamInterface<CounterCase> {};

INSTANTIATE_TEST_SUITE_P(Modes, HartCounterEnableTest,
                         testing::Values(CounterCase{kUser, mucounteren}, CounterCase{kSupervisor, mscounteren}));

TEST_P(HartCounterEnableTest, CountersAreReadWhereTheyAreEnabled) {
    for (const unsigned enabled : {0u, 1u, 4u, 5u}) {
        counters = {GetParam().enable_csr, enabled};
        run_in(GetParam().mode, {addi(a0, zero, 77), csrr(a0, cycle), j(0)});
        EXPECT_EQ(x("mcause"), enabled & 1 ? 0u : 2u);
        EXPECT_EQ(x("a0") == 77, !(enabled & 1));
        run_in(GetParam().mode, {addi(a0, zero, 77), csrr(a0, instret), j(0)});
        EXPECT_EQ(x("mcause"), enabled & 4 ? 0u : 2u);
        EXPECT_EQ(x("a0") == 77, !(enabled & 4));
    }
}

TEST_F(HartSupervisorTest, WhatEnablesCountersIsKept) {
    run_in(kMachine, {addi(t3, zero, 5), csrw(mucounteren, t3), addi(t3, zero, 3), csrw(mscounteren, t3),
                      csrr(a0, mucounteren), csrr(a3, mscounteren), j(0)});
    EXPECT_EQ(x("a0"), 5u);
    EXPECT_EQ(x("a3"), 3u);
}

TEST_F(HartSupervisorTest, TheMachineReadsCountersAlways) {
    run_in(kMachine, {csrr(a0, cycle), csrr(a3, instret), j(0)});
    EXPECT_NE(x("a0"), 0u);
    EXPECT_EQ(x("mcause"), 0u);
}

TEST_F(HartSupervisorTest, TheTimeIsNoCsr) {
    run_in(kSupervisor, {csrr(a0, 0xc01), j(0)});
    EXPECT_EQ(x("mcause"), 2u);
}

TEST_F(HartSupervisorTest, McounterenOfLaterSpecificationsIsIllegal) {
    run_in(kMachine, {csrr(a0, 0x306), j(0)});
    EXPECT_EQ(x("mcause"), 2u);
}

TEST_F(HartSupervisorTest, SptbrKeepsAPageOf32BitsOfAddress) {
    run_in(kSupervisor, {addi(t3, zero, -1), csrw(sptbr, t3), csrr(a0, sptbr), j(0)});
    EXPECT_EQ(x("a0"), 0xf'ffffu);
}

TEST_F(HartSupervisorTest, VectorsAndReturnsAreAligned) {
    run_in(kSupervisor, {addi(t3, zero, -3), csrw(stvec, t3), csrr(a0, stvec), csrw(sepc, t3), csrr(a3, sepc), j(0)});
    EXPECT_EQ(x("a0"), ~std::uint64_t{3});
    EXPECT_EQ(x("a3"), ~std::uint64_t{3});
}

TEST_F(HartSupervisorTest, VmKeepsWhatTheChipHas) {
    const auto vm_after = [&](std::initializer_list<int> values) {
        std::vector<std::uint32_t> code;
        for (const int value : values) {
            code.insert(code.end(), {addi(t3, zero, value), slli(t3, t3, 24), csrw(mstatus, t3)});
        }
        code.insert(code.end(), {csrr(a0, mstatus), j(0)});
        run_in(kMachine, code);
        return x("a0") >> 24 & 31;
    };
    EXPECT_EQ(vm_after({9}), 9u);
    EXPECT_EQ(vm_after({9, 0}), 0u);
    for (const int other : {1, 8, 10, 11, 25, 31}) {
        EXPECT_EQ(vm_after({other}), 0u) << other;
        EXPECT_EQ(vm_after({9, other}), 9u) << other;
    }
}

TEST_F(HartSupervisorTest, SfenceVmIsTheFenceAndSfenceVmaIllegal) {
    run_in(kSupervisor, {sfence_vm, addi(a0, zero, 1), sfence_vma, j(0)});
    EXPECT_EQ(x("a0"), 1u);
    EXPECT_EQ(x("mcause"), 2u);
    EXPECT_EQ(x("mepc"), in_mode(2));
    run_in(kUser, {sfence_vm, j(0)});
    EXPECT_EQ(x("mepc"), in_mode(0));
}

}  // namespace
}  // namespace k210
