// gdb itself, attached to the program.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include <gtest/gtest.h>

#include "host/tcp_link.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/cpu/hart.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

// A port that is free now.
std::string free_port() {
    return std::to_string(TcpLink(0).port());
}

bool gdb_is_there() {
    return std::system("gdb-multiarch --version > /dev/null 2>&1") == 0;
}

struct GdbTest : testing::Test {
    TempDir files;
    const std::filesystem::path guest = guests_dir() / "two_harts.elf";
    const std::string port = free_port();

    std::string run_gdb(const std::vector<std::string>& commands) const {
        std::ofstream script(files / "commands");
        script << "set pagination off\nset confirm off\ntarget remote 127.0.0.1:" << port << "\n";
        for (const std::string& command : commands) script << command << "\n";
        script.close();
        const std::string line = fmt::format("timeout 120 gdb-multiarch -nx -batch -x '{}' '{}' 2>&1",
                                             (files / "commands").string(), guest.string());
        FILE* const output = ::popen(line.c_str(), "r");
        std::string said;
        for (int c = 0; (c = std::fgetc(output)) != EOF;) said += static_cast<char>(c);
        ::pclose(output);
        return said;
    }
    std::string report(const std::string& name) const {
        const auto bytes = read_file(files / name);
        return std::regex_replace(std::string(bytes.begin(), bytes.end()), std::regex(".*\"wall_seconds\".*\n"), "");
    }
    EmulatorProcess::Result undisturbed() const {
        return EmulatorProcess({"run", guest.string(), "--report", (files / "plain.json").string()}).wait();
    }
};

#define NEEDS_GDB() \
    if (!gdb_is_there()) GTEST_SKIP() << "gdb-multiarch is missing: gdb itself is NOT tested"

TEST_F(GdbTest, DebugsBothHarts) {
    NEEDS_GDB();
    EmulatorProcess emulator({"run", guest.string(), "--gdb", port, "--report", (files / "debugged.json").string()});
    ASSERT_TRUE(emulator.says("target remote 127.0.0.1:" + port));
    const std::string said = run_gdb({
        "break main",
        "continue",
        "info threads",
        "stepi",
        "x/i $pc",  //
        "break hart1_main",
        "continue",
        "bt 1",
        "print $mhartid",
        "delete",  //
        "watch counter",
        "continue",
        "x/i $pc-4",
        "print counter",
        "delete",  //
        "set var counter = counter",
        "monitor time",
        "info registers mstatus priv",  //
        "continue",
    });
    for (const char* expected :
         {"Thread 1 hit Breakpoint 1, main ()", "Thread 2 \\(hart 1\\)", "=> 0x[0-9a-f]+ <main\\+2>",
          "Thread 2 hit Breakpoint 2, hart1_main ()", "\\$1 = 1", "hit Hardware watchpoint 3: counter",
          "<work\\+[0-9]+>:\tsw\t", "hart 1 is at 0\\.0", "\\[Machine\\]", "exited normally"})
        EXPECT_TRUE(std::regex_search(said, std::regex(expected))) << expected << "\n" << said;
    std::smatch counts;
    ASSERT_TRUE(std::regex_search(said, counts, std::regex("Old value = ([0-9]+)\nNew value = ([0-9]+)")));
    EXPECT_EQ(std::stoi(counts[2]), std::stoi(counts[1]) + 1);
    EXPECT_NE(said.find("$2 = " + counts[2].str() + "\n"), std::string::npos);
    const auto result = emulator.wait();
    EXPECT_EQ(result.status, 0);
    const auto plain = undisturbed();
    EXPECT_EQ(result.out, plain.out);
    EXPECT_EQ(report("debugged.json"), report("plain.json"));
}

TEST_F(GdbTest, ASilentDebuggerChangesNothing) {
    NEEDS_GDB();
    EmulatorProcess emulator({"run", guest.string(), "--gdb", port, "--report", (files / "debugged.json").string()});
    ASSERT_TRUE(emulator.says("target remote"));
    run_gdb({"continue"});
    EXPECT_EQ(emulator.wait().out, undisturbed().out);
    EXPECT_EQ(report("debugged.json"), report("plain.json"));
}

TEST_F(GdbTest, GoesBackToTheWriterAndOnAgain) {
    NEEDS_GDB();
    EmulatorProcess emulator({"run", guest.string(), "--gdb", port, "--report", (files / "debugged.json").string()});
    ASSERT_TRUE(emulator.says("target remote"));
    const std::string said = run_gdb({
        "watch counter",
        "continue",
        "continue",
        "continue",
        "delete",
        "stepi 20",  //
        "info registers pc ra sp a0 a5",
        "stepi 7",
        "reverse-stepi 7",
        "info registers pc ra sp a0 a5",  //
        "watch counter",
        "reverse-continue",
        "x/i $pc",
        "print counter",  //
        "delete",
        "reverse-step",
        "reverse-continue",
        "info threads",  //
        "continue",
    });
    const std::regex registers("pc  [^\n]*\nra  [^\n]*\nsp  [^\n]*\na0  [^\n]*\na5  [^\n]*\n");
    std::vector<std::string> shown;
    for (std::sregex_iterator at(said.begin(), said.end(), registers), end; at != end; ++at) shown.push_back(at->str());
    ASSERT_EQ(shown.size(), 2u) << said;
    EXPECT_EQ(shown[0], shown[1]);
    const std::regex undone("Old value = 4\nNew value = 3\n[^$]*=> 0x[0-9a-f]+ <work\\+[0-9]+>:\tsw\t");
    EXPECT_TRUE(std::regex_search(said, undone)) << said;
    EXPECT_NE(said.find("No more reverse-execution history"), std::string::npos) << said;
    EXPECT_NE(said.find("exited normally"), std::string::npos) << said;
    EXPECT_EQ(emulator.wait().out, undisturbed().out);
    EXPECT_EQ(report("debugged.json"), report("plain.json"));
}

TEST_F(GdbTest, GoesBackFromACrash) {
    NEEDS_GDB();
    EmulatorProcess emulator({"run", (guests_dir() / "crash.elf").string(), "--gdb", port, "--crash-patience", "0.01"});
    ASSERT_TRUE(emulator.says("target remote"));
    const std::string said = run_gdb({"continue", "break main", "reverse-continue", "delete", "continue", "continue"});
    EXPECT_NE(said.find("hit Breakpoint 1, main ()"), std::string::npos) << said;
    EXPECT_NE(emulator.wait().err.find("the guest has crashed"), std::string::npos);
}

TEST_F(GdbTest, ShowsWhereTheGuestHasCrashed) {
    NEEDS_GDB();
    EmulatorProcess emulator({"run", (guests_dir() / "crash.elf").string(), "--gdb", port, "--crash-patience", "0.01"});
    ASSERT_TRUE(emulator.says("target remote"));
    const std::string said = run_gdb({"continue", "print/x $mcause", "continue"});
    EXPECT_NE(said.find("SIGSEGV"), std::string::npos) << said;
    EXPECT_NE(emulator.wait().err.find("the guest has crashed"), std::string::npos);
}

TEST_F(GdbTest, ARunEndsWhereItIsToBreak) {
    const auto result = EmulatorProcess({"run", guest.string(), "--break-on", "sym:hart1_main"}).wait();
    EXPECT_EQ(result.status, 43);
    EXPECT_NE(result.err.find("hart 1 pc="), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("(hart1_main): is there"), std::string::npos) << result.err;
}

TEST_F(GdbTest, APortThatIsTakenIsRefused) {
    const TcpLink taken(0);
    const auto result = EmulatorProcess({"run", guest.string(), "--gdb", std::to_string(taken.port())}).wait();
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find(fmt::format("--gdb {}: Address already in use", taken.port())), std::string::npos);
}

TEST_F(GdbTest, WhatIsNoPortIsRefused) {
    for (const char* bad : {"0", "x", "127.0.0.1:", "nowhere.invalid:1234", "70000"}) {
        const auto result = EmulatorProcess({"run", guest.string(), "--gdb", bad}).wait();
        EXPECT_EQ(result.status, 2) << bad;
        EXPECT_NE(result.err.find(fmt::format("--gdb {}: ", bad)), std::string::npos) << result.err;
    }
}

}  // namespace
}  // namespace k210
