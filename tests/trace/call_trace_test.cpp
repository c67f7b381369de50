// Calls, from the blocks that a hart runs.
#include "trace/call_trace.hpp"

#include <array>
#include <cstring>

#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210::trace {
namespace {

using namespace rvasm;

constexpr std::uint64_t kMain = 0x8000'0000, kPrint = 0x8000'0100, kPut = 0x8000'0200, kHandler = 0x8000'0300;
constexpr std::uint64_t kTimer = 1ull << 63 | 7, kLoadFault = 5;
constexpr std::uint32_t kRet = 0x0000'8067;
const std::string kBegin = "# k210emu trace\n";

struct CallTraceTest : testing::Test {
    DeviceBench bench;
    Memory ram{"ram", 0x1000};
    Bus bus{bench.log};
    const std::array<SymbolTable::Symbol, 4> names{
        {{kMain, 0x40, "main"}, {kPrint, 0x40, "print"}, {kPut, 0x40, "put"}, {kHandler, 0x40, "handler"}}};
    SymbolTable symbols{names};
    TraceText text{1000};
    CallTrace hart{0, text, [this]() -> const SymbolTable& { return symbols; }};
    std::uint64_t cycle = 0;

    CallTraceTest() {
        bus.map(ram, kMain);
        hart.attached(bench.clock, bus);
        hart.resume(0);
    }
    // A block of one instruction, of one cycle.
    void run(std::uint64_t pc, std::uint32_t insn) {
        std::memcpy(&ram.bytes()[pc - kMain], &insn, 4);
        hart.block(pc, 4, cycle);
        ++cycle;
    }
    // Without the times.
    std::string told() const {
        std::string lines;
        std::string_view rest = std::string_view(text.text()).substr(kBegin.size());
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n') + 1);
            lines += line.substr(line.find(' ') + 1);
            rest.remove_prefix(line.size());
        }
        return lines;
    }
};

TEST_F(CallTraceTest, CountsCallsThatHaveNotReturned) {
    run(kMain, jal(ra, static_cast<std::int32_t>(kPrint - kMain)));
    run(kPrint, jal(ra, static_cast<std::int32_t>(kPut - kPrint)));
    run(kPut, kRet);
    run(kPrint + 4, kRet);
    run(kMain + 4, jal(ra, static_cast<std::int32_t>(kPut - kMain - 4)));
    run(kPut, kRet);
    EXPECT_EQ(told(),
              "hart 0 depth 1 0x80000000 main calls 0x80000100 print\n"
              "hart 0 depth 2 0x80000100 print calls 0x80000200 put\n"
              "hart 0 depth 1 0x80000004 main+4 calls 0x80000200 put\n");
}

TEST_F(CallTraceTest, ABlockThatIsToldAgainIsRunOnce) {
    run(kMain, jal(ra, static_cast<std::int32_t>(kPrint - kMain)));
    hart.block(kPrint, 4, cycle);
    hart.pause(cycle);
    hart.resume(cycle);
    run(kPrint, jal(ra, static_cast<std::int32_t>(kPut - kPrint)));
    run(kPut, kRet);
    EXPECT_EQ(told(),
              "hart 0 depth 1 0x80000000 main calls 0x80000100 print\n"
              "hart 0 depth 2 0x80000100 print calls 0x80000200 put\n");
}

TEST_F(CallTraceTest, ACallThatAnInterruptComesBetweenIsMadeBehindIt) {
    run(kMain, jal(ra, static_cast<std::int32_t>(kPrint - kMain)));
    hart.trapped(kTimer, kHandler, cycle);
    run(kHandler, mret);
    run(kPrint, kRet);
    EXPECT_EQ(told(),
              "hart 0 depth 1 0x80000000 main interrupt 7, to 0x80000300 handler\n"
              "hart 0 depth 1 0x80000000 main calls 0x80000100 print\n");
}

TEST_F(CallTraceTest, ACallInABlockThatFaultsIsNone) {
    run(kMain, jal(ra, static_cast<std::int32_t>(kPrint - kMain)));
    hart.trapped(kLoadFault, kHandler, cycle);
    run(kHandler, mret);
    run(kMain + 8, nop);
    EXPECT_EQ(told(), "hart 0 depth 1 0x80000000 main exception 5, to 0x80000300 handler\n");
}

TEST_F(CallTraceTest, TellsACallInTheLastPlaceOfAFunction) {
    run(kMain, j(static_cast<std::int32_t>(kPrint - kMain)));
    run(kPrint, j(8));
    run(kPrint + 8, kRet);
    EXPECT_EQ(told(), "hart 0 depth 0 0x80000000 main jumps to 0x80000100 print\n");
}

TEST_F(CallTraceTest, ALoopThatWaitsIsToldOnce) {
    run(kMain, nop);
    for (int turn = 0; turn < 3; ++turn) hart.waited_in_loop(kMain, {}, ++cycle);
    EXPECT_EQ(told(), "hart 0 depth 0 0x80000000 main waits, in a loop at 0x80000000 main\n");
}

}  // namespace
}  // namespace k210::trace
