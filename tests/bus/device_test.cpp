// What every device has from Device: access by lanes, output lines, deadlines that follow its clock, reset and state.
#include "k210/bus/device.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct Probe final : Device {
    explicit Probe(DeviceContext context) : Device("probe", context) { control.steady = true; }

    Reg control{regs, 0x04, "control", 0x11}, data{regs, 0x08, "data"};
    struct : Reg {
        using Reg::Reg;
        Bits speed{this, {3, 0}, "speed", Access::todo};
    } later{regs, 0x0c, "later"};
    OutputLine irq{*this, "irq"}, request{*this, "request"};
    std::vector<std::uint64_t> fired;  // cycles
    int settled = 0;
    DeviceEvent tick{*this, "tick", [this] {
                         fired.push_back(now_cycle());
                         if (period) tick.arm_at_cycle(tick.cycle() + period);
                     }};
    std::uint64_t period = 0;

    void settle() override { ++settled; }
};

struct DeviceTest : testing::Test {
    DeviceBench bench;
    Probe probe{bench.context()};
};

TEST_F(DeviceTest, NarrowReadsGetTheirLaneOfTheWord) {
    probe.data.raw = 0x4433'2211;
    EXPECT_EQ(probe.read(0x08, 4), 0x4433'2211u);
    EXPECT_EQ(probe.read(0x08, 1), 0x11u);
    EXPECT_EQ(probe.read(0x09, 1), 0x22u);
    EXPECT_EQ(probe.read(0x0a, 2), 0x4433u);
    EXPECT_EQ(probe.read(0x0b, 1), 0x44u);
}

TEST_F(DeviceTest, NarrowWritesChangeTheirLaneOfTheWord) {
    probe.data.raw = 0x4433'2211;
    probe.write(0x09, 1, 0xffff'ffaa);
    EXPECT_EQ(probe.data.raw, 0x4433'aa11u);
    probe.write(0x0a, 2, 0xffff'bbcc);
    EXPECT_EQ(probe.data.raw, 0xbbcc'aa11u);
}

TEST_F(DeviceTest, SettlesAfterEveryAccess) {
    probe.read(0x04, 4);
    EXPECT_EQ(probe.settled, 1);
    probe.write(0x04, 4, 0);
    EXPECT_EQ(probe.settled, 2);
}

TEST_F(DeviceTest, OffsetsWithoutARegisterReadZeroAndAreTold) {
    EXPECT_EQ(probe.read(0x00, 4), 0u);
    probe.write(0x100, 4, 7);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 2u);
}

TEST_F(DeviceTest, BitsWithoutEffectAreTold) {
    probe.write(0x0c, 4, 5);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
    EXPECT_EQ(bench.log.entries().at(0).message, "later: bits 0x5 are stored but have no effect");
}

TEST_F(DeviceTest, OnlySteadyRegistersMayBeSkipped) {
    EXPECT_EQ(probe.steady_until(0x04), SimTime::never());
    EXPECT_EQ(probe.steady_until(0x08), SimTime{});
    EXPECT_EQ(probe.steady_until(0x40), SimTime{});
}

TEST_F(DeviceTest, LinesTellChangesOnly) {
    std::string heard;
    probe.irq.connect([&](bool level) { heard += level ? '1' : '0'; });
    for (const bool level : {false, true, true, false, false, true}) probe.irq.set(level);
    EXPECT_EQ(heard, "101");
    EXPECT_TRUE(probe.irq.level());
}

TEST_F(DeviceTest, EveryoneOnALineHearsIt) {
    int heard = 0;
    for (int i = 0; i < 3; ++i) probe.irq.connect([&](bool) { ++heard; });
    probe.irq.set(true);
    EXPECT_EQ(heard, 3);
}

TEST_F(DeviceTest, LinesAreFoundByName) {
    EXPECT_EQ(probe.find_line("irq"), &probe.irq);
    EXPECT_EQ(probe.find_line("request"), &probe.request);
    EXPECT_EQ(probe.find_line("irqs"), nullptr);
}

TEST_F(DeviceTest, AnEventFiresInItsCycleAndThenTheDeviceSettles) {
    bench.run_to_cycle(10);
    probe.tick.arm_in(5);
    bench.events.run_until({bench.clock.time_of(15).ps - 1});
    EXPECT_EQ(probe.settled, 0);
    EXPECT_TRUE(probe.tick.armed());
    bench.run_to_cycle(15);
    EXPECT_EQ(probe.fired, (std::vector<std::uint64_t>{15}));
    EXPECT_EQ(probe.settled, 1);
    EXPECT_FALSE(probe.tick.armed());
}

TEST_F(DeviceTest, PeriodicEventsDoNotDrift) {
    bench.clock.set_hz({}, 26'000'000);  // no whole number of picoseconds
    probe.period = 7;
    probe.tick.arm_at_cycle(7);
    bench.run_to_cycle(28);
    EXPECT_EQ(probe.fired, (std::vector<std::uint64_t>{7, 14, 21, 28}));
}

TEST_F(DeviceTest, AnEventThatItsOwnCallbackArmsStaysArmed) {
    probe.period = 1000;
    probe.tick.arm_at_cycle(1000);
    bench.run_to_cycle(1500);
    EXPECT_TRUE(probe.tick.armed());
    bench.clock.set_hz(bench.events.now(), 200'000'000);
    bench.run_to_cycle(1999);
    EXPECT_EQ(probe.fired.size(), 1u) << "it follows its clock";
    bench.run_to_cycle(2000);
    EXPECT_EQ(probe.fired.size(), 2u);
}

TEST_F(DeviceTest, ACancelledEventDoesNotFire) {
    probe.tick.arm_in(5);
    probe.tick.cancel();
    EXPECT_FALSE(probe.tick.armed());
    bench.run_to_cycle(100);
    EXPECT_TRUE(probe.fired.empty());
}

TEST_F(DeviceTest, AnEventFollowsItsClock) {
    probe.tick.arm_at_cycle(1000);
    bench.run_to_cycle(500);
    bench.clock.set_hz(bench.events.now(), 200'000'000);
    bench.run_to_cycle(999);
    EXPECT_TRUE(probe.fired.empty());
    bench.run_to_cycle(1000);
    EXPECT_EQ(probe.fired, (std::vector<std::uint64_t>{1000}));
    EXPECT_EQ(bench.events.now(), (SimTime{500 * 2500 + 500 * 5000}));
}

TEST_F(DeviceTest, AnEventWaitsWhileItsClockIsOff) {
    probe.tick.arm_at_cycle(1000);
    bench.clock.set_hz({}, 0);
    bench.events.run_until({kPsPerSecond});
    EXPECT_TRUE(probe.fired.empty());
    EXPECT_TRUE(probe.tick.armed());
    bench.clock.set_hz(bench.events.now(), 400'000'000);
    bench.run_to_cycle(1000);
    EXPECT_EQ(probe.fired, (std::vector<std::uint64_t>{1000}));
}

TEST_F(DeviceTest, ResetRestoresRegistersAndCancelsEvents) {
    probe.write(0x04, 4, 0);
    probe.tick.arm_in(5);
    probe.reset();
    EXPECT_EQ(probe.control.raw, 0x11u);
    EXPECT_FALSE(probe.tick.armed());
}

struct RestoredDeviceTest : DeviceTest {
    DeviceBench other_bench;
    Probe other{other_bench.context()};

    Snapshot saved() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        probe.visit_state(saver);
        return snapshot;
    }
    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        other.visit_state(loader);
    }
    bool accepts(const Snapshot& snapshot) {
        try {
            load(snapshot);
        } catch (const InputError&) { return false; }
        return true;
    }
};

TEST_F(RestoredDeviceTest, RegistersLinesAndEventsAreStateUnasked) {
    probe.write(0x08, 4, 0x1234);
    probe.irq.set(true);
    probe.tick.arm_at_cycle(1000);
    load(saved());
    EXPECT_EQ(other.data.raw, 0x1234u);
    EXPECT_TRUE(other.irq.level());
    EXPECT_FALSE(other.request.level());
    other_bench.run_to_cycle(999);
    EXPECT_TRUE(other.fired.empty());
    other_bench.run_to_cycle(1000);
    EXPECT_EQ(other.fired, (std::vector<std::uint64_t>{1000}));
}

TEST_F(RestoredDeviceTest, EventsThatWaitForTheirClockGoOnWaiting) {
    for (DeviceBench* one : {&bench, &other_bench}) one->clock.set_hz({}, 0);
    probe.tick.arm_at_cycle(1000);
    load(saved());
    EXPECT_TRUE(other.tick.armed());
    other_bench.clock.set_hz({}, 400'000'000);
    other_bench.run_to_cycle(1000);
    EXPECT_EQ(other.fired.size(), 1u);
}

TEST_F(RestoredDeviceTest, EventsThatWereArmedForThePastAreDueAtOnce) {
    bench.run_to_cycle(100);
    probe.tick.arm_at_cycle(7);
    other_bench.run_to_cycle(100);
    EXPECT_TRUE(accepts(saved()));
    other_bench.run_to_cycle(100);
    EXPECT_EQ(other.fired.size(), 1u);
}

// A cycle of long ago would have periodic events catch up for hours.
TEST_F(RestoredDeviceTest, EventsThatAreNotDueInTheirCycleAreRefused) {
    probe.tick.arm_at_cycle(1000);
    Snapshot snapshot = saved();
    EXPECT_TRUE(accepts(snapshot));
    snapshot.at("tick.cycle")[0] ^= 1;
    EXPECT_FALSE(accepts(snapshot));
}

TEST_F(RestoredDeviceTest, EventsThatAreArmedByHalvesAreRefused) {
    probe.tick.arm_at_cycle(1000);
    Snapshot snapshot = saved();
    snapshot.at("tick.armed")[0] = 0;
    EXPECT_FALSE(accepts(snapshot));
    snapshot = saved();
    snapshot.at("tick.when_ps").assign(8, 0xff);
    EXPECT_FALSE(accepts(snapshot));
}

}  // namespace
}  // namespace k210
