#include "scenario/read_scenario.hpp"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::scenario {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct ReadScenarioTest : testing::Test {
    TempDir files;

    Scenario read(const std::string& text) { return read_scenario(files.write("boot.yaml", text)); }
    Step step(const std::string& text) { return read("board: m5stickv\nsteps:\n  - " + text + "\n").steps.at(0); }
    template <class A>
    A action(const std::string& text) {
        return std::get<A>(step(text).action);
    }
    // Without the folder.
    std::string complaint(const std::string& text) {
        const std::string what = input_error_of([&] { read(text); });
        const std::string folder = files.path().string() + "/";
        EXPECT_EQ(what.find('\n'), what.npos) << what;
        return what.starts_with(folder) ? what.substr(folder.size()) : what;
    }
    std::string complaint_about_step(const std::string& text) {
        const std::string whole = complaint("board: m5stickv\nsteps:\n  - wait: 1\n  - " + text + "\n");
        constexpr std::string_view kWhere = "boot.yaml:4: ";
        EXPECT_THAT(whole, StartsWith(std::string(kWhere)));
        return whole.substr(std::min(kWhere.size(), whole.size()));
    }
};

TEST_F(ReadScenarioTest, ReadsWhatABoardIsAndHas) {
    files.write("firmware.bin", std::string("x"));
    files.write("face.kmodel", std::string("x"));
    std::filesystem::create_directory(files / "card");
    const Scenario scenario = read(R"(name: everything
firmware: firmware.bin
board: m5stickv
flash: [0x300000=face.kmodel]
sd: {from: card, layout: superfloppy}
camera: card
mic: card
camera-mount: flip
wires: [[10, 11]]
timing: instructions
flash-timing: real
strict: warn
fail-text: Guru (meditation)
timeout: 500ms
wall-timeout: 20
steps: []
)");
    EXPECT_EQ(scenario.name, "everything");
    EXPECT_EQ(scenario.firmware, files / "firmware.bin");
    EXPECT_EQ(scenario.board->name, "m5stickv");
    EXPECT_EQ(scenario.flash, std::vector{"0x300000=" + (files / "face.kmodel").string()});
    EXPECT_EQ(scenario.card->path, files / "card");
    EXPECT_TRUE(scenario.card->superfloppy);
    EXPECT_EQ(scenario.camera, files / "card");
    EXPECT_EQ(scenario.mic, files / "card");
    EXPECT_EQ(scenario.camera_mount, CameraMount::flip);
    EXPECT_EQ(scenario.wires.at(0).b, 11u);
    EXPECT_EQ(scenario.timing, TimingModel::instructions);
    EXPECT_EQ(scenario.flash_timing, FlashTiming::real);
    EXPECT_EQ(scenario.strictness, Strictness::warn);
    EXPECT_EQ(scenario.fail, "Guru\\ \\(meditation\\)");
    EXPECT_EQ(scenario.timeout_ps, kPsPerSecond / 2);
    EXPECT_EQ(scenario.wall_timeout_s, 20);
}

TEST_F(ReadScenarioTest, IsCalledAsItsFileAndRunsTheDemoUnlessItSaysOtherwise) {
    const Scenario scenario = read("steps: []\n");
    EXPECT_EQ(scenario.name, "boot");
    EXPECT_FALSE(scenario.firmware.has_value());
    EXPECT_FALSE(scenario.board.has_value());
    EXPECT_EQ(scenario.timeout_ps, 30 * kPsPerSecond);
}

TEST_F(ReadScenarioTest, TextIsFoundAsItStandsAndOverLinesOfATerminal) {
    EXPECT_EQ(action<ExpectText>("expect-text: 'a.b'").pattern, "a\\.b");
    EXPECT_EQ(action<ExpectText>(R"(expect-text: "a\nb")").pattern, "a\r?\nb");
    EXPECT_EQ(action<ExpectText>("expect-regex: 'a.b'").pattern, "a.b");
}

TEST_F(ReadScenarioTest, AStepSaysWhereItStandsAndWhatItDoes) {
    const Step step = this->step("expect-text: hello");
    EXPECT_EQ(to_string(step.place), (files / "boot.yaml").string() + ":3");
    EXPECT_EQ(step.shown, "expect-text 'hello'");
}

TEST_F(ReadScenarioTest, ReadsFingers) {
    EXPECT_EQ(action<Press>("press: a").for_ps, ps_from_us(100'000));
    const auto press = action<Press>("press: {button: b, for: 2s}");
    EXPECT_EQ(press.button, "b");
    EXPECT_EQ(press.for_ps, 2 * kPsPerSecond);
    EXPECT_TRUE(action<Hold>("hold: a").down);
    EXPECT_FALSE(action<Hold>("release: a").down);
    const std::string touches =
        "board: amigo\nsteps:\n  - touch: [3, 4]\n  - swipe: {from: [1, 2], to: [5, 6], for: 1}\n";
    const Scenario scenario = read(touches);
    EXPECT_EQ(std::get<TouchScreen>(scenario.steps[0].action).to.y, 4u);
    EXPECT_EQ(std::get<TouchScreen>(scenario.steps[1].action).from.x, 1u);
    EXPECT_EQ(std::get<TouchScreen>(scenario.steps[1].action).to.x, 5u);
    EXPECT_EQ(std::get<Turn>(read("board: maix_dock\nsteps:\n  - turn: -2\n").steps[0].action).clicks, -2);
}

TEST_F(ReadScenarioTest, ReadsSupply) {
    EXPECT_EQ(action<CutPower>("cut-power").seed, 0u);
    EXPECT_EQ(action<CutPower>("cut-power: {seed: 7}").seed, 7u);
    EXPECT_FALSE(action<PlugUsb>("usb: unplugged").plugged);
    EXPECT_EQ(action<SetBattery>("battery: 3700").millivolts, 3700u);
    EXPECT_EQ(action<SetBattery>("battery: none").millivolts, std::nullopt);
}

TEST_F(ReadScenarioTest, ReadsHowTheBoardIsHeld) {
    const Scenario scenario = read("board: maix_go\nsteps:\n  - acceleration: [0, -1000, 20]\n");
    EXPECT_EQ(std::get<Accelerate>(scenario.steps[0].action).milli_g, (Acceleration{0, -1000, 20}));
}

TEST_F(ReadScenarioTest, ReadsWhatMemoryIsToHold) {
    const auto bytes = [&](const std::string& what) {
        return action<ExpectMemory>("expect-memory: {address: 16, " + what + "}").bytes;
    };
    EXPECT_EQ(bytes("value: 0x01020304"), (std::vector<std::uint8_t>{4, 3, 2, 1}));
    EXPECT_EQ(bytes("value: 513, size: 2"), (std::vector<std::uint8_t>{1, 2}));
    EXPECT_EQ(bytes("text: ab"), (std::vector<std::uint8_t>{'a', 'b'}));
    EXPECT_EQ(bytes("bytes: [1, 0xff]"), (std::vector<std::uint8_t>{1, 255}));
}

TEST_F(ReadScenarioTest, ReadsHowAPictureIsCompared) {
    save_png(files / "menu.png", Picture(4, 3));
    EXPECT_EQ(action<ExpectPicture>("expect-picture: menu.png").check.golden.height, 3u);
    const auto check = action<ExpectPicture>(
                           "expect-picture: {file: menu.png, tolerance: 9, pixels: 2, region: [1, 0, 2, 2], "
                           "mask: [[0, 0, 1, 1], [2, 2, 1, 1]]}")
                           .check;
    EXPECT_EQ(check.tolerance, 9u);
    EXPECT_EQ(check.differing_pixels, 2u);
    EXPECT_EQ(check.region->width, 2u);
    EXPECT_EQ(check.masks.size(), 2u);
    EXPECT_EQ(action<ExpectPicture>("expect-picture: {file: menu.png, mask: [0, 0, 1, 1]}").check.masks.size(), 1u);
}

TEST_F(ReadScenarioTest, ALimitCountsFromTheStepBeforeOrFromANamedOne) {
    const Scenario scenario = read(R"(steps:
  - expect-text: a
    name: booted
  - wait: 1
  - expect-text: b
    within: 2
  - expect-text: c
    within: 3
    since: booted
  - expect-text: d
    within: 4
    since: start
)");
    EXPECT_EQ(scenario.steps[2].since, 2u);
    EXPECT_EQ(scenario.steps[3].since, 1u);
    EXPECT_EQ(scenario.steps[4].since, 0u);
    EXPECT_EQ(scenario.steps[4].within_ps, 4 * kPsPerSecond);
}

TEST_F(ReadScenarioTest, StepsOfAnotherFileStandInThePlaceOfAnInclude) {
    files.write("login.yaml", std::string("- type: admin\n- type: secret\n"));
    const Scenario scenario = read("steps:\n  - wait: 1\n  - include: login.yaml\n  - wait: 2\n");
    ASSERT_EQ(scenario.steps.size(), 4u);
    EXPECT_EQ(std::get<Type>(scenario.steps[2].action).line, "secret");
    EXPECT_EQ(to_string(scenario.steps[2].place), (files / "login.yaml").string() + ":2");
    EXPECT_EQ(scenario.steps[3].since, 3u);
}

TEST_F(ReadScenarioTest, SaysInOneLineWhereAFileIsNoScenario) {
    EXPECT_EQ(complaint(""), "boot.yaml:1: is empty, not a map of keys and values");
    EXPECT_EQ(complaint("just text"), "boot.yaml:1: is 'just text', not a map of keys and values");
    EXPECT_THAT(complaint("steps:\n  - wait: [1\n"), StartsWith("boot.yaml:"));
    EXPECT_EQ(complaint("name: x\n"), "boot.yaml:1: steps is missing");
    EXPECT_EQ(complaint("steps: 1\n"), "boot.yaml:1: steps: is '1', not a list");
    EXPECT_EQ(complaint("steps: []\nsteps: []\n"), "boot.yaml:2: steps is there twice");
    EXPECT_EQ(complaint("steps: []\n---\nsteps: []\n"), "boot.yaml:3: a second document begins: a file holds one");
    EXPECT_THAT(complaint("steps: []\nfirmwear: x\n"),
                StartsWith("boot.yaml:2: there is no key 'firmwear'; did you mean firmware? Keys: name, "));
    EXPECT_EQ(input_error_of([&] { read_scenario(files / "none.yaml"); }),
              (files / "none.yaml").string() + ": No such file or directory");
}

TEST_F(ReadScenarioTest, SaysInOneLineWhatABoardCannotBe) {
    EXPECT_EQ(complaint("\nfirmware: none.bin\n"),
              "boot.yaml:2: firmware: there is no " + (files / "none.bin").string());
    EXPECT_EQ(complaint("flash: 0x10=none.bin\n"), "boot.yaml:1: flash: there is no " + (files / "none.bin").string());
    EXPECT_THAT(complaint("board: m5stickw\n"), HasSubstr("boot.yaml:1: board: 'm5stickw' is none of "));
    EXPECT_THAT(complaint("board: m5stickw\n"), HasSubstr("; did you mean m5stickv?"));
    EXPECT_EQ(complaint("wires: [[1]]\n"), "boot.yaml:1: wires: is no [PAD, PAD]");
    EXPECT_EQ(complaint("wires: [[1, 48]]\n"), "boot.yaml:1: wires: 48 is not 0 to 47");
    EXPECT_THAT(complaint("board: maix_bit\nwires: [[39, 39]]\n"), StartsWith("boot.yaml:2: wires: "));
    EXPECT_EQ(complaint("timing: fast\n"),
              "boot.yaml:1: timing: 'fast' is none of approximate, instructions, thorough");
    EXPECT_EQ(complaint("camera-mount: norml\n"),
              "boot.yaml:1: camera-mount: 'norml' is none of normal, mirror, flip, rotate180; did you mean normal?");
    EXPECT_EQ(complaint("fail-regex: '('\n"), "boot.yaml:1: fail-regex: '(': missing ): (");
    EXPECT_EQ(complaint("fail-text: a\nfail-regex: b\n"), "boot.yaml:2: fail-regex: goes not with fail-text");
    EXPECT_EQ(complaint("timeout: soon\n"), "boot.yaml:1: timeout: 'soon' is no time, such as 2, 1.5s or 500ms");
    EXPECT_EQ(complaint("timeout: -1\n"), "boot.yaml:1: timeout: -1 is not 0 to 1000000 seconds");
    EXPECT_EQ(complaint("sd: {layout: mbr}\n"), "boot.yaml:1: sd: from is missing");
}

TEST_F(ReadScenarioTest, SaysInOneLineWhatIsNoStep) {
    EXPECT_THAT(complaint_about_step("prss: a"),
                StartsWith("there is no step 'prss'; did you mean press? Steps: expect-text,"));
    EXPECT_THAT(complaint_about_step("{press: a, timeot: 3}"), HasSubstr("timeot: a step does one thing"));
    EXPECT_THAT(complaint_about_step("{timeot: 3}"), StartsWith("there is no step 'timeot'; did you mean timeout?"));
    EXPECT_THAT(complaint_about_step("{timeout: 3}"), StartsWith("steps: a step needs one of expect-text,"));
    EXPECT_EQ(complaint_about_step("{press: a, wait: 3}"), "wait: a step does one thing, and this one does press");
    EXPECT_EQ(complaint_about_step("{wait: 3, since: start}"), "since: goes with within");
    EXPECT_EQ(complaint_about_step("{wait: 3, within: 1, since: boot}"),
              "since: there is no step 'boot' before this one (start)");
    EXPECT_EQ(complaint_about_step("{wait: 3, name: start}"), "name: there is a step 'start' already");
    EXPECT_EQ(complaint_about_step("remove-card: now"), "remove-card: takes nothing");
    EXPECT_EQ(complaint_about_step("[wait, 3]"), "steps: is a list, not a map of keys and values");
}

TEST_F(ReadScenarioTest, SaysInOneLineWhatAStepCannotDo) {
    files.write("text.png", std::string("no picture"));
    const std::string none = (files / "none").string();
    EXPECT_EQ(complaint_about_step("expect-text: ''"), "expect-text: an empty text is everywhere");
    EXPECT_EQ(complaint_about_step("expect-regex: '['"), "expect-regex: '[': missing ]: [");
    EXPECT_EQ(complaint_about_step("script: none"), "script: there is no " + none);
    EXPECT_EQ(complaint_about_step("press: fire"), "press 'fire': m5stickv has no button 'fire' (a, b, power, reset)");
    EXPECT_EQ(complaint_about_step("touch: [1, 2]"), "touch: m5stickv has no touch screen");
    EXPECT_EQ(complaint_about_step("touch: [1]"), "touch: is no [x, y]");
    EXPECT_EQ(complaint_about_step("swipe: {from: [1, 1]}"), "swipe: to is missing");
    EXPECT_EQ(complaint_about_step("press: {button: a, fro: 1}"),
              "press: there is no key 'fro'; did you mean for? Keys: button, for");
    EXPECT_EQ(complaint_about_step("turn: 1"), "turn '1': m5stickv has no encoder");
    EXPECT_EQ(complaint_about_step("turn: much"), "turn: 'much' is no whole number");
    EXPECT_EQ(complaint_about_step("camera: none"), "camera: there is no " + none);
    EXPECT_EQ(complaint_about_step("usb: out"), "usb: 'out' is none of unplugged, plugged");
    EXPECT_EQ(complaint_about_step("acceleration: [0, 0]"), "acceleration: is no [x, y, z]");
    EXPECT_EQ(complaint_about_step("acceleration: [0, 0, 0]"), "acceleration: m5stickv has no accelerometer");
    EXPECT_EQ(complaint_about_step("battery: 0"), "battery: 0 is not 1 to 10000");
    EXPECT_EQ(complaint_about_step("wait: long"), "wait: 'long' is no time, such as 2, 1.5s or 500ms");
    EXPECT_EQ(complaint_about_step("expect-picture: none"), "expect-picture: there is no " + none);
    EXPECT_EQ(complaint_about_step("screenshot: a/b"), "screenshot: 'a/b' is no file's name");
    EXPECT_EQ(complaint_about_step("expect-memory: {address: 1}"), "expect-memory: needs one of value, text and bytes");
    EXPECT_EQ(complaint_about_step("expect-memory: {address: 1, value: 256, size: 1}"), "value: 256 is not 0 to 255");
    EXPECT_EQ(complaint_about_step("expect-register: {name: pc}"), "expect-register: value is missing");
    EXPECT_EQ(complaint_about_step("expect-register: {name: uarths.div, value: 1, hart: 1}"),
              "hart: goes with the registers of a hart");
    EXPECT_EQ(complaint_about_step("expect-file: {contains: x}"),
              "expect-file: needs flash or card: the name of a file there");
    EXPECT_EQ(complaint_about_step("expect-file: {flash: a, contains: x, absent: true}"),
              "expect-file: needs one of equals, contains and absent");
    EXPECT_EQ(complaint_about_step("expect-no-log: eror"),
              "expect-no-log: 'eror' is none of guest_error, unimplemented, unverified, host");
    EXPECT_EQ(complaint_about_step("include: none.yaml"), "include: there is no " + none + ".yaml");
}

TEST_F(ReadScenarioTest, FindsTestsOfMicroPythonWithWhatTheyAreToPrint) {
    for (const char* name : {"b.py", "a.py", "c.py"}) files.write(name, std::string("print(1)"));
    for (const char* name : {"a.py.exp", "b.py.exp"}) files.write(name, std::string("1\r\n"));
    const auto found = action<RunDeviceTests>("micropython-tests: {files: '*.py', exclude: c.py, reset-every: 2}");
    ASSERT_EQ(found.tests.size(), 2u);
    EXPECT_EQ(found.tests[0].file.filename(), "a.py");
    EXPECT_EQ(found.tests[1].file.filename(), "b.py");
    EXPECT_EQ(found.tests[0].source, "print(1)");
    EXPECT_EQ(found.tests[0].expected, "1\n");
    EXPECT_EQ(found.reset_every, 2u);
    EXPECT_THAT(complaint_about_step("micropython-tests: {files: ['*.py']}"),
                HasSubstr("c.py has no c.py.exp that says what it is to print"));
    EXPECT_THAT(complaint_about_step("micropython-tests: {files: ['*.px']}"), HasSubstr("there is no file *.px"));
}

TEST_F(ReadScenarioTest, AFileThatIncludesItselfIsRefused) {
    files.write("loop.yaml", std::string("- include: loop.yaml\n"));
    EXPECT_EQ(complaint("steps:\n  - include: loop.yaml\n"),
              "loop.yaml:1: include: the files include each other too deep");
}

TEST_F(ReadScenarioTest, AFileThatCannotBeUsedIsToldWithTheLineThatNamesIt) {
    files.write("no.png", std::string("no picture"));
    std::filesystem::create_directory(files / "empty");
    const std::string golden = "expect-picture: " + (files / "no.png").string() + ": is not a picture that can be read";
    EXPECT_THAT(complaint_about_step("expect-picture: no.png"), StartsWith(golden));
    EXPECT_THAT(complaint("board: m5stickv\nsteps:\n- expect-picture:\n    tolerance: 1\n    file: no.png\n"),
                StartsWith("boot.yaml:5: file: "));
    EXPECT_THAT(complaint_about_step("qrcode: no.png"), HasSubstr("no.png: is not a picture"));
    EXPECT_THAT(complaint_about_step("camera: empty"), HasSubstr("empty: holds no pictures"));
    EXPECT_THAT(complaint_about_step("script: empty"), StartsWith("script: "));
    EXPECT_THAT(complaint_about_step("expect-file: {flash: a, equals: empty}"), StartsWith("equals: "));
}

TEST_F(ReadScenarioTest, APictureHasItsRegionOrIsIt) {
    save_png(files / "menu.png", Picture(4, 3));
    const auto with_region = [](const std::string& region) {
        return "expect-picture: {file: menu.png, region: " + region + "}";
    };
    for (const char* const good : {"[1, 0, 3, 3]", "[100, 200, 4, 3]"})
        EXPECT_TRUE(action<ExpectPicture>(with_region(good)).check.region) << good;
    for (const char* const bad : {"[1, 0, 4, 2]", "[0, 1, 2, 3]"})
        EXPECT_THAT(complaint_about_step(with_region(bad)),
                    StartsWith("file: is 4x3: neither of the region, which is "))
            << bad;
}

TEST_F(ReadScenarioTest, ReadsDatesAndLevelsOfPads) {
    using namespace std::chrono;
    EXPECT_EQ(action<SetDate>("set-date: 2024-02-29 23:59:58").date,
              sys_days(2024y / February / 29) + 23h + 59min + 58s);
    EXPECT_EQ(action<DrivePad>("drive-pad: {pad: 20, level: high}").level, true);
    EXPECT_EQ(action<DrivePad>("drive-pad: {pad: 20, level: low}").level, false);
    EXPECT_EQ(action<DrivePad>("release-pad: 47").level, std::nullopt);
    for (const char* const bad :
         {"2023-02-29 00:00:00", "2024-02-29", "2024-02-29 24:00:00", "2024-2-9 00:00:00", "now"})
        EXPECT_EQ(complaint_about_step("set-date: " + std::string(bad)),
                  "set-date: '" + std::string(bad) + "' is no date such as 2024-02-29 23:59:58");
    EXPECT_THAT(complaint_about_step("release-pad: 48"), StartsWith("release-pad: "));
    EXPECT_THAT(complaint_about_step("drive-pad: {pad: 20, level: 1}"), StartsWith("level: "));
    EXPECT_EQ(complaint_about_step("drive-pad: {pad: 36, level: low}"), "drive-pad: pad 36 is driven by a of m5stickv");
}

// --- files that nobody has written by hand ---

TEST_F(ReadScenarioTest, AFileThatIsTooLargeIsRefusedUnread) {
    EXPECT_EQ(complaint("name: " + std::string(50'000'000, 'x')), "boot.yaml: is larger than 1048576 bytes");
}

TEST_F(ReadScenarioTest, AnchorsThatHoldThemselvesAreRefused) {
    EXPECT_EQ(complaint("steps: &all [*all]\n"), "boot.yaml:1: values lie in each other too deep");
    std::string doubling = "a: &a0 [x, x]\n";
    for (int i = 1; i < 30; ++i) doubling += fmt::format("b{0}: &a{0} [*a{1}, *a{1}]\n", i, i - 1);
    EXPECT_THAT(complaint(doubling), HasSubstr("the file has more than 100000 values"));
}

TEST_F(ReadScenarioTest, ValuesThatLieTooDeepAreRefused) {
    EXPECT_THAT(complaint("steps: " + std::string(60, '[') + std::string(60, ']') + "\n"),
                HasSubstr("values lie in each other too deep"));
    EXPECT_THAT(complaint("steps: " + std::string(100'000, '[')), StartsWith("boot.yaml:1: "));
}

}  // namespace
}  // namespace k210::scenario
