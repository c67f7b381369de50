// Misaligned loads and stores on a hart: what traps, with what, and what does not.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kHandler = 0x1000, kData = 0x2000, kTarget = 0x3000;  // offsets in RAM
constexpr std::uint32_t lh(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 1, rd, rs1, offset);
}
constexpr std::uint32_t lhu(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 5, rd, rs1, offset);
}
constexpr std::uint32_t lwu(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 6, rd, rs1, offset);
}
constexpr std::uint32_t flw(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x07, 2, rd, rs1, offset);
}
constexpr std::uint32_t sh(unsigned rs2, int offset, unsigned rs1) {
    return s_type(1, rs2, rs1, offset);
}
constexpr std::uint32_t sb(unsigned rs2, int offset, unsigned rs1) {
    return s_type(0, rs2, rs1, offset);
}
constexpr std::uint32_t amoadd_d(unsigned rd, unsigned rs2, unsigned rs1) {
    return amo(0, rd, rs2, rs1) | 1u << 12;
}

// s0 = data area, s1 = target, a0 = 1; then the code, from kCode on. The handler stores mcause, mepc and mtval to the
// data area, with 1 behind them, and stays.
struct AlignmentTest : testing::Test, HartBench {
    static constexpr std::uint32_t kCode = 24;
    std::unique_ptr<Hart> hart;
    TimingModel model = TimingModel::instructions;

    void run(const std::vector<std::uint32_t>& code, Strictness strictness = Strictness::trap) {
        for (std::uint32_t i = 0; i < 64; ++i) ram.bytes()[kTarget + i] = static_cast<std::uint8_t>(i + 1);
        run_on(code, strictness);
    }
    // With what is at the target already.
    void run_on(const std::vector<std::uint32_t>& code, Strictness strictness = Strictness::trap) {
        hart = make_hart({.id = 0,
                          .bus = bus,
                          .clock = bench.clock,
                          .code_epoch = epoch,
                          .log = bench.log,
                          .timing = model,
                          .strictness = strictness});
        hart->reset(kRam);
        put(0, {auipc(s0, 2), auipc(t0, 1), addi(t0, t0, -4), csrw(mtvec, t0), auipc(s1, 3), addi(s1, s1, -16)});
        std::uint32_t end = kCode;
        for (const std::uint32_t insn : code) put(std::exchange(end, end + 4), {insn});
        put(end, {wfi});
        put(kHandler, {csrr(t0, mcause), sd(t0, 0, s0), csrr(t0, mepc), sd(t0, 8, s0), csrr(t0, mtval), sd(t0, 16, s0),
                       addi(t0, zero, 1), sd(t0, 24, s0), wfi});
        put_double_word(kData + 24, 0);
        run_to_cycle(1000, *hart);
    }
    void put_double_word(std::uint32_t offset, std::uint64_t value) {
        std::memcpy(&ram.bytes()[offset], &value, sizeof value);
    }
    bool trapped() { return double_word(kData + 24) == 1; }
    std::uint64_t cause() { return double_word(kData); }
    std::uint64_t epc() { return double_word(kData + 8) - kRam; }
    std::uint64_t value() { return double_word(kData + 16) - kRam; }
};

TEST_F(AlignmentTest, EveryLoadOfMoreThanAByteTrapsWhereItIsMisaligned) {
    const std::pair<std::uint32_t, int> cases[] = {
        {lh(a1, 1, s1), 1}, {lhu(a1, 3, s1), 3}, {lw(a1, 1, s1), 1}, {lw(a1, 2, s1), 2}, {lwu(a1, 6, s1), 6},
        {ld(a1, 4, s1), 4}, {ld(a1, 1, s1), 1},  {flw(1, 2, s1), 2}, {fld(1, 4, s1), 4},
    };
    for (const auto& [insn, offset] : cases) {
        run({insn});
        ASSERT_TRUE(trapped()) << std::hex << insn;
        EXPECT_EQ(cause(), 4u) << std::hex << insn;
        EXPECT_EQ(epc(), kCode) << std::hex << insn;
        EXPECT_EQ(value(), kTarget + static_cast<unsigned>(offset)) << std::hex << insn;
    }
}

TEST_F(AlignmentTest, EveryStoreOfMoreThanAByteTrapsAndStoresNothing) {
    const std::pair<std::uint32_t, int> cases[] = {
        {sh(zero, 1, s1), 1}, {sw(zero, 2, s1), 2}, {sw(zero, 1, s1), 1}, {sd(zero, 4, s1), 4}, {fsd(1, 4, s1), 4}};
    for (const auto& [insn, offset] : cases) {
        run({insn});
        ASSERT_TRUE(trapped()) << std::hex << insn;
        EXPECT_EQ(cause(), 6u) << std::hex << insn;
        EXPECT_EQ(epc(), kCode) << std::hex << insn;
        EXPECT_EQ(value(), kTarget + static_cast<unsigned>(offset)) << std::hex << insn;
        for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(ram.bytes()[kTarget + i], i + 1) << std::hex << insn;
    }
}

TEST_F(AlignmentTest, AlignedAccessesDoNotTrap) {
    run({lh(a1, 2, s1), lw(a1, 4, s1), ld(a1, 8, s1), flw(1, 4, s1), fld(1, 8, s1), sh(a1, 2, s1), sw(a1, 4, s1),
         sd(a1, 8, s1), sb(a1, 1, s1), lb(a1, 3, s1)});
    EXPECT_FALSE(trapped());
}

TEST_F(AlignmentTest, AtomicsTrapAsStoresAndReservationsAsLoads) {
    run({addi(s1, s1, 2), lr_w(a1, s1)});
    EXPECT_EQ(cause(), 4u);
    run({addi(s1, s1, 2), sc_w(a1, a1, s1)});
    EXPECT_EQ(cause(), 6u);
    run({addi(s1, s1, 4), amoadd_d(a1, a1, s1)});
    EXPECT_EQ(cause(), 6u);
    EXPECT_EQ(value(), kTarget + 4);
}

TEST_F(AlignmentTest, WhatComesBeforeInTheBlockIsDoneAndTheRestIsNot) {
    run({sb(zero, 0, s1), addi(a0, zero, 7), lw(a0, 1, s1), sb(zero, 1, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 8);
    EXPECT_EQ(ram.bytes()[kTarget], 0);
    EXPECT_EQ(ram.bytes()[kTarget + 1], 2);
}

TEST_F(AlignmentTest, TheDestinationKeepsItsValue) {
    run({addi(a0, zero, 7), lw(a0, 1, s1)});
    put(kHandler, {sd(a0, 32, s0), addi(t0, zero, 1), sd(t0, 24, s0), wfi});
    hart->reset(kRam);
    epoch.advance();
    run_to_cycle(3000, *hart);
    EXPECT_EQ(double_word(kData + 32), 7u);
}

TEST_F(AlignmentTest, AddressesMadeInTheBlockAreFollowed) {
    run({addi(a0, s1, 8), lw(a1, 2, a0)});  // a sum
    EXPECT_EQ(value(), kTarget + 10);
    run({addi(a0, zero, 3), slli(a0, a0, 1), add(a0, a0, s1), lw(a1, 0, a0)});  // an index
    EXPECT_EQ(value(), kTarget + 6);
    run({auipc(a0, 3), lw(a1, 1, a0)});  // beside the code
    EXPECT_EQ(value(), kTarget + kCode + 1);
}

TEST_F(AlignmentTest, PointersThatTheBlockLoadsAreFollowed) {
    put_double_word(kTarget, kRam + kTarget + 8);
    put_double_word(kTarget + 8, kRam + kTarget + 16);
    run_on({ld(a0, 0, s1), lw(a1, 2, a0), sb(zero, 40, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 4);
    EXPECT_EQ(value(), kTarget + 10);
    run_on({ld(a0, 0, s1), ld(a0, 0, a0), addi(a2, a0, 3), sw(a1, 0, a2), sb(zero, 40, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 12);
    EXPECT_EQ(value(), kTarget + 19);
    run_on({ld(a0, 0, s1), ld(a0, 0, a0), sd(s0, 8, a0), ld(a0, 8, a0), sd(a0, 40, s0)});
    EXPECT_FALSE(trapped());
    EXPECT_EQ(double_word(kData + 40), kRam + kData);
}

TEST_F(AlignmentTest, WhatHasRunIsCountedWhereverTheAccessIs) {
    constexpr unsigned kSetup = 6, kHandled = 9;
    put_double_word(kTarget, kRam + kTarget + 8);
    run_on({addi(a0, zero, 1), lw(a1, 1, s1), addi(a0, zero, 2)});
    EXPECT_EQ(hart->instructions(), kSetup + 2 + kHandled);
    run_on({ld(a0, 0, s1), addi(a2, zero, 1), lw(a1, 1, a0), addi(a2, zero, 2), addi(a2, zero, 3)});
    EXPECT_EQ(hart->instructions(), kSetup + 3 + kHandled);
    // In the second round of a loop, at its first instruction.
    run_on({lw(a1, 0, s1), addi(s1, s1, 1), addi(a2, a2, 1), j(-12)});
    EXPECT_EQ(hart->instructions(), kSetup + 5 + kHandled);
}

TEST_F(AlignmentTest, ACompressedAccessMayEndAPage) {
    constexpr std::uint16_t kNop = 0x0001, kLoad = 0x410c;  // c.nop; c.lw a1, 0(a0)
    put_double_word(kTarget, kRam + kTarget + 9);
    std::memcpy(&ram.bytes()[0xff8], &kNop, 2);
    put(0xffa, {ld(a0, 0, s1)});
    std::memcpy(&ram.bytes()[0xffe], &kLoad, 2);
    run_on({j(0xff8 - int{kCode})});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), 0xffeu);
    EXPECT_EQ(value(), kTarget + 9);
}

TEST_F(AlignmentTest, CodeThatIsReplacedIsLookedAtAgain) {
    put_double_word(kTarget, kRam + kTarget + 8);
    run_on({ld(a0, 0, s1), lw(a1, 4, a0)});
    EXPECT_FALSE(trapped());
    put(kCode + 4, {lw(a1, 6, a0)});
    epoch.advance();
    hart->reset(kRam);
    run_to_cycle(3000, *hart);
    ASSERT_TRUE(trapped());
    EXPECT_EQ(value(), kTarget + 14);
}

// A chain of random loads, stores and sums on pointers of which some are odd, and what is right: the first misaligned
// access traps.
class PointerProgram {
public:
    PointerProgram(std::uint64_t seed, std::span<std::uint8_t> memory, std::uint64_t base)
        : random_(seed), base_(base) {
        for (std::uint32_t at = 0; at < kTableBytes; at += 8) {
            const std::uint64_t odd = below(12) == 0 ? below(8) : 0;
            const std::uint64_t pointer = base + kMiddle + 8 * below(32) + odd;
            std::memcpy(&memory[at], &pointer, 8);
        }
        std::copy_n(memory.begin(), kTableBytes, memory_.begin());
        x_.fill(base + kMiddle);
        for (unsigned reg = a0; reg <= a4; ++reg) code_.push_back(addi(reg, s1, kMiddle));
        for (unsigned i = 0; i < 60; ++i) add_step();
    }
    struct Trap {
        std::uint64_t cause, address;
        std::size_t instruction;
    };
    const std::vector<std::uint32_t>& code() const { return code_; }
    const std::optional<Trap>& trap() const { return trap_; }

    static constexpr std::uint32_t kTableBytes = 2048;

private:
    static constexpr int kMiddle = 896;

    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    void access(bool store, unsigned base_register, int offset, unsigned size_bytes) {
        const std::uint64_t address = x_[base_register] + static_cast<std::uint64_t>(offset);
        if (!trap_ && address % size_bytes != 0) trap_ = Trap{store ? 6u : 4u, address, code_.size()};
    }
    std::uint8_t* at(std::uint64_t address) { return &memory_[address - base_]; }
    void add_step() {
        const auto p = static_cast<unsigned>(a0 + below(5)), q = static_cast<unsigned>(a0 + below(5));
        const int offset = 8 * static_cast<int>(below(4));
        switch (below(7)) {
            case 0:
            case 1:
            case 2:
                access(false, q, offset, 8);
                if (!trap_) std::memcpy(&x_[p], at(x_[q] + static_cast<std::uint64_t>(offset)), 8);
                code_.push_back(ld(p, offset, q));
                return;
            case 3:
                access(true, q, offset, 8);
                if (!trap_) std::memcpy(at(x_[q] + static_cast<std::uint64_t>(offset)), &x_[p], 8);
                code_.push_back(sd(p, offset, q));
                return;
            case 4: {
                const int half = 2 * static_cast<int>(below(8));
                access(false, q, half, 2);
                code_.push_back(lh(t2, half, q));
                return;
            }
            case 5: {
                const int by = below(16) == 0 ? static_cast<int>(below(8)) : 8;
                x_[p] = x_[q] + static_cast<std::uint64_t>(by);
                code_.push_back(addi(p, q, by));
                return;
            }
            default: code_.push_back(j(4)); return;
        }
    }

    std::mt19937_64 random_;
    std::uint64_t base_;
    std::array<std::uint8_t, kTableBytes> memory_;
    std::array<std::uint64_t, 32> x_;
    std::vector<std::uint32_t> code_;
    std::optional<Trap> trap_;
};

TEST_F(AlignmentTest, RandomPointersTrapAtTheFirstMisalignedAccess) {
    unsigned traps = 0;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        SCOPED_TRACE(seed);
        const PointerProgram program(seed, ram.bytes().subspan(kTarget, PointerProgram::kTableBytes), kRam + kTarget);
        run_on(program.code());
        ASSERT_EQ(trapped(), program.trap().has_value());
        if (!trapped()) continue;
        ++traps;
        ASSERT_EQ(epc(), kCode + 4 * program.trap()->instruction);
        ASSERT_EQ(value() + kRam, program.trap()->address);
        ASSERT_EQ(cause(), program.trap()->cause);
        ASSERT_EQ(hart->instructions(), 6 + program.trap()->instruction + 1 + 9);
    }
    EXPECT_GT(traps, 100u);
}

TEST_F(AlignmentTest, ARegisterThatWasAlignedIsLookedAtAgainOnceItHasChanged) {
    run({ld(a1, 0, s1), j(4), ld(a1, 0, s1), addi(s1, s1, 4), j(4), ld(a1, 0, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 20);
    EXPECT_EQ(value(), kTarget + 4);
}

TEST_F(AlignmentTest, KnownForWordsIsNotKnownForDoubleWords) {
    run({addi(s1, s1, 4), j(4), lw(a1, 0, s1), j(4), ld(a1, 0, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 16);
}

TEST_F(AlignmentTest, OffsetsThatMakeUpForTheRegisterAreAligned) {
    run({addi(s1, s1, 1), j(4), lw(a1, 3, s1), ld(a1, 7, s1)});
    EXPECT_FALSE(trapped());
}

TEST_F(AlignmentTest, AHandlerThatSkipsTheAccessGoesOnBehindIt) {
    run({lw(a1, 1, s1), addi(a0, zero, 42), sd(a0, 40, s0)});
    put(kHandler, {csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret});
    hart->reset(kRam);
    epoch.advance();
    run_to_cycle(3000, *hart);
    EXPECT_EQ(double_word(kData + 40), 42u);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_FALSE(hart->fault());
}

TEST_F(AlignmentTest, WithoutStrictnessTheyAreCarriedOut) {
    for (const Strictness strictness : {Strictness::off, Strictness::warn}) {
        run({lw(a1, 1, s1), sd(a1, 40, s0)}, strictness);
        EXPECT_FALSE(trapped());
        EXPECT_EQ(double_word(kData + 40), 0x0504'0302u);
    }
}

TEST_F(AlignmentTest, AtomicsTrapHoweverStrictTheHartIs) {
    for (const Strictness strictness : {Strictness::off, Strictness::warn}) {
        run({addi(s1, s1, 4), amoadd_d(a1, a1, s1)}, strictness);
        EXPECT_EQ(cause(), 6u);
        EXPECT_EQ(value(), kTarget + 4);
        run({addi(s1, s1, 2), lr_w(a1, s1)}, strictness);
        EXPECT_EQ(cause(), 4u);
        EXPECT_EQ(value(), kTarget + 2);
    }
}

struct LooseAlignmentTest : AlignmentTest, testing::WithParamInterface<std::tuple<Strictness, TimingModel>> {
    std::uint64_t fault(std::uint64_t address, std::uint32_t access) {
        const auto [strictness, timing] = GetParam();
        put_double_word(kData + 64, address);
        model = timing;
        run({ld(a1, 64, s0), access}, strictness);
        return double_word(kData + 16);
    }
};
INSTANTIATE_TEST_SUITE_P(All, LooseAlignmentTest,
                         testing::Combine(testing::Values(Strictness::off, Strictness::warn),
                                          testing::Values(TimingModel::instructions, TimingModel::approximate)));

TEST_P(LooseAlignmentTest, MtvalIsTheAddressWhereNothingAnswers) {
    for (const std::uint64_t address :
         {0x3000'0001ull, 0x3000'0ffdull, 0x3000'0ffeull, 0x1'0000'0001ull, 0x10'0000'0001ull, 0x10'4000'0001ull,
          0x1'0000'0000'0001ull, ~0x7ull + 1 - 0x1000, 0xffff'ffff'0000'0ffdull}) {
        for (const std::uint32_t load : {lh(a2, 0, a1), lw(a2, 0, a1), ld(a2, 0, a1), fld(2, 0, a1)}) {
            EXPECT_EQ(fault(address, load), address) << std::hex << address << ' ' << load;
            EXPECT_EQ(cause(), 5u);
            EXPECT_EQ(epc(), kCode + 4);
        }
        EXPECT_EQ(fault(address, sd(zero, 0, a1)), address) << std::hex << address;
        EXPECT_EQ(cause(), 7u);
    }
    for (const std::uint64_t begin : {kRam - 3ull, kAlias - 3ull}) {
        EXPECT_EQ(fault(begin, ld(a2, 0, a1)), begin) << std::hex << begin;
        EXPECT_EQ(fault(begin, sd(a2, 0, a1)), begin) << std::hex << begin;
    }
    for (const std::uint64_t end : {kRam + 0x10000ull, kAlias + 0x10000ull}) {
        EXPECT_EQ(fault(end - 3, ld(a2, 0, a1)), end) << std::hex << end;
        EXPECT_EQ(fault(end - 3, sd(a2, 0, a1)), end) << std::hex << end;
    }
}

TEST_F(AlignmentTest, TheyAreToldOnceAndCountedUnlessSwitchedOff) {
    run({lw(a1, 1, s1)}, Strictness::off);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
    run({lw(a1, 1, s1)}, Strictness::warn);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    run({lw(a1, 1, s1)}, Strictness::trap);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 2u);
}

}  // namespace
}  // namespace k210
