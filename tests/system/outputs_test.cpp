// What a run leaves behind when something goes wrong: with its console, a disk, or the run itself.
#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/full_disk.hpp"
#include "support/paths.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;
using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kFlashBytes = 16 << 20;

std::string guest(const std::string& name) {
    return guests_dir() / (name + ".bin");
}

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

struct OutputsTest : testing::Test {
    TempDir dir;
    std::string flash = dir / "flash", report = dir / "report.json", picture = dir / "lcd.png";

    // Without the default limit: 30 guest seconds may be over before a test does to a run what it is about.
    Arguments run(const std::string& firmware) const {
        return {"run",  guest(firmware), "--flash-image", flash,       "--report",
                report, "--screenshot",  picture,         "--timeout", "none"};
    }
    Json read_report() const {
        const auto bytes = read_file(report);
        return Json::parse(bytes.begin(), bytes.end());
    }
    // The number in record n of the flash_log guest, in both of its pages; nullopt when they differ.
    static std::optional<std::uint32_t> record(const Bytes& contents, std::size_t n) {
        const auto word = [&](std::size_t at) {
            std::uint32_t value = 0;
            for (std::size_t i = 4; i-- > 0;) value = value << 8 | contents.at(at + i);
            return value;
        };
        const std::size_t at = 0xd0'0000 + n * 512;
        return word(at) == word(at + 256) ? std::optional(word(at)) : std::nullopt;
    }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()));
    }
};

// --- a console that cannot be written ------------------------------------------------------------------------------

TEST_F(OutputsTest, EverythingIsWrittenWhenNobodyReadsOn) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    ::fcntl(pipe[1], F_SETFD, 0);
    EmulatorProcess run(this->run("flash_log"), "/dev/fd/" + std::to_string(pipe[1]));
    ::close(pipe[1]);
    char byte;
    ASSERT_EQ(::read(pipe[0], &byte, 1), 1);
    ::close(pipe[0]);
    const auto end = run.wait();
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.err, "k210emu: console: Broken pipe\n");
    EXPECT_EQ(read_report().at("outcome"), "console_lost");
    EXPECT_EQ(read_report().at("exit_status"), 3);
    EXPECT_EQ(load_picture(picture).width, 320u);
    EXPECT_EQ(record(read_file(flash), 0), 0u);
}

TEST_F(OutputsTest, AFullConsoleEndsTheRun) {
    const auto end = run_emulator(run("flash_log"), "/dev/full");
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.err, "k210emu: console: No space left on device\n");
    EXPECT_TRUE(fs::exists(report));
    EXPECT_TRUE(fs::exists(picture));
}

TEST_F(OutputsTest, AFullConsoleFileEndsTheRun) {
    const auto end = run_emulator({"run", guest("flash_log"), "--serial", "file:/dev/full"});
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.err, "k210emu: /dev/full: No space left on device\n");
}

TEST_F(OutputsTest, TextForPeopleThatCannotBeWrittenIsAnError) {
    for (const Arguments& command : {Arguments{"boards"}, Arguments{"--help"}, Arguments{"--version"}}) {
        const auto end = run_emulator(command, "/dev/full");
        EXPECT_EQ(end.status, 3) << command[0];
        EXPECT_THAT(end.err, testing::StartsWith("k210emu: standard output: "));
        EXPECT_EQ(lines_in(end.err), 1u);
    }
}

// --- pictures in the course of a run -------------------------------------------------------------------------------

TEST_F(OutputsTest, PicturesOfTheSameRunAreTheSame) {
    const auto film = [&](const std::string& name) {
        const auto end = run_emulator({"run", "--timeout", "1.2", "--screenshots", dir / name, "--screenshot-every",
                                       "0.4", "--video", dir / (name + ".webp")});
        EXPECT_EQ(end.status, 42) << end.err;
        std::vector<std::string> pictures;
        for (const auto& file : fs::directory_iterator(dir / name)) pictures.push_back(file.path().filename());
        std::ranges::sort(pictures);
        return pictures;
    };
    const auto first = film("first");
    EXPECT_THAT(first, testing::SizeIs(testing::Gt(1)));
    EXPECT_EQ(film("second"), first);
    EXPECT_EQ(read_file(dir / "second.webp"), read_file(dir / "first.webp"));
    for (const std::string& name : first)
        EXPECT_EQ(read_file(dir / "second" / name), read_file(dir / "first" / name)) << name;
}

TEST_F(OutputsTest, PicturesNeedAnLcd) {
    for (const char* option : {"--screenshots", "--video"}) {
        const auto end = run_emulator({"run", guest("hello"), "--board", "unitv", option, dir / "pictures"});
        EXPECT_EQ(end.status, 2);
        EXPECT_EQ(end.err, std::string("k210emu: ") + option + ": unitv has no display\n");
        EXPECT_EQ(files(), 0u);
    }
}

TEST_F(OutputsTest, AVideoThatCannotBeWrittenSparesTheOthers) {
    const auto end = run_emulator({"run", guest("hello"), "--video", "/dev/full", "--report", report});
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.err, "k210emu: /dev/full: No space left on device\n");
    EXPECT_TRUE(fs::exists(report));
}

// --- outputs that cannot be written --------------------------------------------------------------------------------

TEST_F(OutputsTest, AReportThatCannotBeWrittenSparesTheOthers) {
    const auto end =
        run_emulator({"run", guest("hello"), "--flash-image", flash, "--screenshot", picture, "--report", "/dev/full"});
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.err, "k210emu: /dev/full: No space left on device\n");
    EXPECT_TRUE(fs::exists(picture));
    EXPECT_EQ(read_file(flash).size(), kFlashBytes);
}

TEST_F(OutputsTest, APictureThatCannotBeWrittenSparesTheOthers) {
    const auto end = run_emulator({"run", guest("hello"), "--screenshot", "/dev/full", "--report", report});
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(lines_in(end.err), 1u) << end.err;
    EXPECT_EQ(read_report().at("outcome"), "ended");
}

TEST_F(OutputsTest, APagesFailureSparesTheTimeline) {
    const auto end = run_emulator({"profile", guest("hello"), "--html", dir / "page.html", "--trace", "/dev/full"});
    EXPECT_EQ(end.status, 3);
    EXPECT_THAT(end.err, HasSubstr("k210emu: /dev/full: No space left on device\n"));
    EXPECT_TRUE(fs::exists(dir / "page.html"));
}

TEST_F(OutputsTest, AnotherStatusStays) {
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--expect", "goodbye", "--report", "/dev/full"}).status, 1);
    EXPECT_EQ(run_emulator({"run", guest("flash_log"), "--timeout", "0.1", "--report", "/dev/full"}).status, 42);
}

TEST_F(OutputsTest, AFullDiskKeepsTheOldFlashAndSparesTheOthers) {
    const Bytes old(kFlashBytes, 0xff);
    dir.write("flash", old);
    auto arguments = run("flash_log");
    arguments.insert(arguments.end(), {"--expect", "record 20"});
    const auto end = [&] {
        const FullDisk full(1 << 20);
        return run_emulator(arguments);
    }();
    EXPECT_EQ(end.status, 3);
    EXPECT_THAT(end.err, AllOf(HasSubstr("flash: File too large; trying again"),
                               HasSubstr("k210emu: " + flash + ": File too large\n")));
    EXPECT_EQ(read_report().at("outcome"), "expected");
    EXPECT_EQ(read_report().at("exit_status"), 3);
    EXPECT_TRUE(fs::exists(picture));
    EXPECT_EQ(read_file(flash), old);
    EXPECT_EQ(files(), 3u);  // no temporary file is left
}

TEST_F(OutputsTest, AReportToStandardOutputComesBehindTheConsole) {
    dir.write("out", std::string_view());
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--report", "/dev/stdout"}, dir / "out").status, 0);
    const Bytes bytes = read_file(dir / "out");
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()),
                testing::StartsWith("hello from hart 0 at 390000000 Hz\r\n{\n  \"firmware\": \"hello.bin\""));
}

// --- the flash's file -----------------------------------------------------------------------------------------------

TEST_F(OutputsTest, WhatTheGuestWroteIsThereInTheNextRun) {
    ASSERT_EQ(run_emulator({"run", guest("flash_log"), "--flash-image", flash, "--expect", "record 3\r"}).status, 0);
    EXPECT_EQ(record(read_file(flash), 3), 3u);
    ASSERT_EQ(run_emulator({"run", guest("hello"), "--flash-image", flash}).status, 0);
    EXPECT_EQ(record(read_file(flash), 3), 3u);
}

// The guest prints a record's number once it is written, ten a guest second.
TEST_F(OutputsTest, ARunThatIsKilledLosesNoMoreThanAGuestSecond) {
    for (const int patience : {12, 26, 43}) {
        fs::remove(flash);
        EmulatorProcess run({"run", guest("flash_log"), "--flash-image", flash, "--timeout", "none"});
        ASSERT_TRUE(run.says("record " + std::to_string(patience) + "\r"));
        run.signal(SIGKILL);
        const auto end = run.wait();
        EXPECT_EQ(end.status, -SIGKILL);
        const std::size_t last = std::stoul(end.out.substr(end.out.rfind("record ") + 7));
        const Bytes contents = read_file(flash);
        ASSERT_EQ(contents.size(), kFlashBytes);
        for (std::size_t n = 0; n <= last - 10; ++n) ASSERT_EQ(record(contents, n), n) << "of " << last;
        for (std::size_t n = 0; n <= last; ++n) ASSERT_TRUE(record(contents, n)) << "half of record " << n;
        EXPECT_EQ(run_emulator({"run", guest("hello"), "--flash-image", flash}).status, 0);  // nobody holds it
    }
}

TEST_F(OutputsTest, EverySignalThatEndsARunLeavesItsOutputs) {
    for (const int signal :
         {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF}) {
        for (const std::string& file : {flash, report, picture}) fs::remove(file);
        EmulatorProcess run(this->run("flash_log"));
        ASSERT_TRUE(run.says("record 1\r"));
        run.signal(signal);
        EXPECT_EQ(run.wait().status, signal == SIGINT ? 0 : 1) << signal;
        EXPECT_EQ(read_report().at("outcome"), "interrupted");
        EXPECT_TRUE(fs::exists(picture));
        EXPECT_EQ(record(read_file(flash), 1), 1u);
    }
}

// A file of another kind is no output of an earlier run.
TEST_F(OutputsTest, AFileOfAnotherKindIsNotReplaced) {
    const std::string file = dir.write("thesis", std::string("all my work"));
    for (const Arguments& output :
         {Arguments{"--screenshot", file}, Arguments{"--report", file}, Arguments{"--video", file},
          Arguments{"--record", file}, Arguments{"--save-at", "0.01", file}, Arguments{"--save-on", "hello", file}}) {
        Arguments arguments{"run", guest("hello")};
        arguments.insert(arguments.end(), output.begin(), output.end());
        const auto run = run_emulator(arguments);
        EXPECT_EQ(run.status, 2) << output[0];
        EXPECT_THAT(run.err,
                    testing::StartsWith("k210emu: " + output[0] + " " + file + ": is there already, and is no "));
        EXPECT_EQ(std::ranges::count(run.err, '\n'), 1);
    }
    const std::string scenario = source_dir() / "docs/examples/demo_digit.yaml";
    for (const Arguments& arguments :
         {Arguments{"profile", "--timeout", "0.01", "--html", file},
          Arguments{"profile", "--timeout", "0.01", "--trace", file}, Arguments{"test", scenario, "--junit", file},
          Arguments{"test", scenario, "--json", file}, Arguments{"test", scenario, "--html", file}}) {
        const auto run = run_emulator(arguments);
        EXPECT_EQ(run.status, 2) << arguments[3];
        EXPECT_THAT(run.err, testing::HasSubstr(file + ": is there already, and is no "));
    }
    const Bytes kept = read_file(file);
    EXPECT_EQ(std::string(kept.begin(), kept.end()), "all my work");
}

TEST_F(OutputsTest, WhatIsNoTextIsNotReplacedByALinesText) {
    const std::string file = dir.write("firmware", std::string("\0\1\2", 3));
    for (const char* const option : {"--serial", "--uart1"}) {
        const auto run = run_emulator({"run", guest("hello"), option, "file:" + file});
        EXPECT_EQ(run.status, 2) << option;
        EXPECT_EQ(run.err, fmt::format("k210emu: {} {}: is there already, and is no text\n", option, file));
    }
    EXPECT_EQ(read_file(file).size(), 3u);
}

TEST_F(OutputsTest, AnEarlierRunsOutputsAreReplaced) {
    const std::string snapshot = dir / "snapshot";
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(run_emulator({"run", "--expect", "frame 1", "--save-at", "0.01", snapshot, "--report", report,
                                "--screenshot", picture})
                      .status,
                  0);
}

TEST_F(OutputsTest, ASecondRunOnTheSameFlashIsRefused) {
    EmulatorProcess first({"run", guest("flash_log"), "--flash-image", flash, "--timeout", "none"});
    for (const char* moment : {"record 1\r", "record 12\r"}) {  // before it was saved for the first time, and after
        ASSERT_TRUE(first.says(moment));
        const auto second = run_emulator({"run", guest("hello"), "--flash-image", flash});
        EXPECT_EQ(second.status, 2);
        EXPECT_EQ(second.err, "k210emu: " + flash + ": is in use by another run\n");
    }
    first.signal(SIGINT);
    EXPECT_EQ(first.wait().status, 0);
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--flash-image", flash}).status, 0);
}

TEST_F(OutputsTest, AFlashImageMayBeALinkToWhereNothingIsYet) {
    fs::create_symlink("elsewhere", flash);
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--flash-image", flash}).status, 0);
    EXPECT_TRUE(fs::is_symlink(flash));
    EXPECT_EQ(fs::file_size(dir / "elsewhere"), kFlashBytes);
}

TEST_F(OutputsTest, ARefusedRunTouchesNothing) {
    dir.write("log", std::string_view("old log"));
    for (const Arguments& bad : {Arguments{"--camera", dir / "none.png"}, Arguments{"--script", dir / "none.py"},
                                 Arguments{"--type", "\\q"}, Arguments{"--flash", "0x300000=none"}}) {
        Arguments arguments = run("hello");
        arguments.insert(arguments.end(), {"--serial", "file:" + (dir / "log").string()});
        arguments.insert(arguments.end(), bad.begin(), bad.end());
        EXPECT_EQ(run_emulator(arguments).status, 2) << bad[0];
        EXPECT_EQ(files(), 1u) << bad[0];
        EXPECT_EQ(read_file(dir / "log"), bytes_of("old log"));
    }
    // A flash that the boot ROM refuses.
    EXPECT_EQ(run_emulator({"run", "--flash-image", flash, "--serial", "file:" + (dir / "log").string(),
                            dir.write("bad.kfpkg",
                                      make_zip({{"flash-list.json", bytes_of(R"({"files":[{"address":0,"bin":"b"}]})")},
                                                {"b", Bytes(100, 7)}}))})
                  .status,
              2);
    EXPECT_FALSE(fs::exists(flash));
    EXPECT_EQ(read_file(dir / "log"), bytes_of("old log"));
}

struct BadFlash {
    const char* name;
    std::function<std::string(const TempDir&)> make;
    const char* complaint;
};
void PrintTo(const BadFlash& bad, std::ostream* out) {
    *out << bad.name;
}

const BadFlash kBadFlashes[] = {
    {"Text", [](const TempDir& d) { return d.write("f", bytes_of("my notes")); }, "it has 8 bytes, not 16777216"},
    {"Empty", [](const TempDir& d) { return d.write("f", Bytes{}); }, "it has 0 bytes"},
    {"OneByteShort", [](const TempDir& d) { return d.write("f", Bytes(kFlashBytes - 1, 0xff)); }, "16777215 bytes"},
    {"OneByteLong", [](const TempDir& d) { return d.write("f", Bytes(kFlashBytes + 1, 0xff)); }, "16777217 bytes"},
    {"LinkToText",
     [](const TempDir& d) {
         d.write("f", bytes_of("my notes"));
         fs::create_symlink("f", d / "link");
         return (d / "link").string();
     },
     "link: is no whole flash"},
    {"Folder", [](const TempDir& d) { return d.path().string(); }, "Is a directory"},
    {"Device", [](const TempDir&) { return std::string("/dev/null"); }, "/dev/null: is no regular file"},
    {"NamedPipe",
     [](const TempDir& d) {
         ::mkfifo((d / "fifo").c_str(), 0600);
         return (d / "fifo").string();
     },
     "fifo: is no regular file"},
    {"NoSuchFolder", [](const TempDir& d) { return (d / "no/flash").string(); }, "No such file or directory"},
};

class BadFlashTest : public testing::TestWithParam<BadFlash> {};
INSTANTIATE_TEST_SUITE_P(Run, BadFlashTest, testing::ValuesIn(kBadFlashes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(BadFlashTest, IsRefusedInOneLineAndLeftAsItIs) {
    const TempDir dir;
    const std::string file = GetParam().make(dir);
    const bool regular = fs::is_regular_file(file);
    const Bytes before = regular ? read_file(file) : Bytes{};
    const auto end = run_emulator({"run", guest("flash_log"), "--flash-image", file, "--timeout", "1"});
    EXPECT_EQ(end.status, 2);
    EXPECT_THAT(end.err, HasSubstr(GetParam().complaint));
    EXPECT_EQ(lines_in(end.err), 1u) << end.err;
    EXPECT_EQ(end.out, "");
    if (regular) { EXPECT_EQ(read_file(file), before); }
}

}  // namespace
}  // namespace k210
