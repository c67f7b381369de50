#include "debug/break_on.hpp"

#include <array>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "debug/stop_description.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/cpu/hart.hpp"
#include "session/session_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210::debug {
namespace {

SymbolTable symbols_of(const std::string& guest) {
    const auto file = guests_dir() / (guest + ".elf");
    return {read_file(file), file.string()};
}

constexpr std::uint64_t kStub = 0x5025'0200;       // the audio processor, behind I2S0's registers
constexpr std::uint64_t kSoftReset = 0x5044'0030;  // SYSCTL's soft_reset: lib/drivers/include/sysctl.h [sdk]

struct BreakOnTest : testing::Test {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession listener;
    SymbolTable symbols;
    std::optional<Session> session;
    bool keeps_past = true;

    // What ends a run of the guest.
    std::optional<BreakOn::Met> run(const std::string& guest, const std::string& condition) {
        begin(guest);
        return run_on(condition);
    }
    // The same with other code in its main's place, which begins with an address in a0 and 1 in a1.
    std::optional<BreakOn::Met> run_instead(std::vector<std::uint32_t> code, std::uint64_t a0,
                                            const std::string& condition) {
        begin("two_harts");
        run_on("sym:main");
        Machine& machine = session->machine();
        const auto bytes = std::as_bytes(std::span(code));
        const std::span<const std::uint8_t> text(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
        EXPECT_TRUE(machine.poke(static_cast<std::uint32_t>(symbols.address_of("main").value()), text));
        machine.hart(0).write_register(10, a0);
        machine.hart(0).write_register(11, 1);
        return run_on(condition);
    }
    void begin(const std::string& guest) {
        symbols = symbols_of(guest);
        session.emplace(session_with_guest(guest), log, listener);
    }
    std::optional<BreakOn::Met> run_on(const std::string& condition) {
        BreakOn break_on({condition}, symbols);
        Past past(*session, [&] { break_on.watch(session->machine()); });
        break_on.listen(log, [this]() -> Machine& { return session->machine(); });
        break_on.watch(session->machine());
        std::optional<BreakOn::Met> met;
        for (int steps = 0; steps < 50 && !met; ++steps) {
            past.step(SimTime::never());
            met = break_on.look(session->machine(), &past);
        }
        log.reported = nullptr;
        return met;
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
    const auto written = run("two_harts", "read:printed");
    ASSERT_TRUE(written);
    EXPECT_NE(written->description.find("last access to a device: "), std::string::npos) << written->description;
    EXPECT_NE(written->description.find(" by a hart: hart 0 at "), std::string::npos) << written->description;
    EXPECT_NE(written->description.find("(_start"), std::string::npos) << written->description;  // clears all data
}

TEST_F(BreakOnTest, WhatABlockRefusesIsToldWhereItWasDone) {
    const auto met = run_instead({rvasm::sw(0, 0, rvasm::a0), rvasm::j(-4)}, 0x3800'0000, "guest_error");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find("uarths: byte written to a full transmit FIFO, by hart 0 at "), std::string::npos)
        << met->what;
    EXPECT_NE(met->what.find("(main): is about to write 0x38000000"), std::string::npos) << met->what;
    EXPECT_NE(met->description.find("last access to a device: write of 4 bytes at 0x38000000 (uarths)"),
              std::string::npos)
        << met->description;
}

TEST_F(BreakOnTest, ABlockThatIsNotModelledIsToldWhenItIsTouched) {
    const auto met = run_instead({rvasm::sw(0, 0, rvasm::a0), rvasm::j(0)}, kStub, "stub");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find("not modelled"), std::string::npos) << met->what;
    EXPECT_NE(met->what.find("(main): is about to write 0x"), std::string::npos) << met->what;
    EXPECT_FALSE(run_instead({rvasm::j(0)}, kStub, "stub"));
}

TEST_F(BreakOnTest, AResetIsToldBeforeItComes) {
    const auto met = run_instead({rvasm::sw(rvasm::a1, 0, rvasm::a0), rvasm::j(0)}, kSoftReset, "reset");
    ASSERT_TRUE(met);
    EXPECT_NE(met->what.find("a reset is due, asked for by the guest"), std::string::npos) << met->what;
    EXPECT_EQ(session->machine().hart(0).read_register(kPcRegister), symbols.address_of("main").value() + 4);
    EXPECT_FALSE(run_instead({rvasm::j(0)}, kSoftReset, "reset"));
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
