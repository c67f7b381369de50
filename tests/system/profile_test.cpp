// `k210emu profile`: what it adds to a run, and that it changes nothing about it.
#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "profile/profiler.hpp"
#include "support/paths.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using Json = nlohmann::json;

std::string guest_file(const std::string& name) {
    return guests_dir() / name;
}

Json read_json(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    return Json::parse(bytes.begin(), bytes.end());
}

// --- it changes nothing -------------------------------------------------------------------------------------------

class SameAsRunTest : public testing::TestWithParam<std::vector<std::string>> {};
INSTANTIATE_TEST_SUITE_P(Profile, SameAsRunTest,
                         testing::Values(std::vector<std::string>{"--timeout", "0.6"},
                                         std::vector<std::string>{guest_file("two_harts.elf")},
                                         std::vector<std::string>{guest_file("crash.elf")}));

TEST_P(SameAsRunTest, ConsoleLcdReportAndStatusAreThoseOfRun) {
    TempDir files;
    const auto run_as = [&](const std::string& command) {
        std::vector<std::string> arguments = {command};
        arguments.insert(arguments.end(), GetParam().begin(), GetParam().end());
        for (const std::string& output : {std::string("--report"), std::string("--screenshot")}) {
            arguments.push_back(output);
            arguments.push_back(files / (command + output));
        }
        return run_emulator(arguments);
    };
    const auto run = run_as("run"), profile = run_as("profile");
    EXPECT_EQ(profile.status, run.status);
    EXPECT_EQ(profile.out, run.out);
    EXPECT_EQ(read_file(files / "profile--screenshot"), read_file(files / "run--screenshot"));
    Json run_report = read_json(files / "run--report"), profile_report = read_json(files / "profile--report");
    run_report.erase("wall_seconds");
    profile_report.erase("wall_seconds");
    EXPECT_EQ(profile_report, run_report);
    EXPECT_THAT(profile.err, testing::StartsWith(run.err));  // then comes the summary
}

// --- it adds up ---------------------------------------------------------------------------------------------------

struct ProfiledDemo : private SerialSink {
    Firmware firmware = demo_on_maix_bit();
    app::DemoCamera camera;
    Log log;
    profile::Profiler profiler;
    profile::Profile result;

    explicit ProfiledDemo(double seconds) : profiler(symbols()) {
        log.set_level(LogLevel::off);
        MachineConfig config{firmware.board, firmware.flash, firmware.program, camera, *this};
        profiler.watch(config);
        Machine machine(config, log);
        machine.run_until(SimTime{static_cast<std::uint64_t>(seconds * kPsPerSecond)});
        result = profiler.finish(machine.now());
    }
    static SymbolTable symbols() { return {read_file(guest_file("demo.elf")), "demo.elf"}; }
    void receive(std::uint8_t) override {}
};

template <class Line, class Time>
std::uint64_t sum(const std::vector<Line>& lines, Time time) {
    return std::accumulate(lines.begin(), lines.end(), std::uint64_t{0},
                           [&](std::uint64_t all, const Line& line) { return all + time(line); });
}

TEST(ProfileTest, EachHartsTimeAddsUpToThePicosecond) {
    const ProfiledDemo demo(0.6);
    EXPECT_EQ(demo.result.elapsed_ps, 600'000'000'000u);
    for (const profile::HartLines& hart : demo.result.harts) {
        EXPECT_EQ(hart.running_ps + hart.trap_ps + hart.waiting_ps, demo.result.elapsed_ps);
        EXPECT_EQ(sum(hart.functions, [](const auto& line) { return line.program_ps; }), hart.running_ps);
        EXPECT_EQ(sum(hart.traps, [](const auto& line) { return line.time_ps; }), hart.trap_ps);
        EXPECT_EQ(sum(hart.waits, [](const auto& line) { return line.time_ps; }), hart.waiting_ps);
    }
    EXPECT_GT(demo.result.harts[0].running_ps, 0u);
    EXPECT_GT(demo.result.harts[0].trap_ps, 0u);
    EXPECT_GT(demo.result.harts[0].waiting_ps, 0u);
}

TEST(ProfileTest, LayersTakeTheKpusTimeAndTheirCyclesAreAllOfIt) {
    const ProfiledDemo demo(0.6);
    ASSERT_FALSE(demo.result.layers.empty());
    const double ps_per_cycle = 1e12 / static_cast<double>(demo.result.kpu_hz);
    std::uint64_t all_ps = 0;
    for (const profile::LayerTime& layer : demo.result.layers) {
        const std::uint64_t cycles =
            layer.setup_cycles + layer.compute_cycles + layer.weight_load_cycles + layer.data_out_cycles;
        EXPECT_NEAR(static_cast<double>(layer.busy_ps), static_cast<double>(layer.runs * cycles) * ps_per_cycle,
                    static_cast<double>(layer.runs) * ps_per_cycle);
        all_ps += layer.busy_ps;
    }
    for (const profile::DeviceTime& device : demo.result.devices) {
        EXPECT_LE(device.busy_ps, demo.result.elapsed_ps) << device.name;
        if (device.name == "kpu") { EXPECT_EQ(device.busy_ps, all_ps); }
    }
}

TEST(ProfileTest, RepeatsExactly) {
    const ProfiledDemo first(0.1), second(0.1);
    EXPECT_EQ(first.result.harts[0].functions.size(), second.result.harts[0].functions.size());
    EXPECT_EQ(first.result.harts[0].waiting_ps, second.result.harts[0].waiting_ps);
    EXPECT_EQ(first.profiler.timeline().tracks().size(), second.profiler.timeline().tracks().size());
}

// --- what it says -------------------------------------------------------------------------------------------------

TEST(ProfileTest, SummaryNamesFunctionsWaitsInterruptsLayersAndDevices) {
    const auto run = run_emulator({"profile", "--symbols", guest_file("demo.elf"), "--timeout", "0.6"});
    EXPECT_EQ(run.status, 42);
    EXPECT_THAT(run.err, AllOf(HasSubstr("demo on maix_bit, approximate timing: 600.000 ms of guest time"),
                               ContainsRegex("canvas_fill +[0-9.]+ ms"), ContainsRegex("delay .* in delay_us"),
                               ContainsRegex("poll of uarths.txdata .* in print"), ContainsRegex("dvp .* times"),
                               ContainsRegex("total +600.000 ms 100.0 %"), ContainsRegex("0 conv 3x3 +3x320x240")));
    EXPECT_THAT(run.out, Not(HasSubstr("canvas_fill")));
}

TEST(ProfileTest, ElfFirmwareBringsItsSymbols) {
    EXPECT_THAT(run_emulator({"profile", guest_file("two_harts.elf")}).err, HasSubstr("lock_acquire"));
}

TEST(ProfileTest, WithoutSymbolsFunctionsGoByTheirAddresses) {
    EXPECT_THAT(run_emulator({"profile", guest_file("two_harts.bin")}).err,
                AllOf(ContainsRegex("    0x8000[0-9a-f]+ +[0-9.]+ ms"), Not(HasSubstr("lock_acquire"))));
}

TEST(ProfileTest, TraceHasATrackForEverythingThatWorks) {
    TempDir files;
    const auto run = run_emulator({"profile", "--timeout", "0.6", "--trace", files / "trace.json"});
    ASSERT_EQ(run.status, 42);
    std::set<std::string> tracks;
    std::map<int, std::vector<double>> times;  // by track, of begins and ends
    std::size_t spans = 0;
    const Json trace = read_json(files / "trace.json");
    for (const Json& event : trace.at("traceEvents")) {
        const std::string phase = event.at("ph");
        if (phase == "M" && event.at("name") == "thread_name") tracks.insert(event.at("args").at("name"));
        if (phase != "B" && phase != "E") continue;
        spans += phase == "B";
        std::vector<double>& track = times[event.at("tid")];
        ASSERT_EQ(phase, track.size() % 2 ? "E" : "B");  // no span within another
        track.push_back(event.at("ts"));
    }
    for (const auto& [track, edges] : times) {
        EXPECT_TRUE(std::is_sorted(edges.begin(), edges.end())) << track;
        EXPECT_GE(edges.front(), 0) << track;
        EXPECT_LE(edges.back(), 600'000) << track;
    }
    EXPECT_THAT(tracks, IsSupersetOf({"hart 0", "hart 0 traps", "hart 1", "kpu", "dma channel 2", "dvp", "lcd", "spi0",
                                      "console", "clock cpu"}));
    EXPECT_GT(spans, 100u);
}

TEST(ProfileTest, TraceRepeatsByteForByte) {
    TempDir files;
    for (const char* name : {"first.json", "second.json"})
        run_emulator({"profile", "--timeout", "0.1", "--trace", files / name});
    EXPECT_EQ(read_file(files / "first.json"), read_file(files / "second.json"));
}

TEST(ProfileTest, PageHoldsWhatAddsUpToTheRun) {
    TempDir files;
    const std::string title = "<!-- its.elf";
    std::filesystem::copy_file(guest_file("two_harts.elf"), files / title);
    const auto run = run_emulator({"profile", files / title, "--html", files / "page.html"});
    EXPECT_EQ(run.status, 0);
    const auto bytes = read_file(files / "page.html");
    const std::string page(bytes.begin(), bytes.end());
    const std::string mark = R"(id="profile">)";
    const std::size_t begin = page.find(mark) + mark.size();
    const Json data = Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
    EXPECT_EQ(data.at("run").at("title"), title + " on maix_bit");
    EXPECT_EQ(data.at("run").at("outcome"), "ended");
    EXPECT_THAT(data.at("run").at("command").get<std::string>(), ContainsRegex("^k210emu profile '/.*' --html /"));
    const auto total = [](const Json& lines, const char* key) {
        return std::accumulate(
            lines.begin(), lines.end(), std::uint64_t{0},
            [key](std::uint64_t all, const Json& line) { return all + line.at(key).get<std::uint64_t>(); });
    };
    for (const Json& hart : data.at("harts")) {
        EXPECT_EQ(total(hart.at("functions"), "program_ps") + total(hart.at("traps"), "time_ps") +
                      total(hart.at("waits"), "time_ps"),
                  data.at("elapsed_ps"));
    }
}

// --- what it refuses ----------------------------------------------------------------------------------------------

std::string refusal(const std::vector<std::string>& arguments) {
    const auto run = run_emulator(arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    return run.err;
}

TEST(ProfileTest, RefusesSymbolsThatCannotBeHad) {
    TempDir files;
    EXPECT_THAT(refusal({"profile", "--symbols", files / "no.elf"}), HasSubstr("no.elf: No such file"));
    EXPECT_THAT(refusal({"profile", "--symbols", guest_file("demo.bin")}), HasSubstr("demo.bin: is no ELF file"));
    const auto stripped = files.write("stripped.elf", make_elf(0x8000'0000, {{0x8000'0000, sample_program(100), 100}}));
    EXPECT_THAT(refusal({"profile", "--symbols", stripped}), HasSubstr("stripped.elf: has no symbols"));
}

TEST(ProfileTest, RefusesOutputsThatCannotBeWritten) {
    TempDir files;
    EXPECT_THAT(refusal({"profile", "--trace", files / "no/trace.json"}), HasSubstr("no/trace.json: "));
    EXPECT_THAT(refusal({"profile", "--html", files / "no/page.html"}), HasSubstr("no/page.html: "));
}

TEST(ProfileTest, RunDoesNotTakeItsOptions) {
    EXPECT_THAT(refusal({"run", "--trace", "trace.json"}), HasSubstr("--trace"));
    EXPECT_THAT(refusal({"run", "--html", "page.html"}), HasSubstr("--html"));
}

// --- firmware without symbols -------------------------------------------------------------------------------------

TEST(ProfileRealImageTest, FunctionsOfMaixPyAreKnownAgain) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    TempDir files;
    const std::string script = files.write("script.py", std::string("import utime\n"
                                                                    "for i in range(1000): utime.ticks_ms()\n"
                                                                    "print(sum([i * 1.5 for i in range(100)]))\n"));
    const auto run = run_emulator(
        {"profile", image_path("maixpy_0.6.2_84_ide.bin"), "--script", script, "--html", files / "page.html"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.err, ContainsRegex("functions that are known again have names, for [1-9][0-9]* % of the time"));
    const auto page = read_file(files / "page.html");
    const std::string text(page.begin(), page.end());
    EXPECT_THAT(text, HasSubstr("\"utime.ticks_ms\""));     // of MicroPython's tables
    EXPECT_THAT(text, HasSubstr("\"__libc_init_array\""));  // of the toolchain's library
}

TEST(ProfileRealImageTest, LinesOfAScriptAreToldApart) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    TempDir files;
    const std::string script = files.write("script.py", std::string("import time\n"
                                                                    "def inner(n):\n"
                                                                    "    total = 0\n"
                                                                    "    for i in range(n):\n"
                                                                    "        total += i * i\n"
                                                                    "    return total\n"
                                                                    "def outer():\n"
                                                                    "    inner(20000)\n"
                                                                    "    time.sleep_ms(50)\n"
                                                                    "outer()\n"));
    const auto run = run_emulator(
        {"profile", image_path("maixpy_0.6.2_84_ide.bin"), "--script", script, "--stacks", files / "stacks"});
    EXPECT_EQ(run.status, 0);
    const auto bytes = read_file(files / "stacks");
    const std::string text(bytes.begin(), bytes.end());
    const std::string outer = "hart 0;<module> <stdin>:10;outer <stdin>:";
    EXPECT_THAT(text, ContainsRegex(outer + "8;inner <stdin>:5;[^ ;]+ [1-9][0-9]{4}"));
    std::uint64_t slept_us = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(outer + "9;")) slept_us += std::stoull(line.substr(line.rfind(' ')));
    EXPECT_NEAR(static_cast<double>(slept_us), 50'000, 2'500);
    EXPECT_THAT(run.err, HasSubstr("<stdin>:9 outer "));
    EXPECT_THAT(text, Not(ContainsRegex("hart 1;[^;]*<module>"))) << "it runs no script";
}

}  // namespace
}  // namespace k210
