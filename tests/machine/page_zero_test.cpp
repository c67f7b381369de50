// The page at address 0, to which null pointers lead: memory on this chip.
#include <cstring>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "k210/loader/program.hpp"
#include "k210/machine/machine.hpp"
#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

struct PageZeroTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    DeviceBench bench;  // for its silent log

    Program stores_at_8() {
        const std::uint32_t code[] = {addi(a0, zero, 0x123), sd(a0, 8, zero), ld(a1, 8, zero), sd(a1, 16, zero), wfi};
        std::vector<std::uint8_t> bytes(sizeof code);
        std::memcpy(bytes.data(), code, sizeof code);
        Program program{};
        program.entry = 0x8000'0000;
        program.segments.push_back({0x8000'0000, bytes});
        return program;
    }
    MachineConfig config() { return {find_board("maix_bit"), {}, stores_at_8(), camera, console}; }
    static std::uint64_t double_word(const Snapshot& snapshot, std::size_t offset) {
        std::uint64_t value = 0;
        std::memcpy(&value, &snapshot.at("chip.debug").at(offset), sizeof value);
        return value;
    }
};

TEST_F(PageZeroTest, KeepsWhatHartsStoreThere) {
    Machine machine(config(), bench.log);
    machine.run_until(SimTime{ps_from_us(100)});
    const Snapshot snapshot = machine.save();
    EXPECT_EQ(double_word(snapshot, 8), 0x123u);
    EXPECT_EQ(double_word(snapshot, 16), 0x123u);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(PageZeroTest, IsSavedAndRestored) {
    Machine machine(config(), bench.log);
    machine.run_until(SimTime{ps_from_us(100)});
    Machine other(config(), bench.log);
    other.restore(machine.save());
    EXPECT_EQ(double_word(other.save(), 8), 0x123u);
}

}  // namespace
}  // namespace k210
