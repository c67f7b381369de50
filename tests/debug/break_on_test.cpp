#include "debug/break_on.hpp"

#include <array>

#include <gtest/gtest.h>

#include "debug/stop_description.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/cpu/hart.hpp"
#include "session/session_bench.hpp"

namespace k210::debug {
namespace {

SymbolTable symbols_of(const std::string& guest) {
    const auto file = guests_dir() / (guest + ".elf");
    return {read_file(file), file.string()};
}

struct BreakOnTest : testing::Test {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession listener;
    SymbolTable symbols;
    std::optional<Session> session;
    bool keeps_past = true;

    // What ends a run of the guest.
    std::optional<BreakOn::Met> run(const std::string& guest, const std::string& condition) {
        symbols = symbols_of(guest);
        session.emplace(session_with_guest(guest), log, listener);
        const BreakOn break_on({condition}, symbols);
        Past past(*session, [&] { break_on.watch(session->machine()); });
        break_on.watch(session->machine());
        for (int steps = 0; steps < 100; ++steps) {
            past.step(SimTime::never());
            if (const auto met = break_on.look(session->machine(), keeps_past ? &past : nullptr)) return met;
        }
        return {};
    }
    static std::string complaint(const std::string& condition) {
        try {
            BreakOn({condition}, symbols_of("two_harts"));
        } catch (const InputError& error) { return error.what(); }
        return {};
    }
};

TEST_F(BreakOnTest, ANameIsWhereItsCodeBegins) {
    const auto met = run("two_harts", "sym:hart1_main");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find("hart 1 at "), std::string::npos);
    EXPECT_NE(met->what.find("(hart1_main): is there"), std::string::npos);
    EXPECT_NE(met->description.find("hart 1 pc="), std::string::npos);
}

TEST_F(BreakOnTest, AWriteIsToldBeforeItHappens) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    const auto met = run("two_harts", "write:counter");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find(": is about to write 0x"), std::string::npos) << met->what;
    EXPECT_NE(met->what.find(" (counter)"), std::string::npos) << met->what;
}

TEST_F(BreakOnTest, AReadIsToldWithWhoHasWrittenThereLast) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    const auto written = run("two_harts", "read:counter");
    ASSERT_TRUE(written);
    const std::string& text = written->description;
    EXPECT_NE(text.find("last write of a hart to 0x"), std::string::npos) << text;
    EXPECT_NE(text.find(": hart 0 at "), std::string::npos) << text;
    EXPECT_NE(text.find("(_start"), std::string::npos) << text;  // clears all data
    EXPECT_TRUE(written->what.starts_with("hart 0 at "));
}

TEST_F(BreakOnTest, WithoutAPastTheWriterIsNotKnown) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    keeps_past = false;
    const auto read = run("two_harts", "read:counter");
    ASSERT_TRUE(read);
    EXPECT_NE(read->description.find(": unknown, as this run's past is not kept"), std::string::npos);
}

TEST_F(BreakOnTest, AFaultIsToldWithWhoCalled) {
    const auto met = run("crash", "fault");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find("pc 0x10000000: faults: cause 1"), std::string::npos) << met->what;
    const StackTrace stack = stack_of(session->machine(), 0);
    ASSERT_GE(stack.pcs.size(), 2u);
    EXPECT_EQ(stack.pcs[0], 0x1000'0000u);
    EXPECT_EQ(symbols.code_at(stack.pcs[1])->name, "main");
}

TEST_F(BreakOnTest, NothingElseEndsIt) {
    EXPECT_FALSE(run("hello", "fault"));
    EXPECT_FALSE(run("hello", "pc:0x80000001"));
}

TEST_F(BreakOnTest, TellsWhatIsNoCondition) {
    for (const char* bad :
         {"", "x", "fault:1", "write:", "write:nobody", "read:0x80000000+0", "read:0x80000000+x", "pc:", "sym:"})
        EXPECT_TRUE(complaint(bad).starts_with(fmt::format("--break-on {}: ", bad))) << bad;
    EXPECT_EQ(complaint("write:counter+8"), "");
}

TEST_F(BreakOnTest, FollowsFramePointersWhereCodeKeepsThem) {
    run("two_harts", "sym:main");
    Machine& machine = session->machine();
    Hart& hart = machine.hart(0);
    const std::uint64_t caller = hart.read_register(1).value();  // main's, which a call stands before
    const auto put = [&](std::uint64_t address, std::uint64_t value) {
        std::array<std::uint8_t, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
        ASSERT_TRUE(machine.poke(static_cast<std::uint32_t>(address), bytes));
    };
    constexpr std::uint64_t kStack = 0x8030'0000;
    hart.write_register(2, kStack);
    hart.write_register(8, kStack + 0x20);
    put(kStack + 0x18, caller);
    put(kStack + 0x10, kStack + 0x60);
    put(kStack + 0x58, caller);
    put(kStack + 0x50, 0);
    const StackTrace stack = stack_of(machine, 0);
    EXPECT_TRUE(stack.by_frame_pointers);
    EXPECT_EQ(stack.pcs, (std::vector{hart.read_register(kPcRegister).value(), caller, caller}));
}

}  // namespace
}  // namespace k210::debug
