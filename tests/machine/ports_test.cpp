// What a machine hands out by name, whatever its board consists of.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"
#include "support/device_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

struct MachinePortsTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    Log log = DeviceBench{}.log;

    Program waits() { return {.entry = 0x8000'0000, .segments = {{0x8000'0000, {0x01, 0xa0}}}}; }  // c.j .
    Machine machine_of(const Board& board, std::vector<std::uint8_t> flash = {}) {
        return Machine(
            {.board = board, .flash = std::move(flash), .program = waits(), .camera = camera, .console = console}, log);
    }
};

TEST_F(MachinePortsTest, ThePartsOfTheBoardAndTheResetButtonHaveNames) {
    std::vector<std::string> names;
    const Machine machine = machine_of(find_board("m5stickv"));
    for (const auto& [name, port] : machine.ports())
        names.push_back(name + ": " + std::string(to_string(port->kind())));
    EXPECT_EQ(names, (std::vector<std::string>{
                         "console: serial line", "flash: storage", "lcd: display", "camera: camera input", "a: button",
                         "b: button", "power: button", "power: power input", "sd: card slot", "led: light",
                         "lamp: light", "microphone: microphone", "speaker: speaker", "reset: button", "rtc: calendar",
                         "pads: pads", "uart1: serial line", "uart2: serial line", "uart3: serial line"}));
}

TEST_F(MachinePortsTest, AnUnknownNameIsToldWithTheKnownOnes) {
    const Machine machine = machine_of(find_board("m5stickv"));
    EXPECT_EQ(input_error_of([&] { machine.port<Button>("boot"); }),
              "m5stickv has no button 'boot' (a, b, power, reset)");
    EXPECT_EQ(input_error_of([&] { machine.port<Button>("lcd"); }),
              "m5stickv has no button 'lcd' (a, b, power, reset)");
    EXPECT_EQ(input_error_of([&] { machine.port<Touch>("touch"); }),
              "m5stickv has no touch screen 'touch' (none at all)");
    EXPECT_EQ(machine.find_port<Button>("boot"), nullptr);
    EXPECT_EQ(machine.first_port<Touch>(), nullptr);
    EXPECT_EQ(machine.first_port<Display>(), &machine.port<Display>("lcd"));
}

TEST_F(MachinePortsTest, ABoardMayLackEverything) {
    const Board board = parse_board("description = \"A chip alone\"", "bare", "bare.toml");
    Machine machine = machine_of(board);
    EXPECT_EQ(machine.run_until(SimTime{kPsPerSecond / 1000}), StopReason::time_reached);
    EXPECT_EQ(machine.counters().frames_shown, 0u);
    Machine other = machine_of(board);
    other.restore(machine.save());
    EXPECT_EQ(input_error_of([&] { machine_of(board, {1, 2, 3}); }), "bare has no flash to put firmware into");
    EXPECT_EQ(input_error_of([&] {
                  Machine({.board = board, .flash = {}, .program = {}, .camera = camera, .console = console}, log);
              }),
              "bare has no flash to boot from");
}

TEST_F(MachinePortsTest, TheFlashHoldsWhatTheMachineWasGiven) {
    const Machine machine = machine_of(find_board("maix_bit"), {0x12, 0x34});
    const auto contents = machine.port<Storage>("flash").contents();
    EXPECT_EQ(contents.size(), 16u << 20);
    EXPECT_EQ(contents[1], 0x34);
    EXPECT_EQ(contents[2], 0xff);
}

TEST_F(MachinePortsTest, APadThatAPartDrivesTakesNoOtherLevel) {
    const Machine machine = machine_of(find_board("maix_bit"));
    auto& pads = machine.port<PadLevels>("pads");
    EXPECT_EQ(input_error_of([&] { pads.drive(16, true); }), "pad 16 is driven by boot of maix_bit");
    EXPECT_EQ(input_error_of([&] { pads.drive(48, true); }), "there is no pad 48 (0 to 47)");
}

TEST_F(MachinePortsTest, TheResetButtonResetsOncePerPress) {
    Machine machine = machine_of(find_board("maix_bit"));
    Button& reset = machine.port<Button>("reset");
    for (int i = 0; i < 2; ++i) reset.press(true);
    machine.run_until(SimTime{kPsPerSecond / 1000});
    EXPECT_EQ(machine.counters().resets, 1u);
    reset.press(false);
    reset.press(true);
    machine.run_until(SimTime{2 * kPsPerSecond / 1000});
    EXPECT_EQ(machine.counters().resets, 2u);
}

TEST_F(MachinePortsTest, ABoardThatHasBeenSwitchedOffStays) {
    constexpr std::uint64_t kMs = kPsPerSecond / 1000;
    Machine machine = machine_of(find_board("m5stickv"));
    machine.port<Button>("power").press(true);
    EXPECT_EQ(machine.run_until(SimTime{5999 * kMs}), StopReason::time_reached);
    const Snapshot held = machine.save();
    EXPECT_EQ(machine.run_until(SimTime{7000 * kMs}), StopReason::powered_off);
    const SimTime off = machine.now();
    EXPECT_LT(off, SimTime{6001 * kMs});
    machine.port<Button>("reset").press(true);
    EXPECT_EQ(machine.run_until(SimTime{7000 * kMs}), StopReason::powered_off);
    EXPECT_EQ(machine.now(), off) << "its time stands still";
    EXPECT_EQ(machine.counters().resets, 0u);

    Machine other = machine_of(find_board("m5stickv"));
    other.restore(held);
    EXPECT_EQ(other.run_until(SimTime{7000 * kMs}), StopReason::powered_off);
    other.restore(held);
    other.port<Button>("power").press(false);
    EXPECT_EQ(other.run_until(SimTime{7000 * kMs}), StopReason::time_reached);
    other.restore(machine.save());
    EXPECT_EQ(other.run_until(SimTime{7000 * kMs}), StopReason::powered_off);
}

}  // namespace
}  // namespace k210
