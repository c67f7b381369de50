// `k210emu run` as a process: what it refuses, what its exit status says, what it leaves behind.
#include <csignal>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/paths.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;
using Arguments = std::vector<std::string>;
using Json = nlohmann::json;

std::string guest(const std::string& name) {
    return guests_dir() / (name + ".bin");
}

Json read_json(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    return Json::parse(bytes.begin(), bytes.end());
}

// --- what it refuses ---------------------------------------------------------------------------------------------

struct BadInput {
    const char* name;
    std::function<Arguments(const TempDir&)> arguments;  // after "run"
    const char* complaint;
};

void PrintTo(const BadInput& input, std::ostream* out) {
    *out << input.name;
}

Bytes package(const std::string& flash_list) {
    return make_zip({{"flash-list.json", bytes_of(flash_list)}, {"program.bin", sample_program(5000)}});
}

// DIR stands for the test's folder.
std::function<Arguments(const TempDir&)> given(const Arguments& arguments) {
    return [arguments](const TempDir& d) {
        Arguments there = arguments;
        for (std::string& argument : there)
            if (const auto at = argument.find("DIR"); at != std::string::npos) argument.replace(at, 3, d.path());
        return there;
    };
}

const BadInput kBadInputs[] = {
    {"MissingFirmware", given({"DIR/nowhere.bin"}), "nowhere.bin: No such file"},
    {"EmptyFirmware", [](const TempDir& d) { return Arguments{d.write("empty.bin", Bytes{})}; }, "empty.bin: "},
    {"FirmwareLargerThanTheFlash",
     [](const TempDir& d) { return Arguments{d.write("large.bin", sample_program((16 << 20) + 1))}; }, "large.bin: "},
    {"FirmwareThatIsAFolder", given({"DIR"}), "Is a directory"},
    {"TruncatedPackage",
     [](const TempDir& d) {
         Bytes zip = package(R"({"version":"0.1.0","files":[{"address":0,"bin":"program.bin","sha256Prefix":true}]})");
         zip.resize(zip.size() / 2);
         return Arguments{d.write("half.kfpkg", zip)};
     },
     "half.kfpkg: "},
    {"PackageThatLacksAFile",
     [](const TempDir& d) {
         return Arguments{
             d.write("lacking.kfpkg", package(R"({"files":[{"address":0,"bin":"other.bin","sha256Prefix":true}]})"))};
     },
     "other.bin"},
    {"OverlappingOverlays",
     [](const TempDir& d) {
         const std::string file = d.write("model.bin", Bytes(4096, 1));
         return Arguments{"--flash", "0x300000=" + file, "--flash", "0x300fff=" + file};
     },
     "0x300fff"},
    {"OverlayBeyondTheFlash",
     [](const TempDir& d) {
         return Arguments{"--flash", "0xfff000=" + d.write("b", Bytes(4097, 1)).string()};
     },
     "0xfff000"},
    {"MissingOverlay", given({"--flash", "0x300000=DIR/no.kmodel"}), "no.kmodel: No such file"},
    {"BadAddress",
     [](const TempDir& d) {
         return Arguments{"--flash", "0x30zz=" + d.write("b", Bytes(4, 1)).string()};
     },
     "0x30zz"},
    {"AddressBeyond32Bits",
     [](const TempDir& d) {
         return Arguments{"--flash", "0x100000000=" + d.write("b", Bytes(4, 1)).string()};
     },
     "0x100000000"},
    {"FlashImageLargerThanTheFlash",
     [](const TempDir& d) {
         return Arguments{"--flash-image", d.write("flash", Bytes((16 << 20) + 1, 1))};
     },
     "flash: "},
    {"UnreadablePicture",
     [](const TempDir& d) {
         return Arguments{"--camera", d.write("scene.png", bytes_of("no picture"))};
     },
     "scene.png: "},
    {"MissingPicture", given({"--camera", "DIR/scene.png"}), "scene.png: No such file"},
    {"FolderWithoutPictures", given({"--camera", "DIR"}), "no pictures"},
    {"UnknownBoard", given({"--board", "arduino"}), "--board arduino: is none of amigo, "},
    {"MisspeltBoard", given({"--board", "maix_bti"}), "; did you mean maix_bit?"},
    {"ScreenshotOfAnotherFormat", given({"--screenshot", "DIR/lcd.JPG"}),
     "lcd.JPG: what it writes is no .JPG but FILE.png"},
    {"ReportOfAnotherFormat", given({"--report", "DIR/report.xml"}),
     "report.xml: what it writes is no .xml but FILE.json"},
    {"EmptyFlashImage", given({"--flash-image", ""}), "--flash-image: an empty value"},
    {"EmptyReport", given({"--report", ""}), "--report: an empty value"},
    {"EmptyBoard", given({"--board", ""}), "--board: an empty value"},
    {"TwoOutputsOfOneName", given({"--report", "DIR/out", "--screenshot", "DIR/out"}), "--report and --screenshot: "},
    {"ReportOverTheScript",
     [](const TempDir& d) {
         const std::string script = d.write("script.py", bytes_of("pass"));
         return Arguments{"--script", script, "--report", script};
     },
     "--script and --report: "},
    {"ReportOverTheFlashImage", given({"--flash-image", "DIR/flash", "--report", "DIR/flash"}),
     "--flash-image and --report: "},
    {"ConsoleOverTheCard",
     [](const TempDir& d) {
         const std::string card = d.write("card.img", Bytes(1 << 20));
         return Arguments{"--sd", card, "--serial", "file:" + card};
     },
     "--sd and --serial: "},
    {"ReportIntoAPipeThatNobodyReads",
     [](const TempDir& d) {
         const std::string pipe = d / "pipe";
         ::mkfifo(pipe.c_str(), 0600);
         return Arguments{"--report", pipe};
     },
     "pipe: is a named pipe that nobody reads"},
    {"LayoutOfNoCard", given({"--sd-layout", "mbr"}), "--sd-layout: "},
    {"MissingCard", given({"--sd", "DIR/card.img"}), "card.img: No such file"},
    {"CardOfHalfASector",
     [](const TempDir& d) {
         return Arguments{"--sd", d.write("card.img", Bytes(700))};
     },
     "card.img: has 700 bytes"},
    {"TooSmallACard",
     [](const TempDir& d) {
         return Arguments{"--sd", d.write("card.img", Bytes(1024))};
     },
     "card.img: 2 sectors: a card of high capacity has 512 KiB to 32 GiB"},
    {"TwoCards", given({"--sd", "DIR", "--sd-snapshot", "DIR"}), "a board has one card slot"},
    {"WriteBackToAnImage",
     [](const TempDir& d) {
         return Arguments{"--sd", d.write("card.img", Bytes(1 << 20)), "--sd-write-back"};
     },
     "--sd-write-back: "},
    {"WriteBackToNothing", given({"--sd-write-back"}), "--sd-write-back: "},
    {"UnknownCardLayout", given({"--sd", "DIR", "--sd-layout", "gpt"}), "--sd-layout gpt: is none of mbr, superfloppy"},
    {"UnknownCameraMount", given({"--camera-mount", "sideways"}),
     "--camera-mount sideways: is none of normal, mirror, flip, rotate180"},
    {"BaudOfNoTerminal", given({"--baud", "12"}), "--baud 12: no number from 300 to 5000000"},
    {"BadSpeed", given({"--speed", "fast"}), "--speed fast: neither max, nor real, nor a number above 0"},
    {"BadExpectation", given({"--expect", "frame ("}), "--expect 'frame ('"},
    {"BadFailPattern", given({"--fail", "*"}), "--fail '*'"},
    {"UnknownOption", given({"--turbo"}), "--turbo"},
    {"SecondFirmware", given({guest("hello"), guest("crash")}), "crash.bin"},
    {"NegativeTimeout", given({"--timeout", "-1"}), "--timeout"},
    {"TimeoutThatIsTooLong", given({"--timeout", "10000000"}),
     "--timeout 10000000: neither none nor a number of seconds from 0 (none) to 10 million"},
    {"EmptyExpectation", given({"--expect", ""}), "--expect '': an empty pattern matches everything"},
    {"TimeoutThatIsNoNumber", given({"--wall-timeout", "soon"}), "soon"},
    {"OptionWithoutItsValue", given({"--board"}), "--board needs a value: NAME|FILE.toml"},
    {"OptionBehindAnotherOneWithoutItsValue", given({"--script", "--timeout", "3"}),
     "--script needs a value: FILE.py, and --timeout is an option"},
    {"OptionBehindOneOfTwoValues", given({"--save-at", "0.1", "--timeout", "3", "x.bin"}),
     "--save-at needs two values: GUEST_SECONDS FILE, and --timeout is an option"},
    {"OneOfTwoValues", given({"--save-on", "x"}), "--save-on needs two values: REGEX FILE"},
    {"OptionThatIsGivenTwice", given({"--from", "a", "--from", "b"}), "--from is given more than once"},
    {"OptionOfTwoValuesThatIsGivenTwice", given({"--save-at", "0.1", "DIR/a", "--save-at", "0.2", "DIR/b"}),
     "--save-at is given more than once"},
    {"FlagWithAValue", given({"--headless=maybe"}), "--headless takes no value"},
    {"WindowWithoutADisplay",
     [](const TempDir&) {
         for (const char* name : {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"}) ::unsetenv(name);
         return Arguments{"--window"};
     },
     "window: no display: neither DISPLAY nor WAYLAND_DISPLAY is set"},
    {"WindowAndNoWindow", given({"--window", "--headless"}), "--headless excludes --window"},
    {"UnwritableReport", given({"--report", "DIR/no/report.json"}), "no/report.json: "},
    {"ReportThatIsAFolder", given({"--report", "DIR"}), "Is a directory"},
    {"UnwritableScreenshot", given({"--screenshot", "DIR/no/lcd.png"}), "no/lcd.png: "},
    {"UnwritableFlashImage", given({"--flash-image", "DIR/no/flash"}), "no/flash: "},
    {"BadLogLevel", given({"--log", "loud"}), "no level 'loud'"},
    {"BadLogKind", given({"--log", "gossip=info"}), "no kind 'gossip'"},
    {"BadSerial", given({"--serial", "pigeon"}), "pigeon"},
    {"BadPort", given({"--serial", "tcp:99999"}), "tcp:99999"},
    {"UnwritableSerialFile", given({"--serial", "file:DIR/no/log"}), "no/log: "},
    {"BadFarEnd", given({"--uart1", "stdio"}), "--uart1 stdio: is none of pty, tcp:PORT, file:FILE, null"},
    {"TwoFarEndsInOneFile", given({"--uart2", "file:DIR/x", "--uart3", "file:DIR/x"}), "--uart2 and --uart3: "},
    {"NoWire", given({"--wire", "10"}), "--wire 10: is no two pads, such as 10=11"},
    {"WireWithATail", given({"--wire", "10=11=12"}), "--wire 10=11=12: is no two pads"},
    {"WireToNoPad", given({"--wire", "10=48"}), "wire 10=48: there is no pad 48 (0 to 47)"},
    {"WireToWhatAPartDrives", given({"--wire", "10=16"}), "wire 10=16: pad 16 is driven by boot of maix_bit"},
    {"WifiWithoutAModule", given({"--wifi"}), "--wifi: maix_bit has no Wi-Fi module"},
    {"AllowedWithoutWifi", given({"--wifi-allow", "127.0.0.1:80"}), "--wifi-allow: needs --wifi"},
    {"AllowedWithoutAPort", given({"--board", "maix_dock", "--wifi", "--wifi-allow", "127.0.0.1"}),
     "--wifi-allow 127.0.0.1: is no HOST:PORT"},
    {"MissingScript", given({"--script", "DIR/no.py"}), "no.py: No such file"},
    {"BadEscape", given({"--type", "a\\q"}), "unknown escape \\q"},
};

class BadInputTest : public testing::TestWithParam<BadInput> {};
INSTANTIATE_TEST_SUITE_P(Run, BadInputTest, testing::ValuesIn(kBadInputs),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(BadInputTest, EndsWithOneClearLineAndStatus2) {
    TempDir files;
    Arguments arguments = GetParam().arguments(files);
    arguments.insert(arguments.begin(), "run");
    const auto run = run_emulator(arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, StartsWith("k210emu: "));
    EXPECT_THAT(run.err, HasSubstr(GetParam().complaint));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_TRUE(run.err.ends_with('\n'));
}

std::string complaint(Arguments arguments) {
    const auto run = run_emulator(std::move(arguments));
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    return run.err;
}

TEST(CommandLineTest, WithoutACommandItSaysWhatThereIs) {
    const std::string overview = complaint({});
    for (const char* command : {"\n  run ", "\n  profile ", "\n  boards ", "\n  kmodel "})
        EXPECT_THAT(overview, HasSubstr(command));
    EXPECT_THAT(overview, HasSubstr("k210emu run shows the built-in demo"));
}

TEST(CommandLineTest, AMisspeltCommandGetsASuggestionAndTheList) {
    EXPECT_EQ(complaint({"boads"}),
              "k210emu: there is no command 'boads'; did you mean boards? Commands: run, profile, "
              "boards, flash, test, diff, fs, kmodel\n");
    EXPECT_EQ(
        complaint({"emulate"}),
        "k210emu: there is no command 'emulate'. Commands: run, profile, boards, flash, test, diff, fs, kmodel\n");
    EXPECT_EQ(complaint({"flash"}), "k210emu: flash: names no TOOL\n");
    EXPECT_EQ(complaint({"flash", "no/kflash.py"}), "k210emu: no/kflash.py: No such file or directory\n");
    EXPECT_EQ(complaint({"flash", "--flash-imag", "x", "tool"}),
              "k210emu: there is no option --flash-imag; did you mean --flash-image?\n");
    EXPECT_EQ(complaint({"flash", "tool", "--flash-image", "x"}),
              "k210emu: flash: needs --flash-image FILE, or --port of a board that runs, and not both\n");
    EXPECT_EQ(complaint({"kmodel", "inf"}),
              "k210emu: there is no command 'kmodel inf'; did you mean kmodel info? Commands: kmodel info, kmodel run, "
              "kmodel profile, kmodel doctor\n");
    EXPECT_EQ(complaint({"kmodel"}),
              "k210emu: kmodel is not all of a command; commands: kmodel info, kmodel run, "
              "kmodel profile, kmodel doctor\n");
}

TEST(CommandLineTest, AFileInPlaceOfACommandIsToBeRun) {
    EXPECT_EQ(complaint({guest("hello")}),
              "k210emu: " + guest("hello") + " is no command; to run it: k210emu run " + guest("hello") + "\n");
}

TEST(CommandLineTest, SeveralCamerasNeedTheWindowWhoseKeyChangesBetweenThem) {
    const std::string picture = source_dir() / "docs/examples/astronaut.png";
    EXPECT_EQ(complaint({"run", "--camera", picture, "--camera", picture}),
              "k210emu: --camera: only in a --window, where a key changes between them, may there be several\n");
}

TEST(CommandLineTest, AWebcamHasToBeThereAndIsInNoRecord) {
    EXPECT_EQ(complaint({"run", "--camera", "/dev/video4711"}), "k210emu: /dev/video4711: No such file or directory\n");
    EXPECT_EQ(complaint({"run", "--camera", "/dev/video4711", "--save-at", "1", "/tmp/no.snapshot"}),
              "k210emu: --camera: neither a record nor a snapshot holds what a webcam has seen\n");
}

TEST(CommandLineTest, AMisspeltOptionGetsASuggestion) {
    EXPECT_EQ(complaint({"--versoin"}), "k210emu: there is no option --versoin; did you mean --version?\n");
    EXPECT_EQ(complaint({"--all"}), "k210emu: there is no option --all\n");
    EXPECT_THAT(complaint({"run", "--expct", "x"}), testing::EndsWith("--expct; did you mean --expect?\n"));
    EXPECT_THAT(complaint({"run", "--turbo"}), testing::EndsWith("--turbo\n"));
}

TEST(CommandLineTest, HelpAndVersionAreNoErrors) {
    for (const Arguments& arguments : {Arguments{"--help"}, Arguments{"kmodel", "--help"}, Arguments{"run", "-h"}}) {
        const auto help = run_emulator(arguments);
        EXPECT_EQ(help.status, 0);
        EXPECT_EQ(help.err, "");
        EXPECT_THAT(help.out, HasSubstr("--help"));
    }
    EXPECT_THAT(run_emulator({"--version"}).out, StartsWith("k210emu "));
    EXPECT_THAT(run_emulator({"boards"}).out, HasSubstr("maix_bit"));
}

TEST(CommandLineTest, ABoardsFileIsShownAndTakenBack) {
    const auto shown = run_emulator({"boards", "show", "maix_dock"});
    EXPECT_EQ(shown.status, 0);
    const TempDir dir;
    const auto report = dir / "report.json";
    const auto run =
        run_emulator({"run", "--board", dir.write("my_dock.toml", shown.out), "--timeout", "0.01", "--report", report});
    EXPECT_EQ(run.status, 42) << run.err;
    const auto bytes = read_file(report);
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()), HasSubstr("\"board\": \"my_dock\""));
    EXPECT_THAT(run_emulator({"boards", "show", "arduino"}).err, HasSubstr("boards show arduino: is none of amigo, "));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

using OptionTable = std::map<std::string, std::string>;  // what each option means

// The positional and the options: names, and from a fixed column on what they mean. A name that leaves no room for that
// has it on the next line.
OptionTable options_of_help(const std::string& help) {
    constexpr std::size_t kNames = 2, kMeanings = 30;
    OptionTable table;
    std::istringstream lines(help.substr(0, help.find("Log kinds:")));
    std::string name;
    for (std::string line; std::getline(lines, line);) {
        const bool has_meaning = line.size() > kMeanings && line[kMeanings - 1] == ' ';
        if (line.find_first_not_of(' ') == kNames) {
            name = line.substr(kNames, has_meaning ? kMeanings - kNames : line.npos);
            name.erase(name.find_last_not_of(' ') + 1);
            name = replaced(name, "firmware FIRMWARE", "FIRMWARE");
        }
        if (has_meaning) table[name] = line.substr(kMeanings);
    }
    return table;
}

OptionTable options_of_readme(const std::string& readme) {
    OptionTable table;
    std::istringstream lines(readme.substr(readme.find("| option | meaning |")));
    std::string line;
    std::getline(lines, line);
    std::getline(lines, line);
    while (std::getline(lines, line) && line.starts_with("| `")) {
        line = replaced(replaced(line, "\\|", "|"), "\\\\", "\\");
        const auto end = line.find("` | ");
        table[line.substr(3, end - 3)] = line.substr(end + 4, line.size() - end - 6);
    }
    return table;
}

TEST(CommandLineTest, TheReadmesOptionsAreThoseOfHelp) {
    const auto readme = read_file(source_dir() / "README.md");
    const OptionTable options = options_of_help(run_emulator({"run", "--help"}).out);
    EXPECT_GT(options.size(), 20u);
    EXPECT_EQ(options_of_readme({readme.begin(), readme.end()}), options);
}

TEST(CommandLineTest, HelpHasLevelsDefaultsAndExitStatus) {
    for (const char* command : {"run", "profile"}) {
        const std::string help = run_emulator({command, "--help"}).out;
        for (const char* text :
             {"Levels: debug, info, warn, error, off", "Log kinds: guest_error", "\n  42  --timeout",
              "\n  3   otherwise 0", "file:FILE or null", "default: 30 where nobody", "default: maix_bit"})
            EXPECT_THAT(help, HasSubstr(text));
    }
}

// --- what its exit status says -----------------------------------------------------------------------------------

TEST(ExitStatusTest, ExpectedTextIs0) {
    const auto run = run_emulator({"run", "--expect", "frame 2:"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("frame 2"));
}

TEST(ExitStatusTest, CleanEndWithoutExpectationIs0) {
    const auto run = run_emulator({"run", guest("hello")});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.err, "");
}

TEST(ExitStatusTest, ABoardThatSwitchesItselfOffEndsTheRun) {
    const auto run = run_emulator({"run", guest("power_off"), "--board", "m5stickv", "--report", "/dev/stdout"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, HasSubstr("good night"));
    EXPECT_THAT(run.err, MatchesRegex("k210emu: the board has switched itself off, after 0.0[0-9]* guest seconds\n"));
    EXPECT_THAT(run.out, HasSubstr("\"outcome\": \"powered_off\""));
    EXPECT_EQ(run_emulator({"run", guest("power_off"), "--board", "m5stickv", "--expect", "never"}).status, 1);
}

TEST(ExitStatusTest, FailPatternIs1) {
    EXPECT_EQ(run_emulator({"run", "--fail", "camera: \\w+"}).status, 1);
}

TEST(ExitStatusTest, EndWithoutTheExpectedTextIs1) {
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--expect", "goodbye"}).status, 1);
}

TEST(ExitStatusTest, TimeoutIs42) {
    EXPECT_EQ(run_emulator({"run", "--expect", "frame 999999", "--timeout", "0.1"}).status, 42);
}

TEST(ExitStatusTest, AnEndByALimitSaysWhatAndWhen) {
    EXPECT_EQ(run_emulator({"run", guest("flash_log"), "--timeout", "0.5"}).err,
              "k210emu: timeout, after 0.500 guest seconds\n");
    EXPECT_EQ(
        run_emulator({"run", guest("flash_log"), "--timeout", "0.5", "--expect", "record", "--expect", "never"}).err,
        "k210emu: timeout, after 0.500 guest seconds, without --expect 'never' (2 of 2)\n");
}

TEST(ExitStatusTest, WithNobodyThereARunEndsAfter30GuestSeconds) {
    const auto run = run_emulator({"run", guest("flash_log")});
    EXPECT_EQ(run.status, 42);
    EXPECT_EQ(run.err,
              "k210emu: timeout, after 30.000 guest seconds (the default limit where nobody is at the console; "
              "--timeout sets another, or none)\n");
    EXPECT_THAT(run_emulator({"run", guest("flash_log"), "--expect", "never"}).err,
                HasSubstr("after 30.000 guest seconds (the default limit"));
}

TEST(ExitStatusTest, TimeoutNoneLetsItRun) {
    for (const char* none : {"none", "0"}) {
        const auto run = run_emulator({"run", guest("flash_log"), "--timeout", none, "--expect", "record 310\r"});
        EXPECT_EQ(run.status, 0) << run.err;
    }
}

TEST(ExitStatusTest, AWallTimeoutReplacesTheDefaultToo) {
    EXPECT_EQ(run_emulator({"run", guest("flash_log"), "--wall-timeout", "60", "--expect", "record 310\r"}).status, 0);
}

TEST(ExitStatusTest, ExpectationsAreMetInTheirOrder) {
    EXPECT_EQ(run_emulator({"run", guest("two_harts"), "--expect", "line 2", "--expect", "line 4"}).status, 0);
    EXPECT_EQ(run_emulator({"run", guest("two_harts"), "--expect", "line 4", "--expect", "line 2"}).status, 1);
}

TEST(ExitStatusTest, OnTheSameLineTheFailureWins) {
    EXPECT_EQ(run_emulator({"run", guest("hello"), "--expect", "hello", "--fail", "hart"}).status, 1);
}

TEST(ExitStatusTest, TheMatchedLineComesOutWhole) {
    const auto run = run_emulator({"run", guest("hello"), "--expect", "^hello"});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out, "hello from hart 0 at 390000000 Hz\r\n");
}

TEST(ExitStatusTest, WallTimeoutIs42) {
    const auto run = run_emulator({"run", "--wall-timeout", "0.3"});
    EXPECT_EQ(run.status, 42);
    EXPECT_THAT(run.err,
                testing::MatchesRegex("k210emu: 0\\.3 seconds of real time are over, after [0-9.]+ guest seconds\n"));
}

// A pipe whose other end says nothing.
TEST(ExitStatusTest, LoadingAnInputEndsOnASignalAndByWallTimeout) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const std::string input = "/dev/fd/" + std::to_string(pipe[0]);
    EmulatorProcess run({"run", input, "--expect", "never", "--timeout", "none"});
    ASSERT_TRUE(run.handles(SIGTERM));
    run.signal(SIGTERM);
    const auto end = run.wait();
    EXPECT_EQ(end.status, 1);
    EXPECT_THAT(end.err, HasSubstr("k210emu: terminated by a signal, after 0.000 guest seconds"));
    EXPECT_EQ(run_emulator({"run", input, "--wall-timeout", "0.3"}).status, 42);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST(ExitStatusTest, GuestThatJumpsIntoNowhereIs1WithARegisterDump) {
    const auto run = run_emulator({"run", guest("crash"), "--expect", "recovered"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, HasSubstr("pc=0x0000000010000000"));
    EXPECT_THAT(run.err, HasSubstr("mepc="));
    EXPECT_THAT(run.err, HasSubstr("hart 1"));
    EXPECT_THAT(run.err, HasSubstr("last device access: write of 4 bytes at 0x38000000 (uarths)"));
}

TEST(ExitStatusTest, CrashWithoutExpectationIs1) {
    EXPECT_EQ(run_emulator({"run", guest("crash")}).status, 1);
}

// --- what it leaves behind ---------------------------------------------------------------------------------------

struct RunOutputTest : testing::Test {
    TempDir files;
    Json report() const { return read_json(files / "report.json"); }
    std::string report_path() const { return files / "report.json"; }
};

TEST_F(RunOutputTest, ReportHasEveryFigure) {
    ASSERT_EQ(run_emulator({"run", "--expect", "frame 3", "--report", report_path()}).status, 0);
    const Json r = report();
    EXPECT_EQ(r.at("firmware"), "demo");
    EXPECT_EQ(r.at("board"), "maix_bit");
    EXPECT_THAT(r.at("engine").get<std::string>(), StartsWith("Unicorn 2"));
    EXPECT_EQ(r.at("outcome"), "expected");
    EXPECT_EQ(r.at("matched"), "frame 3");
    EXPECT_EQ(r.at("exit_status"), 0);
    EXPECT_GT(r.at("guest_seconds").get<double>(), 0.1);
    EXPECT_GT(r.at("guest_cycles").get<std::uint64_t>(), 50'000'000u);
    EXPECT_GT(r.at("wall_seconds").get<double>(), 0);
    ASSERT_EQ(r.at("harts").size(), 2u);
    EXPECT_GT(r.at("harts")[0].at("instructions").get<std::uint64_t>(), 1'000'000u);
    EXPECT_GT(r.at("harts")[0].at("interrupts").get<std::uint64_t>(), 0u);
    EXPECT_GE(r.at("kpu_layers").get<std::uint64_t>(), 3u);
    EXPECT_GE(r.at("frames_captured").get<std::uint64_t>(), 3u);
    EXPECT_GE(r.at("frames_shown").get<std::uint64_t>(), 2u);
    EXPECT_EQ(r.at("resets"), 0);
    for (const char* kind : {"guest_error", "unimplemented", "unverified", "host"})
        EXPECT_TRUE(r.at("log").contains(kind));
    EXPECT_TRUE(r.at("messages").is_array());
}

TEST_F(RunOutputTest, ReportTellsOfACrash) {
    EXPECT_EQ(run_emulator({"run", guest("crash"), "--report", report_path()}).status, 1);
    EXPECT_EQ(report().at("outcome"), "crashed");
    EXPECT_EQ(report().at("exit_status"), 1);
}

TEST_F(RunOutputTest, RunsDifferInWallTimeOnlyWhateverTheirSpeed) {
    std::string console;
    Bytes picture;
    Json figures;
    for (const char* speed : {"max", "max", "50", "0.5"}) {
        const auto run = run_emulator({"run", "--timeout", "0.5", "--speed", speed, "--report", report_path(),
                                       "--screenshot", files / "lcd.png"});
        ASSERT_EQ(run.status, 42);
        Json now = report();
        now.erase("wall_seconds");
        if (figures.is_null()) {
            console = run.out;
            picture = read_file(files / "lcd.png");
            figures = now;
        }
        EXPECT_EQ(run.out, console) << speed;
        EXPECT_EQ(read_file(files / "lcd.png"), picture) << speed;
        EXPECT_EQ(now, figures) << speed;
    }
    EXPECT_GE(figures.at("frames_shown").get<int>(), 2);
}

// At this speed its next two milliseconds take weeks.
TEST_F(RunOutputTest, GuestThatHasToWaitEndsOnASignal) {
    EmulatorProcess run({"run", guest("hello"), "--speed", "1e-9", "--timeout", "none", "--report", report_path()});
    ASSERT_TRUE(run.says("hello"));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
    EXPECT_EQ(report().at("outcome"), "interrupted");
}

TEST_F(RunOutputTest, GuestThatHasToWaitEndsByWallTimeout) {
    const auto run =
        run_emulator({"run", guest("hello"), "--speed", "1e-9", "--wall-timeout", "0.1", "--report", report_path()});
    EXPECT_EQ(run.status, 42);
    EXPECT_EQ(report().at("outcome"), "wall_timeout");
}

TEST_F(RunOutputTest, ScreenshotHasThePanelsSize) {
    ASSERT_EQ(run_emulator({"run", "--expect", "frame 1", "--screenshot", files / "lcd.png"}).status, 0);
    const Picture lcd = load_picture(files / "lcd.png");
    EXPECT_EQ(lcd.width, 320u);
    EXPECT_EQ(lcd.height, 240u);
}

TEST_F(RunOutputTest, ReportAndScreenshotAreWrittenAfterAnInterrupt) {
    for (const int signal : {SIGINT, SIGTERM}) {
        EmulatorProcess run({"run", "--timeout", "none", "--report", report_path(), "--screenshot", files / "lcd.png"});
        ASSERT_TRUE(run.says("frame 1"));
        run.signal(signal);
        const auto end = run.wait();
        EXPECT_EQ(end.status, signal == SIGINT ? 0 : 1) << end.err;
        EXPECT_EQ(report().at("outcome"), "interrupted");
        EXPECT_EQ(load_picture(files / "lcd.png").width, 320u);
        std::filesystem::remove(report_path());
    }
}

TEST_F(RunOutputTest, InterruptBeforeTheExpectedTextIs1) {
    EmulatorProcess run({"run", "--expect", "never", "--timeout", "none"});
    ASSERT_TRUE(run.says("frame 1"));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 1);
}

TEST_F(RunOutputTest, FlashImageIsMadeAndKept) {
    const std::string image = files / "flash.bin";
    ASSERT_EQ(run_emulator({"run", guest("hello"), "--flash-image", image}).status, 0);
    EXPECT_EQ(std::filesystem::file_size(image), 16u << 20);
}

TEST_F(RunOutputTest, SerialGoesToAFile) {
    const auto run = run_emulator({"run", guest("hello"), "--serial", "file:" + (files / "console.txt").string()});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out, "");
    const auto console = read_file(files / "console.txt");
    EXPECT_EQ(std::string(console.begin(), console.end()), "hello from hart 0 at 390000000 Hz\r\n");
}

// lui a0, 0x50250; lw a1, 0x200(a0); j -4: polls the APU.
constexpr std::array<std::uint8_t, 12> kPollsAMissingBlock = {0x37, 0x05, 0x25, 0x50, 0x83, 0x25,
                                                              0x05, 0x20, 0x6f, 0xf0, 0xdf, 0xff};

TEST_F(RunOutputTest, AMissingBlockIsToldAtItsFirstUseAndNamedAtATimeout) {
    const auto run = run_emulator(
        {"run", files.write("polls.bin", kPollsAMissingBlock), "--timeout", "0.1", "--report", report_path()});
    EXPECT_EQ(run.status, 42);
    EXPECT_THAT(
        run.err,
        testing::MatchesRegex(
            "warning: \\[0\\.[0-9]+\\] unimplemented apu: not modelled: it reads as zero, and what is written to "
            "it is lost\n"
            "k210emu: timeout, after 0\\.100 guest seconds; the guest waits for apu, which is not modelled\n"));
    const Json block = report().at("missing_blocks").at(0);
    EXPECT_EQ(block.at("name"), "apu");
    EXPECT_GT(block.at("reads"), 100);
    EXPECT_GT(block.at("last_access_seconds").get<double>(), 0.09);
}

// --- scripts -----------------------------------------------------------------------------------------------------

struct ScriptRealImageTest : RunOutputTest {
    EmulatorProcess::Result run_script(std::string_view source, Arguments arguments = {}) {
        const std::string script = files.write("script.py", source);
        arguments.insert(arguments.begin(),
                         {"run", image_path("maixpy_0.6.2_84_ide.bin"), "--script", script, "--report", report_path()});
        return run_emulator(arguments);
    }
};

TEST_F(ScriptRealImageTest, OneThatHasFinishedEndsTheRunWithStatus0) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("import time\nfor i in range(3):\n    print(i)\n    time.sleep_ms(400)\n");
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, testing::EndsWith("\r\n0\r\n1\r\n2\r\n>>> "));
    EXPECT_THAT(run.err, HasSubstr("k210emu: the script has finished, after "));
    EXPECT_EQ(report().at("outcome"), "script_finished");
}

TEST_F(ScriptRealImageTest, OneThatHasRaisedEndsItWithStatus1) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("print('begun')\nnothing\n");
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.out, testing::EndsWith("isn't defined\r\n>>> "));
    EXPECT_THAT(run.err, HasSubstr("k210emu: the script has raised NameError: name 'nothing' isn't defined, after "));
    EXPECT_EQ(report().at("outcome"), "script_raised");
}

TEST_F(ScriptRealImageTest, AnExpectationDecidesInstead) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("nothing\n", {"--expect", "never", "--timeout", "2"});
    EXPECT_EQ(run.status, 42);
    EXPECT_EQ(report().at("outcome"), "timeout");
}

TEST_F(ScriptRealImageTest, AFailureLeavesTheWholeTracebackInTheLog) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("nothing\n", {"--fail", "Traceback"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.out, testing::EndsWith("isn't defined\r\n>>> "));
    EXPECT_EQ(report().at("outcome"), "failed");
    EXPECT_EQ(report().at("matched"), "Traceback");
}

TEST_F(ScriptRealImageTest, ALineWaitsForTheScript) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("import time\ntime.sleep_ms(1500)\n",
                                {"--type", "print('x' * 2)", "--expect", "^xx", "--timeout", "5"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, testing::EndsWith(">>> print('x' * 2)\r\nxx\r\n"));
}

TEST_F(ScriptRealImageTest, ALineThatFoundNoPromptIsTold) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const auto run = run_script("while True: pass\n", {"--type", "print(1)", "--timeout", "4"});
    EXPECT_EQ(run.status, 42);
    EXPECT_THAT(run.err, HasSubstr("k210emu: --type 'print(1)' was not typed: the guest had no prompt for it\n"));
}

}  // namespace
}  // namespace k210
