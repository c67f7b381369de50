// What hangs on the chip's pads from outside: wires, far ends of UARTs, chips of an embedding program. All of this uses
// the public headers only.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/machine/machine.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;

struct Recorder final : SerialSink {
    void receive(std::uint8_t byte) override {
        if (byte != '\r') text += static_cast<char>(byte);
    }
    std::string text;
};

struct RegisterChip final : I2cTarget {
    bool start(bool) override { return true; }
    bool write(std::uint8_t byte) override {
        address = byte;
        return true;
    }
    std::uint8_t read() override { return static_cast<std::uint8_t>(0xa0 + address); }
    void stop() override {}
    std::uint8_t address = 0;
};

struct InvertingChip final : SpiTarget {
    void select(bool) override {}
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned) override { return ~out & ((1u << bits) - 1); }
    std::uint32_t receive(unsigned, unsigned) override { return 0; }
    void dummy_clocks(unsigned) override {}
};

struct PadsTest : testing::Test {
    const Board& board = find_board("maix_bit");
    FlashImage flash{board.storage_bytes("flash")};
    std::optional<Program> program = load_firmware(guests_dir() / "pads.bin", flash);
    TestChartCamera camera;
    Recorder console;
    Log log;

    Machine machine(std::vector<Wire> wires = {}) {
        MachineConfig config{board, {flash.bytes().begin(), flash.bytes().end()}, program, camera, console};
        config.settings.wires = std::move(wires);
        return Machine(config, log);
    }
    std::string said_by(Machine& machine) {
        EXPECT_EQ(machine.run_until(SimTime{kPsPerSecond}), StopReason::idle);
        return console.text;
    }
};

TEST_F(PadsTest, WithNothingOnThePadsNothingComesBack) {
    Machine alone = machine();
    EXPECT_EQ(said_by(alone),
              "uart2 hears nothing\nuart1 hears nothing\npin 0 reads 0\npin 1 reads 0\n"
              "nobody on i2c0\nspi1 reads ff\n");
}

TEST_F(PadsTest, WiresJoinUartsPinsAndSpi) {
    Machine wired = machine({{10, 13}, {12, 11}, {20, 21}, {34, 35}});
    EXPECT_EQ(said_by(wired),
              "uart2 hears a\nuart2 hears b\nuart1 hears c\npin 0 reads 0\npin 1 reads 1\n"
              "nobody on i2c0\nspi1 reads 5a\n");
}

TEST_F(PadsTest, WiresMayStandInTheBoardsFile) {
    std::string text = board.text;
    text.insert(text.find("description"), "wires = [[20, 21]]\n");
    const Board wired_board = parse_board(text, "wired", "wired.toml");
    MachineConfig config{wired_board, {flash.bytes().begin(), flash.bytes().end()}, program, camera, console};
    Machine wired(config, log);
    EXPECT_THAT(said_by(wired), HasSubstr("pin 1 reads 1\n"));
}

TEST_F(PadsTest, AProgramHangsChipsOfItsOwnOnThePads) {
    RegisterChip chip;
    InvertingChip other;
    Machine embedded = machine();
    embedded.hang(chip, {.address = 0x42, .pads = {.clock = 30, .data = 31}});
    embedded.hang(other, {.clock = 32, .select = 33});
    EXPECT_THAT(said_by(embedded), HasSubstr("i2c0 reads a1\nspi1 reads a5\n"));
}

TEST_F(PadsTest, WhatHasItsPlaceAlreadyIsNotPushedAside) {
    RegisterChip chip, second;
    InvertingChip other;
    Machine embedded = machine();
    embedded.hang(chip, {.address = 0x42, .pads = {.clock = 30, .data = 31}});
    EXPECT_EQ(input_error_of([&] { embedded.hang(second, {.address = 0x42, .pads = {.clock = 30, .data = 31}}); }),
              "address 0x42 on pads 30 and 31 is taken already");
    embedded.hang(second, {.address = 0x43, .pads = {.clock = 30, .data = 31}});
    EXPECT_EQ(input_error_of([&] { embedded.hang(other, {.clock = 32, .select = 36}); }),
              "pad 36 selects another chip already");  // the LCD
    EXPECT_EQ(input_error_of([&] { embedded.hang(other, {.clock = 48, .select = 33}); }),
              "there is no pad 48 (0 to 47)");
}

TEST_F(PadsTest, AProgramStandsAtTheFarEndOfAUart) {
    Recorder far_end;
    Machine embedded = machine();
    embedded.port<SerialLine>("uart1").connect(far_end);
    embedded.port<SerialLine>("uart1").send("x");
    EXPECT_THAT(said_by(embedded), HasSubstr("uart1 hears x\n"));
    EXPECT_EQ(far_end.text, "a");
}

TEST_F(PadsTest, WiresThatCannotBeAreRefused) {
    EXPECT_EQ(input_error_of([&] { machine({{4, 10}}); }), "wire 4=10: pad 4 is driven by console of maix_bit");
    EXPECT_EQ(input_error_of([&] { machine({{10, 16}}); }), "wire 10=16: pad 16 is driven by boot of maix_bit");
    EXPECT_EQ(input_error_of([&] { machine({{10, 48}}); }), "wire 10=48: there is no pad 48 (0 to 47)");
    EXPECT_EQ(input_error_of([&] { machine({{10, 10}}); }), "wire 10=10: pad 10 cannot be joined to itself");
}

TEST(PadsCommandTest, WiresAndFilesOfUartsAreOptions) {
    const TempDir dir;
    const std::string file = (dir / "uart2.txt").string();
    const auto end = run_emulator(
        {"run", (guests_dir() / "pads.bin").string(), "--wire", "10=13", "--wire", "11=12", "--uart2", "file:" + file});
    EXPECT_EQ(end.status, 0);
    EXPECT_THAT(end.out, HasSubstr("uart2 hears b\r\nuart1 hears c\r\n"));
    const auto sent = read_file(file);
    EXPECT_EQ(std::string(sent.begin(), sent.end()), "c");
}

}  // namespace
}  // namespace k210
