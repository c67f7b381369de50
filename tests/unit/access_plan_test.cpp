#include "cpu/access_plan.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t kRam = 0x8000'0000, kAlias = 0x4000'0000, kDevice = 0x5000'0000;
constexpr std::uint64_t kPc = 0x8000'1000;

struct AccessPlanTest : testing::Test {
    struct Device final : BusTarget {
        unsigned reads = 0;
        std::uint32_t read(std::uint32_t, unsigned) override { return ++reads; }
        void write(std::uint32_t, unsigned, std::uint32_t) override {}
    };

    DeviceBench bench;
    Memory ram{"ram", 0x10000};
    Bus bus{bench.log};
    Device device;
    std::array<std::uint64_t, 32> x{};

    AccessPlanTest() {
        bus.map(ram, kRam);
        bus.map(ram, kAlias, Bus::MemoryKind::uncached_ram);
        bus.map("device", device, kDevice, 0x1000);
        x[a1] = kRam + 0x100;
        x[a2] = kAlias + 0x100;
        x[a3] = kDevice;
        x[a4] = 3;
    }
    static std::vector<rv::Instruction> decoded(std::initializer_list<std::uint32_t> code) {
        std::vector<rv::Instruction> all;
        for (const std::uint32_t insn : code) all.push_back(rv::decode(insn));
        return all;
    }
    // Offsets in RAM that it goes to.
    std::vector<std::uint32_t> places(std::initializer_list<std::uint32_t> code) {
        const AccessPlan plan(kPc, decoded(code), {});
        std::array<std::uint64_t, 32> registers{};
        for (unsigned i = 0; i < 32; ++i)
            if (plan.reads() >> i & 1) registers[i] = x[i];
        std::vector<std::uint32_t> found;
        plan.follow(
            registers, bus, [](std::uint64_t address) { return std::optional(static_cast<std::uint32_t>(address)); },
            [&](std::uint32_t address, unsigned) { found.push_back(address - kRam); });
        return found;
    }
    void set(std::uint32_t offset, std::uint64_t value) { std::memcpy(&ram.bytes()[offset], &value, 8); }
};

TEST_F(AccessPlanTest, GoesWhereRegistersPoint) {
    EXPECT_THAT(places({ld(a0, 8, a1), sw(a0, -4, a1), amo(0, a0, a0, a1)}), ElementsAre(0x108, 0xfc, 0x100));
}

TEST_F(AccessPlanTest, ComputesAddresses) {
    EXPECT_THAT(places({slli(a5, a4, 3), add(a5, a5, a1), ld(a0, 0, a5)}), ElementsAre(0x118));
    EXPECT_THAT(places({mul(a5, a4, a4), add(a5, a5, a1), ld(a0, 0, a5)}), ElementsAre(0x109));
    EXPECT_THAT(places({addi(zero, zero, 0), auipc(a5, 1), ld(a0, 0, a5)}), ElementsAre(0x2004));
}

TEST_F(AccessPlanTest, FollowsPointersInMemory) {
    set(0x100, kRam + 0x200);
    set(0x200, kRam + 0x300);
    EXPECT_THAT(places({ld(a1, 0, a1), ld(a1, 0, a1), ld(a1, 0, a1)}), ElementsAre(0x100, 0x200, 0x300));
}

TEST_F(AccessPlanTest, DoesNotTakeWhatTheBlockItselfHasChanged) {
    set(0x100, kRam + 0x200);
    EXPECT_THAT(places({sw(a4, 4, a1), ld(a1, 0, a1), ld(a0, 0, a1)}), ElementsAre(0x104, 0x100));
    EXPECT_THAT(places({sw(a4, 8, a1), ld(a1, 0, a1), ld(a0, 0, a1)}), ElementsAre(0x108, 0x100, 0x200));
}

TEST_F(AccessPlanTest, LeavesOutWhatComesFromElsewhere) {
    EXPECT_THAT(places({lw(a0, 0, a3), ld(a5, 0, a0), csrr(a0, mcycle), ld(a5, 0, a0), ld(a6, 0, a1)}),
                ElementsAre(0x100));
    EXPECT_EQ(device.reads, 0u);
}

TEST_F(AccessPlanTest, UncachedMemoryIsReadAndNotTouched) {
    set(0x100, kRam + 0x200);
    EXPECT_THAT(places({ld(a0, 0, a2)}), IsEmpty());
    EXPECT_THAT(places({ld(a0, 0, a2), ld(a5, 0, a0)}), ElementsAre(0x200));
}

TEST_F(AccessPlanTest, WantsNoMoreRegistersThanAddressesTake) {
    const AccessPlan plan(kPc, decoded({add(a6, a5, a4), ld(a0, 0, a1), ld(a5, 0, a0)}), {});
    EXPECT_EQ(plan.reads(), 1u << a1);
}

TEST_F(AccessPlanTest, NumbersTheArraysThatAreAskedFor) {
    const AccessPlan plan(kPc, decoded({ld(a0, 0, a1), ld(a0, 8, a4)}), std::vector{BlockOperand{.a = a4}});
    std::vector<unsigned> arrays;
    x[a4] = kRam;
    plan.follow(
        x, bus, [](std::uint64_t address) { return std::optional(static_cast<std::uint32_t>(address)); },
        [&](std::uint32_t, unsigned array) { arrays.push_back(array); });
    EXPECT_THAT(arrays, ElementsAre(AccessPlan::kNoArray, 0));
}

}  // namespace
}  // namespace k210
