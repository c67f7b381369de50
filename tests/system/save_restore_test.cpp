// A machine saved amid its work and restored elsewhere goes on as if nothing had happened.
#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/temp_dir.hpp"
#include "system/machine_bench.hpp"
#include "system/snapshot_compare.hpp"

namespace k210 {
namespace {

// Lets both go on for so long and expects the same of them.
void expect_to_go_on_alike(MachineBench& one, MachineBench& other, double seconds) {
    const std::size_t said_by_one = one.console().size(), said_by_other = other.console().size();
    one.run(seconds);
    other.run(seconds);
    EXPECT_EQ(one.console().substr(said_by_one), other.console().substr(said_by_other));
    EXPECT_EQ(one.machine().counters().cpu_cycles, other.machine().counters().cpu_cycles);
    EXPECT_EQ(one.screen().rgb, other.screen().rgb);
    EXPECT_TRUE(same_state(one.machine().save(), other.machine().save())) << "at " << one.machine().now().seconds();
}

bool is_set(const Snapshot& snapshot, const std::string& name) {
    const auto& bytes = snapshot.at(name);
    return std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
}

// Points 1.3 ms apart come to lie in every part of the demo's frame: capture, KPU layers, transfer to the LCD, report.
TEST(SaveRestoreTest, DemoGoesOnIdenticallyFromAnyPointOfAFrame) {
    MachineBench original(demo_on_maix_bit()), copy(demo_on_maix_bit());
    ASSERT_TRUE(original.hears("frame 1:", 1));
    std::map<std::string, int> met{{"chip.uarths.tx_done.armed", 0}, {"chip.dvp.lines_begin.armed", 0},
                                   {"chip.dvp.lines_end.armed", 0},  {"chip.dmac.enabled", 0},
                                   {"chip.spi0.phase", 0},           {"chip.spi0.tx_fifo.count", 0}};
    for (int point = 0; point < 80; ++point) {
        const Snapshot snapshot = original.machine().save();
        for (auto& [work, times] : met) times += is_set(snapshot, work);
        copy.machine().restore(snapshot);
        ASSERT_TRUE(same_state(snapshot, copy.machine().save()));
        expect_to_go_on_alike(original, copy, 0.0013);
        ASSERT_FALSE(HasFailure());
    }
    for (const auto& [work, times] : met) EXPECT_GT(times, 0) << work << " was never met";
}

TEST(SaveRestoreTest, DemoGoesOnIdenticallyFromAmidAKpuLayer) {
    MachineBench original(demo_on_maix_bit()), copy(demo_on_maix_bit());
    ASSERT_TRUE(original.hears("frame 1:", 1));
    const std::uint64_t layers = original.machine().counters().kpu_layers;
    for (int i = 0; i < 50'000 && original.machine().counters().kpu_layers == layers; ++i) original.run(0.000'002);
    Snapshot snapshot = original.machine().save();
    for (int i = 0; i < 50 && !is_set(snapshot, "chip.kpu.busy"); ++i) {  // the next layer follows soon
        original.run(0.000'002);
        snapshot = original.machine().save();
    }
    ASSERT_TRUE(is_set(snapshot, "chip.kpu.busy"));
    copy.machine().restore(snapshot);
    expect_to_go_on_alike(original, copy, 0.1);
}

TEST(SaveRestoreTest, LayersOfEveryDriverGoOnIdentically) {
    MachineBench original(guest_on_maix_bit("kpu_drivers")), copy(guest_on_maix_bit("kpu_drivers"));
    std::map<std::string, int> met{
        {"chip.kpu.busy", 0}, {"chip.kpu.arguments.count", 0}, {"chip.kpu.data_out", 0}, {"chip.dmac.enabled", 0}};
    for (int point = 0; point < 250; ++point) {
        const Snapshot snapshot = original.machine().save();
        for (auto& [work, times] : met) times += is_set(snapshot, work);
        copy.machine().restore(snapshot);
        expect_to_go_on_alike(original, copy, 0.000'413);
        ASSERT_FALSE(HasFailure());
    }
    for (const auto& [work, times] : met) EXPECT_GT(times, 0) << work << " was never met";
}

TEST(SaveRestoreTest, ResetWhileALayerRunsBeginsAnew) {
    MachineBench bench(guest_on_maix_bit("kpu_drivers"));
    while (!is_set(bench.machine().save(), "chip.kpu.busy")) bench.run(0.000'05);
    bench.press("reset", true);
    bench.press("reset", false);
    EXPECT_TRUE(bench.hears("by DMA: 30 layers in 3 bursts, right\n", 1));
    EXPECT_EQ(bench.machine().counters().resets, 1u);
}

TEST(SaveRestoreTest, DemoGoesOnIdenticallyWhileItStarts) {
    MachineBench original(demo_on_maix_bit());
    for (int point = 0; point < 20; ++point) {
        MachineBench copy(demo_on_maix_bit());
        copy.machine().restore(original.machine().save());
        expect_to_go_on_alike(original, copy, 0.0131);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(SaveRestoreTest, GoesOnIdenticallyForLong) {
    MachineBench original(demo_on_maix_bit()), copy(demo_on_maix_bit());
    original.run(0.2);
    copy.machine().restore(original.machine().save());
    expect_to_go_on_alike(original, copy, 0.5);
}

// Whatever the second machine did before, and whatever its engine has translated, is forgotten.
TEST(SaveRestoreTest, MachineOnItsWayTurnsIntoTheOther) {
    MachineBench original(demo_on_maix_bit()), busy(demo_on_maix_bit());
    original.run(0.1);
    busy.run(0.3);
    busy.machine().restore(original.machine().save());
    expect_to_go_on_alike(original, busy, 0.2);
}

TEST(SaveRestoreTest, MachineThatRanOtherCodeTurnsIntoTheOther) {
    MachineBench original(demo_on_maix_bit()), other(guest_on_maix_bit("two_harts"));
    original.run(0.1);
    other.run(0.01);
    other.machine().restore(original.machine().save());
    expect_to_go_on_alike(original, other, 0.2);
}

TEST(SaveRestoreTest, GoingBackRepeatsWhatHappened) {
    MachineBench bench(demo_on_maix_bit());
    bench.run(0.2);
    const Snapshot then = bench.machine().save();
    bench.run(0.2);
    const Snapshot first_time = bench.machine().save();
    bench.machine().restore(then);
    bench.run(0.2);
    EXPECT_TRUE(same_state(first_time, bench.machine().save()));
}

TEST(SaveRestoreTest, HartsContendingForALockGoOnIdentically) {
    MachineBench original(guest_on_maix_bit("two_harts"));
    while (original.machine().now().seconds() < 0.004) {
        MachineBench copy(guest_on_maix_bit("two_harts"));
        copy.machine().restore(original.machine().save());
        expect_to_go_on_alike(original, copy, 0.000'131);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(SaveRestoreTest, ResetThatWasAskedForHappensInBoth) {
    MachineBench original(demo_on_maix_bit()), copy(demo_on_maix_bit());
    original.run(0.01);
    original.press("reset", true);
    copy.machine().restore(original.machine().save());
    expect_to_go_on_alike(original, copy, 0.01);
    EXPECT_EQ(copy.machine().counters().resets, 1u);
}

TEST(SaveRestoreTest, CrashReportIsTheSameInBoth) {
    MachineBench original(guest_on_maix_bit("crash")), copy(guest_on_maix_bit("crash"));
    ASSERT_TRUE(original.hears("jump\n", 1));
    copy.machine().restore(original.machine().save());
    original.run(1);
    copy.run(1);
    EXPECT_EQ(original.machine().crash_report(), copy.machine().crash_report());
}

TEST(SaveRestoreTest, SnapshotOfAnotherBoardIsRefused) {
    Firmware elsewhere = demo_on_maix_bit();
    MachineBench original(elsewhere), other({find_board("maix_dock"), elsewhere.flash, elsewhere.program});
    EXPECT_EQ(input_error_of([&] { other.machine().restore(original.machine().save()); }),
              "snapshot: it is of a maix_bit, and this machine is a maix_dock");
}

TEST(SaveRestoreTest, SnapshotThatLacksSomethingIsRefusedByName) {
    MachineBench bench(demo_on_maix_bit());
    Snapshot snapshot = bench.machine().save();
    snapshot.erase("chip.kpu.busy");
    EXPECT_EQ(input_error_of([&] { bench.machine().restore(snapshot); }), "snapshot: chip.kpu.busy is missing");
}

// A damaged snapshot: one piece of a good one has another value.
struct Damage {
    const char* name;
    std::uint64_t value;
};

std::string name_of(const testing::TestParamInfo<Damage>& info) {
    std::string name = info.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
}

struct DamagedSnapshotTest : testing::TestWithParam<Damage> {};

TEST_P(DamagedSnapshotTest, IsRefusedAndChangesNothing) {
    MachineBench bench(demo_on_maix_bit()), untouched(demo_on_maix_bit());
    for (MachineBench* one : {&bench, &untouched}) one->run(0.01);
    const Snapshot before = bench.machine().save();
    Snapshot snapshot = before;
    auto& bytes = snapshot.at(GetParam().name);
    for (std::size_t i = 0; i < 8; ++i) bytes.at(i) = static_cast<std::uint8_t>(GetParam().value >> (8 * i));
    EXPECT_NE(input_error_of([&] { bench.machine().restore(snapshot); }), "");
    EXPECT_TRUE(same_state(bench.machine().save(), before));
    expect_to_go_on_alike(bench, untouched, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Values, DamagedSnapshotTest,
                         testing::Values(Damage{"now_ps", ~0ull}, Damage{"reset_request", 4}, Damage{"reset_held", 2},
                                         Damage{"chip.cpu.hz", 1ull << 63}, Damage{"chip.cpu.anchor_cycle", ~0ull},
                                         Damage{"chip.uarths.tx_fifo.count", 9}, Damage{"chip.uarths.tx_fifo.head", 8},
                                         Damage{"chip.spi0.phase", 7}, Damage{"chip.dmac.job0.src_width", 0},
                                         Damage{"chip.dmac.job5.dst_width", 3}, Damage{"chip.aes.key_bytes", 17},
                                         Damage{"chip.plic.word_2.pending", 4}, Damage{"chip.kpu.data_out_at", 8},
                                         Damage{"chip.wires.i2c0", 99}, Damage{"hart0.local_ps", 0},
                                         Damage{"hart1.patience", 17}, Damage{"hart0.icache.next", 0xff},
                                         Damage{"hart0.branches.seen", 4},
                                         Damage{"board.console.next.when_ps", ~0ull - 1}),
                         name_of);

TEST(SaveRestoreTest, SnapshotWithSomethingMoreIsRefusedByName) {
    MachineBench bench(demo_on_maix_bit());
    Snapshot snapshot = bench.machine().save();
    snapshot["chip.fan.speed"] = {1};
    EXPECT_EQ(input_error_of([&] { bench.machine().restore(snapshot); }),
              "snapshot: nothing here is called chip.fan.speed");
}

class SaveRestoreRealImageTest : public testing::Test {
protected:
    static constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";
    void SetUp() override {
        K210_NEEDS(image_path(kImage));
        original.emplace(image_firmware(kImage, "maix_bit"));
        copy.emplace(image_firmware(kImage, "maix_bit"));
        ASSERT_TRUE(original->hears(">>> ", 3));
    }
    std::optional<MachineBench> original, copy;
};

TEST_F(SaveRestoreRealImageTest, PromptAnswersTheSameInBoth) {
    copy->machine().restore(original->machine().save());
    for (MachineBench* bench : {&*original, &*copy}) {
        EXPECT_EQ(bench->reply("sum(range(1000))"), "499500\n");
        EXPECT_EQ(bench->reply("f=open('/flash/a','w'); n=f.write('b'); f.close(); open('/flash/a').read()"), "'b'\n");
    }
    expect_to_go_on_alike(*original, *copy, 0.1);
}

TEST_F(SaveRestoreRealImageTest, HalfTypedLineIsFinishedInBoth) {
    original->keyboard().send("print('typed' + ' through')\r");
    original->run(0.001);
    ASSERT_TRUE(original->keyboard().sending());
    copy->machine().restore(original->machine().save());
    expect_to_go_on_alike(*original, *copy, 0.05);
    EXPECT_TRUE(copy->console().ends_with("typed through\n>>> ")) << copy->console();
}

TEST_F(SaveRestoreRealImageTest, ScriptAtWorkGoesOnIdentically) {
    original->keyboard().send("import lcd,sensor; lcd.init(); sensor.reset()\r");
    for (int i = 0; i < 12; ++i) {
        copy->machine().restore(original->machine().save());
        expect_to_go_on_alike(*original, *copy, 0.0531);
        ASSERT_FALSE(HasFailure());
    }
}

}  // namespace
}  // namespace k210
