// A guest whose console sends at a rate unlike its terminal's.
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"
#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;
using testing::IsEmpty;

std::vector<std::string> told(const Log& log) {
    std::vector<std::string> messages;
    for (const Log::Entry& entry : log.entries())
        if (entry.source == "console") messages.push_back(entry.message);
    return messages;
}

// The guest's `div` of UARTHS, whose clock is the CPU's 390 MHz after a reset, and what is told of an 'A' sent so.
struct MachineConsoleTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    DeviceBench bench;

    std::vector<std::string> told_of(std::uint32_t div, std::uint64_t terminal_baud = kTerminalBaud) {
        const std::uint32_t upper = (div + 0x800) >> 12;
        const std::uint32_t code[] = {csrr(t1, mhartid),
                                      bne(t1, zero, 36),
                                      lui(a0, 0x38000),
                                      lui(a1, upper),
                                      addi(a1, a1, static_cast<int>(div - (upper << 12))),
                                      sw(a1, 0x18, a0),
                                      addi(a1, zero, 1),
                                      sw(a1, 0x08, a0),
                                      addi(a1, zero, 'A'),
                                      sw(a1, 0, a0),
                                      wfi,
                                      j(-4)};
        std::vector<std::uint8_t> bytes(sizeof code);
        std::memcpy(bytes.data(), code, sizeof code);
        MachineConfig config{find_board("maix_bit"), {}, Program{0x8000'0000, {{0x8000'0000, bytes}}}, camera, console};
        config.settings.terminal_baud = terminal_baud;
        Machine machine(config, bench.log);
        machine.run_until(SimTime{kPsPerSecond / 100});
        return told(bench.log);
    }
};

TEST_F(MachineConsoleTest, AtTheTerminalsRateNothingIsTold) {
    EXPECT_THAT(told_of(3'384), IsEmpty());
    EXPECT_EQ(console.sent, "A");
}

TEST_F(MachineConsoleTest, AnotherRateIsTold) {
    EXPECT_THAT(told_of(259), testing::ElementsAre(testing::HasSubstr("1500000 baud: a terminal at 115200")));
    EXPECT_EQ(console.sent, "A");
}

TEST_F(MachineConsoleTest, ATerminalMayBeSetToThatRate) {
    EXPECT_THAT(told_of(259, 1'500'000), IsEmpty());
}

}  // namespace
}  // namespace k210
