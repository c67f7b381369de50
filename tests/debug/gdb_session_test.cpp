// What gdb's packets do to a machine, without gdb.
#include "debug/gdb_session.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "debug/monitor.hpp"
#include "debug/packets.hpp"
#include "k210/cpu/hart.hpp"
#include "session/session_bench.hpp"

namespace k210::debug {
namespace {

struct GdbSessionTest : testing::Test {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession listener;
    Session session{session_with_guest("two_harts"), log, listener};
    std::vector<std::string> saved;
    const MonitorHost host{[this]() -> Session& { return session; },
                           [this](const std::string& file) { saved.push_back(file); }};
    std::optional<Past> past;  // where there is one
    GdbSession gdb{{[this]() -> Machine& { return session.machine(); },
                    [this](std::string_view command) { return run_monitor_command(command, host); },
                    [this] { return past ? &*past : nullptr; },
                    {}}};

    GdbSessionTest() { gdb.connected(); }
    void keep_the_past() {
        past.emplace(session, [this] { gdb.machine_made(session.machine()); });
    }

    // The only answer.
    std::string ask(std::string_view packet) {
        const auto answers = gdb.receive(packet);
        EXPECT_EQ(answers.size(), 1u) << packet;
        return answers.empty() ? std::string() : answers.front();
    }
    // What stops the guest after that packet.
    std::string run(std::string_view packet) {
        EXPECT_TRUE(gdb.receive(packet).empty()) << packet;
        for (int steps = 0; steps < 1000; ++steps) {
            past ? past->step(SimTime::never()) : session.step();
            if (const auto stop = gdb.look()) return *stop;
        }
        return "nothing";
    }
    std::string monitor(std::string_view command) {
        std::string said;
        for (std::string_view answer : gdb.receive("qRcmd," + to_hex(command)))
            if (take(answer, "O") && answer != "K") said += from_hex(answer).value();
        return said;
    }
    std::uint64_t pc(unsigned hart) { return session.machine().hart(hart).read_register(kPcRegister).value(); }
};

TEST_F(GdbSessionTest, HoldsTheGuestUntilItGoesOn) {
    EXPECT_TRUE(gdb.holds());
    EXPECT_EQ(ask("?"), "T05thread:1;");
    gdb.receive("vCont;c");
    EXPECT_FALSE(gdb.holds());
    EXPECT_EQ(gdb.interrupt(), "T02thread:1;");
    EXPECT_TRUE(gdb.holds());
}

TEST_F(GdbSessionTest, HartsAreThreads) {
    EXPECT_EQ(ask("qfThreadInfo"), "m1,2");
    EXPECT_EQ(ask("qsThreadInfo"), "l");
    EXPECT_EQ(ask("qC"), "QC1");
    EXPECT_EQ(ask("Hg2"), "OK");
    EXPECT_EQ(ask("qC"), "QC2");
    EXPECT_EQ(ask("T2"), "OK");
    EXPECT_EQ(ask("T3"), "E01");
    EXPECT_EQ(ask("Hg7"), "E01");
}

TEST_F(GdbSessionTest, DescribesTheHartsInParts) {
    std::string xml;
    for (char more = 'm'; more == 'm';) {
        const std::string part = ask(fmt::format("qXfer:features:read:target.xml:{:x},100", xml.size()));
        more = part.front();
        xml += part.substr(1);
    }
    EXPECT_TRUE(xml.ends_with("</target>"));
    EXPECT_NE(xml.find(R"(name="mstatus")"), std::string::npos);
}

TEST_F(GdbSessionTest, EveryDescribedRegisterCanBeRead) {
    const auto read = [this](unsigned number) { return ask(fmt::format("p{:x}", number)); };
    EXPECT_EQ(read(kPcRegister), "0000008000000000");
    for (unsigned f = 0; f < 32; ++f) EXPECT_EQ(read(kFirstFloatRegister + f).size(), 16u);
    for (const NamedCsr& csr : debugged_csrs()) EXPECT_EQ(read(kFirstCsrRegister + csr.number).size(), 16u) << csr.name;
    EXPECT_EQ(read(kFirstCsrRegister + 3).size(), 8u);
    EXPECT_EQ(read(kModeRegister), "0300000000000000");
    EXPECT_EQ(read(kFirstCsrRegister + 0x7a0), "E01");
}

TEST_F(GdbSessionTest, RegistersKeepWhatIsWrittenToThem) {
    EXPECT_EQ(ask("P5=efbeadde00000000"), "OK");
    EXPECT_EQ(ask("p5"), "efbeadde00000000");
    EXPECT_EQ(ask("P0=0100000000000000"), "OK");
    EXPECT_EQ(ask("p0"), "0000000000000000");
    const std::string all = ask("g");
    EXPECT_EQ(all.size(), 33u * 16);
    EXPECT_EQ(all.substr(5 * 16, 16), "efbeadde00000000");
    EXPECT_EQ(ask("G" + all), "OK");
    EXPECT_EQ(ask("g"), all);
    EXPECT_EQ(ask("P20=0100000000000000"), "E01");  // no instruction begins at an odd address
}

TEST_F(GdbSessionTest, MemoryIsReadAndWritten) {
    EXPECT_EQ(ask("M80100000,3:010203"), "OK");
    EXPECT_EQ(ask("m80100000,4"), "01020300");
    EXPECT_EQ(ask(std::string("X80100ffe,4:") + "\x01\x02\x03\x04"), "OK");
    EXPECT_EQ(ask("m40100ffe,4"), "01020304");
    EXPECT_EQ(ask("m10000000,4"), "E14");
    EXPECT_EQ(ask("M80100000,4:0102"), "E01");
}

TEST_F(GdbSessionTest, ReadingADeviceChangesNothingInIt) {
    session.give(SerialInput{"console", "x"});
    run_for(session, 0.01);
    EXPECT_EQ(ask("m38000004,4"), ask("m38000004,4"));
    EXPECT_EQ(monitor("uarths.rxdata"), monitor("uarths.rxdata"));
}

TEST_F(GdbSessionTest, ABreakpointStopsTheHartThatComesToIt) {
    EXPECT_EQ(ask("Z0,80000002,2"), "OK");
    EXPECT_EQ(ask("z0,80000002,2"), "OK");
    EXPECT_EQ(ask("Z1,80000004,4"), "OK");
    EXPECT_EQ(run("vCont;c"), "T05thread:1;");
    EXPECT_EQ(pc(0), 0x8000'0004u);
    EXPECT_EQ(run("vCont;c"), "T05thread:2;");
    EXPECT_EQ(pc(1), 0x8000'0004u);
    EXPECT_EQ(run("c"), "nothing");
}

TEST_F(GdbSessionTest, OneHartStepsWhileTheOtherRuns) {
    EXPECT_EQ(run("vCont;s:1;c"), "T05thread:1;");
    EXPECT_EQ(pc(0), 0x8000'0004u);
    EXPECT_EQ(pc(1), 0x8000'0000u);
    EXPECT_EQ(run("vCont;s:2;c"), "T05thread:2;");
    EXPECT_EQ(pc(1), 0x8000'0004u);
}

TEST_F(GdbSessionTest, ARangeIsSteppedThrough) {
    EXPECT_EQ(run("vCont;r80000000,80000010:1;c"), "T05thread:1;");
    EXPECT_GE(pc(0), 0x8000'0010u);
}

TEST_F(GdbSessionTest, AWatchpointTellsWhatIsAccessed) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    EXPECT_EQ(ask("Z2,38000008,4"), "OK");  // UARTHS' txctrl
    EXPECT_EQ(run("vCont;c"), "T05thread:1;watch:38000008;");
    EXPECT_EQ(ask("Z2,38000008,0"), "E22");
    EXPECT_EQ(ask("Z9,38000008,4"), "");
}

TEST_F(GdbSessionTest, LeavesTheGuestAloneWhenItDetaches) {
    ask("Z0,80000004,4");
    EXPECT_EQ(ask("D"), "OK");
    EXPECT_FALSE(gdb.holds());
    session.step();
    EXPECT_FALSE(gdb.look());
}

TEST_F(GdbSessionTest, EndsTheRunWhenItKills) {
    EXPECT_EQ(ask("vKill;1"), "OK");
    EXPECT_TRUE(gdb.killed());
    EXPECT_FALSE(gdb.holds());
}

TEST_F(GdbSessionTest, AnswersNothingToWhatItDoesNotKnow) {
    for (const char* packet : {"", "vMustReplyEmpty", "qTStatus", "QNonStop:1", "R", "bs"}) EXPECT_EQ(ask(packet), "");
    for (const char* packet : {"m", "mzz,4", "M1", "pzz", "P1", "Z0", "Z0,1", "vCont;x", "vCont;r1", "Gzz", "H"})
        EXPECT_EQ(ask(packet), "E01") << packet;
    EXPECT_TRUE(gdb.holds());
}

TEST_F(GdbSessionTest, GoesBackAndForth) {
    EXPECT_EQ(ask("qSupported").find("Reverse"), std::string::npos);
    keep_the_past();
    EXPECT_NE(ask("qSupported").find(";ReverseStep+;ReverseContinue+"), std::string::npos);
    EXPECT_EQ(run("vCont;s:1;c"), "T05thread:1;");
    EXPECT_EQ(run("vCont;s:1;c"), "T05thread:1;");
    const std::string registers = ask("g");
    EXPECT_EQ(ask("bs"), "T05thread:1;");
    EXPECT_EQ(pc(0), 0x8000'0004u);
    EXPECT_EQ(run("vCont;s:1;c"), "T05thread:1;");
    EXPECT_EQ(ask("g"), registers);
    EXPECT_EQ(ask("Z0,80000004,4"), "OK");
    EXPECT_EQ(ask("bc"), "T05thread:1;");
    EXPECT_EQ(pc(0), 0x8000'0004u);
    EXPECT_EQ(ask("bc"), "T05thread:1;replaylog:begin;");
    EXPECT_EQ(pc(0), 0x8000'0000u);
    EXPECT_EQ(ask("bs"), "T05thread:1;replaylog:begin;");
    EXPECT_EQ(run("vCont;c"), "T05thread:1;");
    EXPECT_EQ(ask("bx"), "");
}

TEST_F(GdbSessionTest, StepsBackTheHartThatIsChosen) {
    keep_the_past();
    run("vCont;s:1;c");
    run("vCont;s:2;c");
    ask("Hc2");
    EXPECT_EQ(ask("bs"), "T05thread:2;");
    EXPECT_EQ(pc(1), 0x8000'0000u);
}

TEST_F(GdbSessionTest, GoesBackToTheWriter) {
    if (!can_watch()) GTEST_SKIP() << "this Unicorn has no watchpoints";
    keep_the_past();
    ask("Z2,38000008,4");  // UARTHS' txctrl
    EXPECT_EQ(run("vCont;c"), "T05thread:1;watch:38000008;");
    const std::uint64_t writer = pc(0);
    ask("z2,38000008,4");
    for (int i = 0; i < 10; ++i) run("vCont;s:1;c");
    ask("Z2,38000008,4");
    EXPECT_EQ(ask("bc"), "T05thread:1;watch:38000008;");
    EXPECT_EQ(ask("bs"), "T05thread:1;");
    EXPECT_EQ(pc(0), writer);
}

TEST_F(GdbSessionTest, WhatIsWrittenHasNoPast) {
    keep_the_past();
    run("vCont;s:1;c");
    EXPECT_EQ(ask("P5=efbeadde00000000"), "OK");
    EXPECT_EQ(ask("bs"), "T05thread:1;replaylog:begin;");
    run("vCont;s:1;c");
    EXPECT_EQ(ask("M80100000,1:01"), "OK");
    EXPECT_EQ(ask("bs"), "T05thread:1;replaylog:begin;");
    EXPECT_EQ(ask("p5"), "efbeadde00000000");
}

TEST_F(GdbSessionTest, MonitorShowsDevicesByTheirDeclarations) {
    EXPECT_NE(monitor("devices").find("0x38000000 uarths\n"), std::string::npos);
    EXPECT_NE(monitor("uarths").find("txctrl"), std::string::npos);
    EXPECT_EQ(monitor("uarths.txctrl.txen"), "0x0\n");
    EXPECT_NE(monitor("uarths.txctl").find("did you mean txctrl?"), std::string::npos);
    EXPECT_NE(monitor("uart").find("no command and no device: uart"), std::string::npos);
}

TEST_F(GdbSessionTest, MonitorDrivesPads) {
    EXPECT_EQ(monitor("pad 17 low"), "pad 17 is driven low\n");
    EXPECT_EQ(monitor("pad 17 free"), "pad 17 is no longer driven\n");
    EXPECT_NE(monitor("pad 48 high").find("there is no pad 48"), std::string::npos);
    for (const char* bad : {"pad", "pad 17", "pad x low", "pad 17 up", "pad 17x low", "pad 17 low "})
        EXPECT_EQ(monitor(bad), "pad: a number and high, low or free, as in pad 16 low\n") << bad;
}

TEST_F(GdbSessionTest, MonitorSavesWhatItIsTold) {
    EXPECT_EQ(monitor("save state.snap"), "saved in state.snap\n");
    EXPECT_EQ(saved, std::vector<std::string>{"state.snap"});
    EXPECT_NE(monitor("save").find("which FILE?"), std::string::npos);
}

TEST_F(GdbSessionTest, MonitorPressesReset) {
    ask("Z0,80000004,4");
    run("vCont;c"), run("vCont;c");
    EXPECT_NE(monitor("reset").find("pressed"), std::string::npos);
    EXPECT_EQ(run("vCont;c"), "T05thread:1;");
    EXPECT_EQ(session.machine().counters().resets, 1u);
}

}  // namespace
}  // namespace k210::debug
