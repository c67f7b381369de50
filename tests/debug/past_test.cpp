#include "debug/past.hpp"

#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/loader/symbols.hpp"
#include "session/session_bench.hpp"
#include "system/snapshot_compare.hpp"

namespace k210::debug {
namespace {

// A guest under a debugger that can go back. What it says is kept once.
struct Debugged {
    struct Listener : HeardSession {
        Past* past = nullptr;
        void console_says(std::uint8_t byte) override {
            if (!past || !past->again()) text += static_cast<char>(byte);
        }
        void given(const Input& input, InputOrigin origin) override {
            if (past) past->given(input, origin);
        }
    };

    explicit Debugged(const std::string& guest)
        : session(session_with_guest(guest), log, listener), past(session, [this] { arm(); }), names(symbols(guest)) {
        listener.past = &past;
    }
    static SymbolTable symbols(const std::string& guest) {
        const auto file = guests_dir() / (guest + ".elf");
        return {read_file(file), file.string()};
    }

    Hart& hart(unsigned id) { return session.machine().hart(id); }
    void arm() {
        for (unsigned id = 0; id < Machine::kHarts; ++id) hart(id).stop_at(points);
    }
    std::uint32_t at(std::string_view name) { return static_cast<std::uint32_t>(names.address_of(name).value()); }
    std::uint64_t pc(unsigned id) { return hart(id).read_register(kPcRegister).value(); }
    std::uint32_t word(std::uint32_t address) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{session.machine().peek(address + i).value()} << (8 * i);
        return value;
    }
    bool stopped() {
        for (unsigned id = 0; id < Machine::kHarts; ++id)
            if (hart(id).take_stop()) return true;
        return false;
    }
    // Until something stops it, or that time.
    bool run_to(SimTime when) {
        while (session.now() < when || past.again()) {
            past.step(SimTime::never());
            if (stopped()) return true;
        }
        return false;
    }
    bool run_to_ms(std::uint64_t ms) { return run_to({ps_from_us(ms * 1000)}); }
    // Stops it in the midst of what it does.
    void stop_after(unsigned id, std::uint64_t instructions) {
        hart(id).stop_at({.instructions = hart(id).instructions() + instructions});
        ASSERT_TRUE(run_to(after(session.now(), 10 * kPsPerSecond)));
        arm();
    }
    void step(unsigned id) {
        hart(id).step_within(0, 0);
        ASSERT_TRUE(run_to(after(session.now(), 10 * kPsPerSecond)));
    }
    // But for how it is gone through loops that wait, and up to when a hart that sleeps has been followed: a machine
    // that is watched more closely looks at them more often.
    Snapshot state() {
        Snapshot state = session.save().machine;
        std::erase_if(state, [](const auto& piece) {
            const std::string& name = piece.first;
            return name.find(".loop.") != name.npos || name.ends_with(".pure_blocks") || name.ends_with(".skipping") ||
                   name == "now_ps" || name == "hart1.local_ps";
        });
        return state;
    }
    void go_to_present() {
        while (past.again()) past.step(SimTime::never());
    }

    Log log = Log::writing_to([](std::string_view) {});
    Listener listener;
    Session session;
    StopPoints points;
    Past past;
    SymbolTable names;
};

void press_reset(Session& session) {
    session.give(ButtonInput{std::string(kResetPort), true});
    session.give(ButtonInput{std::string(kResetPort), false});
}

struct PastTest : testing::TestWithParam<const char*> {};
// Harts that share words, KPU layers and DMA, writes to the flash, pictures.
INSTANTIATE_TEST_SUITE_P(Guests, PastTest, testing::Values("two_harts", "kpu_drivers", "flash_log", "demo"));

TEST_P(PastTest, StepsBackAreStepsUndone) {
    Debugged guest(GetParam());
    guest.run_to_ms(2);
    press_reset(guest.session);
    guest.run_to_ms(4);
    for (const std::uint64_t instructions : {1'000, 12'345}) {
        guest.stop_after(0, instructions);
        std::vector<Snapshot> states;
        constexpr int kSteps = 12;
        for (int i = 0; i < kSteps; ++i) {
            states.push_back(guest.state());
            guest.step(0);
        }
        const Snapshot end = guest.state();
        for (; !states.empty(); states.pop_back()) {
            ASSERT_TRUE(guest.past.step_back(0));
            EXPECT_TRUE(same_state(guest.state(), states.back())) << states.size() << " steps from there";
        }
        for (int i = 0; i < kSteps; ++i) guest.step(0);
        EXPECT_TRUE(same_state(guest.state(), end));
        guest.go_to_present();
    }
}

TEST_P(PastTest, WhatComesAgainIsTheSameAndToldOnce) {
    Debugged guest(GetParam()), undisturbed(GetParam());
    const auto use = [](Debugged& one, auto visit_past) {
        one.run_to_ms(20);
        press_reset(one.session);
        one.run_to_ms(30);
        visit_past();
        one.run_to_ms(60);
        one.session.give(SerialInput{"console", "x"});
        one.run_to_ms(200);
    };
    use(guest, [&] {
        guest.stop_after(0, 1000);
        guest.past.step_back(0);
        guest.past.step_back(1);
        guest.points.pcs = {0x8000'0000};
        const auto [went, hit] = guest.past.go_back(guest.points, {});
        ASSERT_EQ(went, Past::Went::there);
        EXPECT_EQ(guest.pc(hit->hart), 0x8000'0000u);
        EXPECT_LT(guest.session.now().seconds(), 0.023);
        guest.points = {};
        guest.arm();
        EXPECT_TRUE(guest.past.again());
    });
    use(undisturbed, [] {});
    EXPECT_FALSE(guest.past.again());
    EXPECT_EQ(guest.listener.text, undisturbed.listener.text);
    EXPECT_TRUE(same_state(guest.state(), undisturbed.state()));
}

struct TwoHartsPastTest : testing::Test {
    Debugged guest{"two_harts"};
    const std::uint32_t counter = guest.at("counter");

    TwoHartsPastTest() {
        if (!can_watch()) return;
        guest.points.watchpoints = {{counter, 4, false, true}};
    }
    Past::Went go_back() { return guest.past.go_back(guest.points, {}).first; }
};

TEST_F(TwoHartsPastTest, TheLastWriterIsFoundAndTheOneBeforeIt) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    guest.stop_after(0, 60'000);
    std::uint32_t last = guest.word(counter);
    ASSERT_GT(last, 10u);
    for (int i = 0; i < 5; ++i) {
        const auto [went, hit] = guest.past.go_back(guest.points, {});
        ASSERT_EQ(went, Past::Went::there);
        EXPECT_EQ(hit->stop.address, counter);
        EXPECT_EQ(guest.word(counter), last);  // behind the one that has written it
        ASSERT_TRUE(guest.past.step_back(hit->hart));
        EXPECT_EQ(guest.pc(hit->hart), hit->stop.pc);
        EXPECT_EQ(guest.word(counter), --last);
    }
}

TEST_F(TwoHartsPastTest, LookingBackMovesNothing) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    guest.stop_after(0, 60'000);
    const Snapshot before = guest.state();
    std::uint32_t then = 0;
    EXPECT_TRUE(guest.past.look_back(guest.points, [&](const Past::Hit&) { then = guest.word(counter); }));
    EXPECT_EQ(then, guest.word(counter) - 1);
    EXPECT_FALSE(guest.past.again());
    EXPECT_TRUE(same_state(guest.state(), before));
}

TEST_F(TwoHartsPastTest, ALockThatIsBeingTakenIsTaken) {
    guest.points = {};
    const auto end = [](Debugged& one) {
        one.run_to_ms(30);
        return one.state();
    };
    Debugged undisturbed("two_harts");
    const Snapshot expected = end(undisturbed);
    guest.stop_after(0, 60'000);
    for (int i = 0; i < 25; ++i) {
        guest.step(0);
        ASSERT_TRUE(guest.past.step_back(0));
        guest.go_to_present();
    }
    EXPECT_TRUE(same_state(end(guest), expected));
}

TEST_F(TwoHartsPastTest, NothingIsBeforeTheBeginning) {
    guest.points = {.pcs = {1}};
    guest.run_to_ms(2);
    guest.stop_after(0, 100);
    EXPECT_EQ(go_back(), Past::Went::to_beginning);
    EXPECT_EQ(guest.pc(0), 0x8000'0000u);
    EXPECT_EQ(guest.session.now(), SimTime{});
    EXPECT_FALSE(guest.past.step_back(0));
    EXPECT_EQ(guest.pc(0), 0x8000'0000u);
}

TEST_F(TwoHartsPastTest, ASearchThatIsInterruptedLeavesItWhereItIs) {
    guest.points = {.pcs = {1}};
    guest.run_to_ms(2);
    guest.stop_after(0, 100);
    const std::uint64_t pc = guest.pc(0);
    EXPECT_EQ(guest.past.go_back(guest.points, [] { return true; }).first, Past::Went::nowhere);
    EXPECT_EQ(guest.pc(0), pc);
}

TEST_F(TwoHartsPastTest, WhatTheDebuggerHasWrittenIsWhereThePastBegins) {
    guest.points = {};
    guest.run_to_ms(2);
    guest.stop_after(0, 100);
    guest.past.step_back(0);
    guest.hart(0).write_register(5, 42);
    guest.past.changed();
    EXPECT_FALSE(guest.past.again());
    EXPECT_FALSE(guest.past.step_back(0));
    guest.step(0);
    guest.step(0);
    EXPECT_TRUE(guest.past.step_back(0));
    EXPECT_TRUE(guest.past.step_back(0));
    EXPECT_EQ(guest.hart(0).read_register(5), 42u);
}

}  // namespace
}  // namespace k210::debug
