// RESET and IO16 from outside: by buttons, and by the DTR and RTS of the board's USB bridge, as flashing tools move
// them
// ([sdk] sipeed/kflash.py@7307f75 kflash.py:722-826).
#include <cstring>

#include <gtest/gtest.h>
#include <zlib.h>

#include "k210/base/error.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"
#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint64_t kMs = kPsPerSecond / 1000;
constexpr std::string_view kGreeting("\xc0\xc2\0\0\0\0\0\0\0\0\0\0\0\0\xc0", 15);
constexpr std::string_view kGreeted = "\xc0\xc2\xe0\xc0";

std::string checksum(std::string_view bytes) {
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    std::string text;
    for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(sum >> shift);
    return text;
}

struct ResetLinesTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    DeviceBench bench;
    std::optional<Machine> machine;

    // Its program counts its starts at 0x8000'1000, which a reset leaves alone, and waits.
    void start(BootMode boot = BootMode::flash, std::string_view board = "maix_bit", bool program = true) {
        const std::uint32_t code[] = {csrr(t0, mhartid),
                                      bne(t0, zero, 20),
                                      lui(t0, 0x40001),
                                      lw(t1, 0, t0),
                                      addi(t1, t1, 1),
                                      sw(t1, 0, t0),
                                      j(0)};
        std::vector<std::uint8_t> bytes(sizeof code);
        std::memcpy(bytes.data(), code, sizeof code);
        MachineConfig config{find_board(board), {}, {}, camera, console};
        if (program) config.program = Program{0x8000'0000, {{0x8000'0000, bytes}}};
        config.settings.boot = boot;
        machine.emplace(config, bench.log);
        run();
    }
    // Twice: what the pins ask for is done once the harts pause.
    void run() {
        for (int i = 0; i < 2; ++i) last_ = machine->run_until(after(machine->now(), kMs));
    }
    StopReason last() const { return last_; }
    SerialLine& line() { return machine->port<SerialLine>("console"); }
    void press(std::string_view button, bool down) { machine->port<Button>(button).press(down); }
    void set_lines(bool dtr, bool rts) {
        line().set_modem_lines({.dtr = dtr, .rts = rts});
        run();
    }
    unsigned starts() { return machine->save().at("chip.sram").at(0x1000); }
    std::string reply_to(std::string_view bytes) {
        console.sent.clear();
        line().send(bytes);
        for (int i = 0; i < 5; ++i) run();
        return console.sent;
    }

private:
    StopReason last_ = StopReason::time_reached;
};

TEST_F(ResetLinesTest, NothingRunsWhileResetIsHeld) {
    start();
    EXPECT_EQ(starts(), 1u);
    press("reset", true);
    run();
    run();
    EXPECT_EQ(starts(), 1u);
    press("reset", false);
    run();
    EXPECT_EQ(starts(), 2u);
    EXPECT_EQ(machine->counters().resets, 1u);
}

// A serial line that holds reset, as pyserial does on this board while it opens a port, lets go again.
TEST_F(ResetLinesTest, AMachineHeldInResetHasNotEnded) {
    start(BootMode::flash, "m5stickv");
    set_lines(true, false);
    EXPECT_EQ(last(), StopReason::time_reached);
    EXPECT_TRUE(machine->held_in_reset());
    set_lines(false, false);
    EXPECT_FALSE(machine->held_in_reset());
    EXPECT_EQ(starts(), 2u);
}

TEST_F(ResetLinesTest, BootHeldWhileResetIsLetGoStartsTheSerialMode) {
    start();
    press("boot", true);
    run();
    EXPECT_FALSE(machine->in_isp()) << "nobody looks at it now";
    press("reset", true);
    press("reset", false);
    run();
    EXPECT_TRUE(machine->in_isp());
    EXPECT_EQ(starts(), 1u);
    EXPECT_EQ(reply_to(kGreeting), kGreeted);
    press("boot", false);
    run();
    EXPECT_TRUE(machine->in_isp());
    press("reset", true);
    press("reset", false);
    run();
    EXPECT_FALSE(machine->in_isp());
    EXPECT_EQ(starts(), 2u);
}

TEST_F(ResetLinesTest, ABoardWithoutABootButtonBoots) {
    start(BootMode::flash, "m5stickv");
    EXPECT_FALSE(machine->in_isp());
    EXPECT_EQ(starts(), 1u);
}

TEST_F(ResetLinesTest, RtsResetsAndDtrChoosesTheSerialModeOnABit) {
    start();
    set_lines(false, true);
    EXPECT_EQ(starts(), 1u);
    set_lines(true, false);
    EXPECT_TRUE(machine->in_isp());
    EXPECT_EQ(reply_to(kGreeting), kGreeted);
    set_lines(false, false);
    set_lines(false, true);
    set_lines(false, false);
    EXPECT_FALSE(machine->in_isp());
    EXPECT_EQ(starts(), 2u);
}

TEST_F(ResetLinesTest, DtrResetsAndRtsChoosesTheSerialModeOnAGo) {
    for (const char* board : {"maix_go", "kd233", "m5stickv", "amigo"}) {
        start(BootMode::flash, board);
        set_lines(true, false);
        EXPECT_EQ(starts(), 1u);
        set_lines(false, true);
        EXPECT_TRUE(machine->in_isp()) << board;
        set_lines(true, false);
        set_lines(false, false);
        EXPECT_EQ(starts(), 2u) << board;
    }
}

TEST_F(ResetLinesTest, ATerminalThatAssertsBothLinesResetsNothing) {
    start();
    set_lines(true, false);  // one after the other, as programs do
    set_lines(true, true);
    EXPECT_EQ(starts(), 1u);
    EXPECT_EQ(machine->counters().resets, 0u);
    set_lines(false, false);
    EXPECT_EQ(machine->counters().resets, 0u);
}

TEST_F(ResetLinesTest, ResetForgetsWhatWasOnItsWay) {
    start();
    line().send("typed");
    set_lines(false, true);
    EXPECT_EQ(line().waiting(), 0u);
}

TEST_F(ResetLinesTest, TheSerialModeRunsWhatItIsSent) {
    start(BootMode::isp);
    EXPECT_TRUE(machine->in_isp());
    EXPECT_EQ(starts(), 0u);
    EXPECT_EQ(last(), StopReason::idle) << "with nothing on its way nothing will happen";
    const std::uint32_t code[] = {lui(t0, 0x40001), addi(t1, zero, 7), sw(t1, 0, t0), j(0)};
    std::string body("\0\0\0\x80\x10\0\0\0", 8);
    body.append(reinterpret_cast<const char*>(code), sizeof code);
    EXPECT_EQ(reply_to("\xc0" + std::string("\xc3\0\0\0", 4) + checksum(body) + body + "\xc0"), "\xc0\xc3\xe0\xc0");
    const std::string entry("\0\0\0\x80\0\0\0\0", 8);
    EXPECT_EQ(reply_to("\xc0" + std::string("\xc5\0\0\0", 4) + checksum(entry) + entry + "\xc0"), "");
    EXPECT_FALSE(machine->in_isp());
    EXPECT_EQ(starts(), 7u);
}

TEST_F(ResetLinesTest, AMachineForItsFlashAloneNeverBoots) {
    start(BootMode::isp_only);
    EXPECT_TRUE(machine->in_isp());
    set_lines(false, true);
    set_lines(false, false);
    EXPECT_FALSE(machine->in_isp());
    EXPECT_EQ(starts(), 0u);
    set_lines(false, true);
    set_lines(true, false);
    EXPECT_TRUE(machine->in_isp());
}

TEST_F(ResetLinesTest, WithoutAProgramAToolMayTryAgain) {
    start(BootMode::isp, "maix_bit", false);
    set_lines(false, true);
    set_lines(false, false);
    EXPECT_NE(last(), StopReason::crashed);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    set_lines(false, true);
    set_lines(true, false);
    EXPECT_TRUE(machine->in_isp());
}

TEST_F(ResetLinesTest, AMachineHeldInResetIsRestoredSo) {
    start();
    set_lines(false, true);
    const Snapshot held = machine->save();
    start();
    machine->restore(held);
    run();
    EXPECT_EQ(starts(), 1u);
    set_lines(true, false);
    EXPECT_TRUE(machine->in_isp());
}

TEST_F(ResetLinesTest, AResetButtonHeldDownIsRestoredSo) {
    start();
    press("reset", true);
    run();
    const Snapshot held = machine->save();
    start();
    machine->restore(held);
    set_lines(false, true);
    set_lines(false, false);
    EXPECT_EQ(starts(), 1u) << "the button still holds the pin";
    press("reset", false);
    run();
    EXPECT_EQ(starts(), 2u);
}

TEST_F(ResetLinesTest, WithoutPowerMemoryForgets) {
    start();
    press("reset", true);
    press("reset", false);
    run();
    EXPECT_EQ(starts(), 2u);
    machine->cut_power(1);
    run();
    EXPECT_EQ(starts(), 1u);
    EXPECT_EQ(last(), StopReason::time_reached);
}

}  // namespace
}  // namespace k210
