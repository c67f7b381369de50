// A whole machine with a small program in it: what power-on sets up, and what reaches the chip from outside.
#include "k210/machine/machine.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kProgram = 0x8000'0000;
constexpr std::uint64_t kMs = kPsPerSecond / 1000;

struct MachineTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    Log log = DeviceBench{}.log;
    std::optional<Machine> machine;

    void start(const std::vector<std::uint32_t>& code, std::string_view board = "maix_bit") {
        std::vector<std::uint8_t> bytes(code.size() * 4);
        std::memcpy(bytes.data(), code.data(), bytes.size());
        machine.emplace(MachineConfig{.board = find_board(board),
                                      .flash = {},
                                      .program = Program{.entry = kProgram, .segments = {{kProgram, bytes}}},
                                      .camera = camera,
                                      .console = console},
                        log);
    }
    void press(std::string_view button, bool down) { machine->port<Button>(button).press(down); }
    SerialLine& keyboard() { return machine->port<SerialLine>("console"); }
    void run_for(std::uint64_t ms) { machine->run_until(after(machine->now(), ms * kMs)); }
    std::uint64_t state(const char* name, std::size_t byte = 0) { return machine->save().at(name).at(byte); }
    bool pad_level(unsigned pad) { return state("chip.fpioa.pads", pad) & 1; }
    std::uint64_t sram_word(std::size_t offset) {
        const auto bytes = machine->save().at("chip.sram");
        std::uint64_t word = 0;
        std::memcpy(&word, &bytes[offset], sizeof(word));
        return word;
    }
};

// [assumed] 8 KiB each, from the top of program memory down: Kboot pushes before it sets its own.
TEST_F(MachineTest, EachHartStartsWithAStackOfItsOwn) {
    start({csrr(t0, mhartid), slli(t0, t0, 3), lui(t1, 0x40001), add(t1, t1, t0), sd(sp, 0, t1), j(0)});
    run_for(1);
    EXPECT_EQ(sram_word(0x1000), 0x8060'0000u);
    EXPECT_EQ(sram_word(0x1008), 0x8060'0000u - 0x2000);
}

TEST_F(MachineTest, KeysPullTheirPadsLowWhilePressed) {
    start({j(0)}, "amigo");
    const std::pair<std::string_view, unsigned> keys[] = {{"boot", 16}, {"a", 20}, {"b", 23}};
    for (const auto& [button, pad] : keys) {
        EXPECT_TRUE(pad_level(pad)) << pad;
        press(button, true);
        for (const auto& [other, other_pad] : keys) EXPECT_EQ(pad_level(other_pad), other_pad != pad) << other_pad;
        press(button, false);
        EXPECT_TRUE(pad_level(pad)) << pad;
    }
}

TEST_F(MachineTest, AResetButtonHeldDownResetsOnce) {
    start({j(0)});
    for (int i = 0; i < 3; ++i) {
        press("reset", true);
        run_for(1);
    }
    EXPECT_EQ(machine->counters().resets, 1u);
    const Snapshot held = machine->save();
    start({j(0)});
    machine->restore(held);
    press("reset", true);
    run_for(1);
    EXPECT_EQ(machine->counters().resets, 1u) << "held down since before";
    press("reset", false);
    press("reset", true);
    run_for(1);
    EXPECT_EQ(machine->counters().resets, 2u);
}

// FPIOA's pads 4 and 5 with that function, and a UART with a divisor: no UART takes a byte without one.
std::vector<std::uint32_t> console_program(std::uint32_t rx_function, std::uint32_t uart_base) {
    return {
        lui(a0, 0x502b0),  lui(a1, 0x901),           addi(a1, a1, static_cast<int>(0x700 + rx_function - 0x7ff - 1)),
        sw(a1, 0x10, a0),  lui(a2, uart_base >> 12), addi(a3, zero, 0x80),
        sw(a3, 0x0c, a2),  addi(a3, zero, 100),      sw(a3, 0, a2),
        addi(a3, zero, 3), sw(a3, 0x0c, a2),         j(0)};
}

TEST_F(MachineTest, WhatIsTypedGoesToTheUartThatIsRoutedToTheConsolesPad) {
    const std::pair<std::uint32_t, std::uint32_t> uarts[] = {
        {64, 0x5021'0000}, {66, 0x5022'0000}, {68, 0x5023'0000}};  // [sdk] fpioa.h
    for (const auto& [routed, routed_base] : uarts)
        for (const auto& [own, base] : uarts) {
            start(console_program(routed, base));
            run_for(1);
            keyboard().send("x");
            run_for(1);
            EXPECT_EQ(keyboard().sending(), base != routed_base) << routed << std::hex << ", " << base;
        }
}

TEST_F(MachineTest, WhatIsTypedWaitsForUarthsToBeEnabled) {
    start({j(0)});
    keyboard().send("x");
    run_for(5);
    EXPECT_TRUE(keyboard().sending());
    start({lui(a0, 0x38000), addi(a1, zero, 1), sw(a1, 0x0c, a0), j(0)});
    keyboard().send("x");
    run_for(5);
    EXPECT_FALSE(keyboard().sending());
}

TEST_F(MachineTest, ThePanelStartsWithItsPinsAsTheBoardHoldsThem) {
    start({j(0)});
    EXPECT_EQ(state("board.lcd.data"), 0u) << "the data/command pad is low";
    EXPECT_EQ(state("board.lcd.selected"), 1u) << "and so is its select";
}

// Its reset is active low, its power-down high: DVP's two pins, on the pads that the board wires to them.
TEST_F(MachineTest, TheCameraHearsItsResetAndPowerDownPins) {
    for (const std::uint32_t pins : {0x1'0000u, 0x100'0000u}) {
        start({lui(a0, 0x502b0), lui(a1, 0x902), addi(a1, a1, -0x100 + 133), sw(a1, 4 * 42, a0), addi(a1, a1, 1),
               sw(a1, 4 * 44, a0), lui(a2, 0x50430), lui(a3, 0x1010), sw(a3, 0x10, a2), lui(a3, pins >> 12),
               sw(a3, 0x10, a2), j(0)});
        run_for(1);
        EXPECT_EQ(state("board.camera.ov2640.in_reset"), pins != 0x1'0000u);
        EXPECT_EQ(state("board.camera.ov2640.powered_down"), pins == 0x100'0000u);
    }
}

TEST_F(MachineTest, ASnapshotOfAnotherBoardIsRefused) {
    start({j(0)}, "maix_dock");
    const Snapshot other = machine->save();
    start({j(0)});
    EXPECT_EQ(input_error_of([&] { machine->restore(other); }),
              "snapshot: it is of a maix_dock, and this machine is a maix_bit");
}

TEST_F(MachineTest, ASnapshotWhoseClocksAreNotSysctlsIsRefused) {
    start({j(0)});
    Snapshot snapshot = machine->save();
    snapshot.at("chip.wdt1.hz").at(0) ^= 1;
    EXPECT_THROW(machine->restore(snapshot), InputError);
}

}  // namespace
}  // namespace k210
