#include "soc/stub.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct StubTest : testing::Test {
    DeviceBench bench;
    Stub stub{"i2s0", bench.context()};
};

TEST_F(StubTest, ReadsAsZeroWhateverWasWritten) {
    stub.write(0x10, 4, 5);
    EXPECT_EQ(stub.read(0x10, 4), 0u);
}

TEST_F(StubTest, IsToldOnceAndCountedAlways) {
    stub.write(0x10, 4, 5);
    stub.read(0x14, 2);
    stub.read(0x10, 4);
    ASSERT_EQ(bench.log.entries().size(), 1u);
    EXPECT_EQ(bench.log.entries()[0].source, "i2s0");
    EXPECT_EQ(bench.log.entries()[0].kind, LogKind::unimplemented);
    EXPECT_EQ(bench.log.entries()[0].count, 3u);
    EXPECT_EQ(stub.reads(), 2u);
    EXPECT_EQ(stub.writes(), 1u);
}

TEST_F(StubTest, KnowsWhenItWasTouchedLast) {
    bench.run_to_cycle(1000);
    stub.read(0, 4);
    bench.run_to_cycle(2000);
    stub.write(0, 4, 1);
    bench.run_to_cycle(3000);
    EXPECT_EQ(stub.last_access(), bench.clock.time_of(2000));
}

TEST_F(StubTest, KeepsItsCountsThroughResetAndRestore) {
    bench.run_to_cycle(1000);
    stub.read(0, 4);
    stub.write(0, 4, 1);
    stub.write(0, 4, 1);
    stub.reset();
    DeviceBench other_bench;
    Stub other{"i2s0", other_bench.context()};
    DeviceBench::transfer_state(stub, other);
    EXPECT_EQ(other.reads(), 1u);
    EXPECT_EQ(other.writes(), 2u);
    EXPECT_EQ(other.last_access(), bench.clock.time_of(1000));
}

}  // namespace
}  // namespace k210
