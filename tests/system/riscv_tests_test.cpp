// RISC-V's own tests of instructions and traps (K210_RISCV_TESTS, a checkout of riscv-software-src/riscv-tests) as
// firmware of a machine. What fails, and why, is the table in docs/fidelity.md; a test of it that passes is a failure
// here, too.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/cpu/hart.hpp"
#include "support/temp_dir.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

// Test ("rv64mi/csr") by how it ends here, by the rows `| rv64mi/csr | FAIL case 18 | why |` of the document.
std::map<std::string, std::string> expected_departures() {
    std::ifstream document(source_dir() / "docs/fidelity.md");
    static const std::regex row(R"(\| `(rv64\w+/[\w-]+)` \| `([^|`]+)` \| [^|]+ \|)");
    std::map<std::string, std::string> departures;
    std::smatch cells;
    for (std::string line; std::getline(document, line);)
        if (std::regex_match(line, cells, row)) departures[cells[1]] = cells[2];
    return departures;
}

std::string quoted(const std::filesystem::path& path) {
    return "'" + path.string() + "'";
}

struct RiscvTestsTest : testing::TestWithParam<const char*> {
    const std::filesystem::path suite = riscv_tests_dir() / "isa";
    const std::filesystem::path firmware = source_dir() / "firmware";
    const std::filesystem::path environment = firmware / "riscv_tests";
    TempDir built;

    void compile(const std::string& arguments, const std::filesystem::path& output) const {
        const std::string command = quoted(guest_compiler()) +
                                    " -march=rv64imafdc_zicsr_zifencei -mabi=lp64d "
                                    "-mcmodel=medany -static -ffreestanding -nostdlib -Wl,--no-relax "
                                    "-Wl,--build-id=none -w " +
                                    arguments + " -o " + quoted(output);
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }
    void compile_report() const {
        std::string sources = quoted(environment / "report.c");
        for (const char* part : {"console.c", "clock.c", "pins.c", "memory.c"})
            sources += " " + quoted(firmware / "lib" / part);
        compile("-O2 -fno-tree-loop-distribute-patterns -r -I" + quoted(firmware / "lib") + " " + sources,
                built / "report.o");
    }
    // The line that the test says at its end, or that there was none.
    std::string verdict(const std::filesystem::path& test) const {
        const auto elf = built / (test.stem().string() + ".elf");
        compile("-I" + quoted(environment) + " -I" + quoted(suite / "macros/scalar") + " -T" +
                    quoted(firmware / "lib/guest.ld") + " " + quoted(test) + " " + quoted(built / "report.o"),
                elf);
        if (HasFatalFailure()) return "not compiled";
        const Board& board = find_board("maix_bit");
        FlashImage flash(board.storage_bytes("flash"));
        auto program = load_firmware(elf, flash);
        MachineBench bench({board, std::move(flash).release(), std::move(program)});
        bench.run(1);
        const std::string& said = bench.console();
        return said.empty() ? "nothing said" : said.substr(0, std::min(said.find(" at "), said.find('\n')));
    }
};

INSTANTIATE_TEST_SUITE_P(Isa, RiscvTestsTest,
                         testing::Values("rv64ui", "rv64um", "rv64ua", "rv64uc", "rv64uf", "rv64ud", "rv64mi",
                                         "rv64si"),
                         [](const auto& group) { return std::string(group.param); });

TEST_P(RiscvTestsTest, PassesButForTheDeparturesThatAreDocumented) {
    if (riscv_tests_dir().empty())
        GTEST_SKIP() << "no riscv-tests: set K210_RISCV_TESTS to a checkout of riscv-software-src/riscv-tests";
    if (cpu_engine_version().starts_with("Unicorn 2.0")) GTEST_SKIP() << "the table is that of newer engines";
    compile_report();
    const auto departures = expected_departures();
    std::set<std::filesystem::path> tests;
    for (const auto& entry : std::filesystem::directory_iterator(suite / GetParam()))
        if (entry.path().extension() == ".S") tests.insert(entry.path());
    ASSERT_FALSE(tests.empty());
    unsigned passed = 0;
    for (const auto& test : tests) {
        const std::string name = std::string(GetParam()) + "/" + test.stem().string();
        const auto departure = departures.find(name);
        const std::string said = verdict(test);
        EXPECT_EQ(said, departure == departures.end() ? "PASS" : departure->second) << name;
        passed += said == "PASS";
    }
    std::printf("%s: %u of %zu pass\n", GetParam(), passed, tests.size());
}

}  // namespace
}  // namespace k210
