// --trace-mmio and --trace-calls, as users have them.
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/full_disk.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct TraceTest : testing::Test {
    TempDir files;
    const std::string guest = guests_dir() / "two_harts.elf", trace = files / "trace.txt";

    std::string text(const std::string& name) const {
        const auto bytes = read_file(files / name);
        return {bytes.begin(), bytes.end()};
    }
    std::string report() const {
        return std::regex_replace(text("report.json"), std::regex(".*\"wall_seconds\".*\n"), "");
    }
    EmulatorProcess::Result run(std::vector<std::string> options) const {
        std::vector<std::string> words{"run", guest, "--report", files / "report.json"};
        words.insert(words.end(), options.begin(), options.end());
        return EmulatorProcess(words).wait();
    }
};

TEST_F(TraceTest, NamesRegistersAndCode) {
    EXPECT_EQ(run({"--trace-mmio", "uarths", "--trace-to", trace}).status, 0);
    EXPECT_THAT(text("trace.txt"), StartsWith("# k210emu trace\n"));
    EXPECT_TRUE(std::regex_search(
        text("trace.txt"),
        std::regex("\n0\\.\\d{9} hart 0 0x80000[0-9a-f]{3} console_init\\+\\d+ write uarths.txctrl 4 0x1\n")));
    EXPECT_THAT(text("trace.txt"), HasSubstr(" write uarths.txdata 4 0x68\n"));  // an h
    EXPECT_THAT(text("trace.txt"), HasSubstr(" hart 1 "));
    EXPECT_THAT(text("trace.txt"), Not(HasSubstr("clint")));
    EXPECT_THAT(text("trace.txt"), Not(HasSubstr("calls")));
}

TEST_F(TraceTest, NamesCallersAndCallees) {
    EXPECT_EQ(run({"--trace-calls", "--trace-to", trace}).status, 0);
    EXPECT_TRUE(std::regex_search(
        text("trace.txt"),
        std::regex("hart 0 depth 2 0x80000[0-9a-f]{3} main\\+\\d+ calls 0x80000[0-9a-f]{3} console_init\n")));
    EXPECT_TRUE(std::regex_search(text("trace.txt"), std::regex("hart 1 depth \\d+ \\S+ work\\+\\d+ calls ")));
}

TEST_F(TraceTest, ChangesNothing) {
    const auto plain = run({});
    const std::string figures = report();
    const auto traced = run({"--trace-mmio", "all", "--trace-calls", "--trace-to", trace});
    EXPECT_EQ(traced.out, plain.out);
    EXPECT_EQ(traced.err, plain.err);
    EXPECT_EQ(report(), figures);
    const std::string first = text("trace.txt");
    run({"--trace-mmio", "all", "--trace-calls", "--trace-to", trace});
    EXPECT_EQ(text("trace.txt"), first);
}

TEST_F(TraceTest, EndsAtItsLimitAndSaysSo) {
    EXPECT_EQ(run({"--trace-calls", "--trace-lines", "3", "--trace-to", trace}).status, 0);
    const std::string lines = text("trace.txt");
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 5);
    EXPECT_THAT(lines, HasSubstr("# there was more: --trace-lines 3 is reached\n"));
}

TEST_F(TraceTest, RefusesADeviceThatIsNotThere) {
    const auto refused = run({"--trace-mmio", "uarth", "--trace-to", trace});
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("--trace-mmio: no device 'uarth'; did you mean uarths?"));
    EXPECT_FALSE(std::filesystem::exists(trace));
}

TEST_F(TraceTest, OptionsThatBelongTogetherAreAskedFor) {
    EXPECT_EQ(run({"--trace-calls"}).err, "k210emu: --trace-mmio and --trace-calls: need --trace-to FILE\n");
    EXPECT_EQ(run({"--trace-to", trace}).err, "k210emu: --trace-to: needs --trace-mmio or --trace-calls\n");
    EXPECT_EQ(run({"--trace-lines", "5"}).err, "k210emu: --trace-lines: needs --trace-to\n");
    EXPECT_EQ(run({"--trace-calls", "--trace-to", trace, "--trace-lines", "0"}).err,
              "k210emu: --trace-lines 0: no number from 1 to 10000000\n");
}

TEST_F(TraceTest, AFullDiskIsTold) {
    constexpr std::size_t kLessThanTheTrace = 100'000;
    const FullDisk full(kLessThanTheTrace);
    const auto result = run({"--trace-calls", "--trace-to", trace});
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.err, HasSubstr(trace + ": File too large"));
    EXPECT_FALSE(std::filesystem::exists(trace));
}

TEST_F(TraceTest, BreakOnKeepsItsPastBesideATrace) {
    const auto plain = run({"--break-on", "write:finished"});
    const auto traced = run({"--break-on", "write:finished", "--trace-calls", "--trace-to", trace});
    EXPECT_EQ(traced.status, 43);
    EXPECT_EQ(traced.err, plain.err);
    EXPECT_THAT(traced.err, HasSubstr("last write to "));
}

}  // namespace
}  // namespace k210
