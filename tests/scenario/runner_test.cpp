#include "scenario/runner.hpp"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/picture_file.hpp"
#include "k210/loader/firmware.hpp"
#include "scenario/read_scenario.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace k210::scenario {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Host final : Surroundings {
    std::string console;
    std::map<std::string, Picture> screenshots;
    std::map<std::string, std::string> flash, card;
    double wall = 0, wall_per_look = 0;

    void console_says(std::uint8_t byte) override { console += static_cast<char>(byte); }
    void keep_screenshot(const std::string& name, const Picture& picture) override { screenshots[name] = picture; }
    SessionCard make_card(const CardContents& contents) override {
        struct Blank final : CardImage {
            std::uint64_t sectors() const override { return 1 << 17; }
            void read(std::uint64_t, Sector& to) const override { to.fill(0); }
        };
        return {std::make_shared<Blank>(), CardKind::sdhc, contents.path.string()};
    }
    static std::optional<std::vector<std::uint8_t>> find(const std::map<std::string, std::string>& files,
                                                         const std::string& name) {
        const auto found = files.find(name);
        if (found == files.end()) return {};
        return std::vector<std::uint8_t>(found->second.begin(), found->second.end());
    }
    std::optional<std::vector<std::uint8_t>> file_in_flash(const Storage&, const std::string& name) override {
        return find(flash, name);
    }
    std::optional<std::vector<std::uint8_t>> file_on_card(const CardSlot&, const std::string& name) override {
        return find(card, name);
    }
    double wall_seconds() override { return wall += wall_per_look; }
};

struct RunnerTest : testing::Test {
    TempDir files;
    Log log = Log::writing_to([](std::string_view) {});
    Host host;

    // With a program of firmware/.
    Result run(const std::string& guest, const std::string& steps, const std::string& head = {}) {
        const Scenario scenario = read_scenario(files.write("test.yaml", head + "steps:\n" + steps));
        SessionConfig config{.board = scenario.board.value_or(find_board("maix_bit"))};
        FlashImage flash(config.board.storage_bytes("flash"));
        config.program = load_firmware(guests_dir() / (guest + ".elf"), flash);
        config.flash = std::move(flash).release();
        return scenario::run(scenario, std::move(config), log, host);
    }
    std::string where(unsigned line) const {
        return (files / "test.yaml").string() + ":" + std::to_string(line) + ": ";
    }
};

// --- the console ---------------------------------------------------------------------------------------------------

TEST_F(RunnerTest, PassesWhenEachStepHas) {
    const Result result = run("hello", "- expect-text: hello\n- expect-regex: 'at \\d+ Hz'\n");
    EXPECT_EQ(result.status, Status::passed);
    EXPECT_EQ(result.message, "");
    EXPECT_EQ(result.steps.size(), 2u);
    EXPECT_EQ(result.board, "maix_bit");
    EXPECT_EQ(host.console, "hello from hart 0 at 390000000 Hz\r\n");
    EXPECT_GT(result.guest_s, 0);
}

TEST_F(RunnerTest, WhatIsNotSaidIsATimeoutThatSaysWhatWasSaidLast) {
    const Result result = run("flash_log", "- expect-text: record 1\n- expect-text: record x\n  timeout: 1\n");
    EXPECT_EQ(result.status, Status::timeout);
    EXPECT_THAT(result.message, HasSubstr(where(3) + "expect-text 'record x': it has not been said, at 1."));
    EXPECT_THAT(result.message, EndsWith("guest seconds; last on the console: 'record 10'"));
    EXPECT_EQ(result.steps.size(), 2u);
    EXPECT_EQ(result.last_lines.size(), 10u);
    EXPECT_EQ(result.last_lines.back(), "record 10");
}

TEST_F(RunnerTest, AStepHasTheScenariosTimeUnlessItHasItsOwn) {
    EXPECT_NEAR(run("flash_log", "- expect-text: x\n", "timeout: 500ms\n").guest_s, 0.5, 0.01);
    EXPECT_NEAR(run("flash_log", "- expect-text: x\n  timeout: 1\n", "timeout: 500ms\n").guest_s, 1, 0.01);
}

TEST_F(RunnerTest, AGuestThatHasEndedIsNotWaitedFor) {
    const Result result = run("hello", "- expect-text: goodbye\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("it has not been said, and the guest has nothing left to do"));
    EXPECT_LT(result.guest_s, 1);
}

TEST_F(RunnerTest, AGuestThatHasEndedRunsNoTestsOfMicroPython) {
    for (const char* name : {"a.py", "b.py", "a.py.exp", "b.py.exp"}) files.write(name, std::string_view());
    const Result result = run("hello", "- expect-text: hello\n- micropython-tests: {files: '*.py'}\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("it has not ended, and the guest has nothing left to do"));
    EXPECT_LT(result.guest_s, 1);
    EXPECT_EQ(result.steps.size(), 3u) << "the text, the first test and the step of both";
}

TEST_F(RunnerTest, TextIsLookedForBehindWhatWasFoundBefore) {
    EXPECT_EQ(run("hello", "- expect-text: at\n- expect-text: hello\n").status, Status::failed);
}

TEST_F(RunnerTest, WhatWasSaidBeforeAnInputIsNoAnswerToIt) {
    const std::string before = "- expect-text: record 1\n- wait: 500ms\n";
    EXPECT_EQ(run("flash_log", before + "- expect-text: record 3\n  within: 0\n").status, Status::passed);
    EXPECT_EQ(run("flash_log", before + "- send: x\n- expect-text: record 3\n  timeout: 1\n").status, Status::timeout);
}

TEST_F(RunnerTest, WhatMustNotBeSaidIsNotWaitedBeyond) {
    const Result result = run("flash_log", "- wait: 10\n", "fail-text: record 2\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("the guest said 'record 2', which it must not"));
    EXPECT_LT(result.guest_s, 2);
}

TEST_F(RunnerTest, WhatMustNotBeSaidFailsAsTheLastWordToo) {
    EXPECT_EQ(run("hello", "- wait: 20ms\n", "fail-text: hello\n").status, Status::failed);
}

TEST_F(RunnerTest, ACrashFailsWithTheRegisters) {
    const Result result = run("crash", "- expect-text: x\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("the guest has crashed"));
    EXPECT_THAT(result.detail, HasSubstr("mepc"));
}

TEST_F(RunnerTest, AScriptNeedsAPrompt) {
    files.write("x.py", std::string("print(1)\n"));
    const Result result = run("flash_log", "- script: x.py\n  timeout: 1\n");
    EXPECT_EQ(result.status, Status::timeout);
    EXPECT_THAT(result.message, HasSubstr("there was no prompt to enter it at"));
}

// --- time ----------------------------------------------------------------------------------------------------------

TEST_F(RunnerTest, WaitsInGuestTime) {
    EXPECT_NEAR(run("hello", "- wait: 2s\n- wait: 500ms\n").guest_s, 2.5, 0.01);
}

TEST_F(RunnerTest, AStepThatComesTooLateFails) {
    const Result result = run("flash_log", "- expect-text: record 5\n  within: 400ms\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("came 0.5"));
    EXPECT_THAT(result.message, HasSubstr("guest seconds after the start, not within 0.400"));
}

TEST_F(RunnerTest, ALimitMayCountFromAnEarlierStep) {
    const std::string steps =
        "- expect-text: record 0\n  name: booted\n- wait: 300ms\n- expect-text: record 5\n  within: ";
    EXPECT_EQ(run("flash_log", steps + "300ms\n").status, Status::passed);
    const Result late = run("flash_log", steps + "400ms\n  since: booted\n");
    EXPECT_EQ(late.status, Status::failed);
    EXPECT_THAT(late.message, HasSubstr("after booted, not within"));
}

TEST_F(RunnerTest, AHostThatIsTooSlowIsNoVerdictOnTheGuest) {
    host.wall_per_look = 1;
    const Result result = run("flash_log", "- wait: 30\n", "wall-timeout: 20\n");
    EXPECT_EQ(result.status, Status::wall_timeout);
    EXPECT_THAT(result.message, HasSubstr("20 seconds of real time are over"));
}

TEST_F(RunnerTest, TheSameScenarioEndsTheSameWay) {
    const std::string steps = "- expect-text: record 2\n- cut-power\n- expect-text: record 7\n";
    const Result first = run("flash_log", steps), second = run("flash_log", steps);
    EXPECT_EQ(first.status, Status::passed);
    EXPECT_EQ(first.guest_s, second.guest_s);
}

// --- hands ---------------------------------------------------------------------------------------------------------

TEST_F(RunnerTest, ThePressedResetButtonStartsTheGuestAgain) {
    EXPECT_EQ(run("flash_log", "- expect-text: record 3\n- press: reset\n- expect-text: record 0\n").status,
              Status::passed);
}

TEST_F(RunnerTest, WhatIsHeldStaysDownUntilItIsReleased) {
    const std::string held = "- expect-text: record 3\n- hold: reset\n- wait: 1\n";
    EXPECT_EQ(run("flash_log", held + "- expect-text: record\n  timeout: 1\n").status, Status::timeout);
    EXPECT_EQ(run("flash_log", held + "- release: reset\n- expect-text: record 0\n").status, Status::passed);
}

TEST_F(RunnerTest, PowerThatIsCutStartsTheGuestAgain) {
    EXPECT_EQ(run("flash_log", "- expect-text: record 3\n- cut-power\n- expect-text: record 0\n").status,
              Status::passed);
}

TEST_F(RunnerTest, ABoardThatSwitchesItselfOffFailsUnlessThatIsExpected) {
    const std::string head = "board: m5stickv\n";
    EXPECT_EQ(run("power_off", "- expect-text: good night\n- expect-power-off\n", head).status, Status::passed);
    const Result result = run("power_off", "- wait: 1\n", head);
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("the board has switched itself off"));
    EXPECT_EQ(run("hello", "- expect-power-off:\n").status, Status::failed);
}

// Its simulator only shows that it would be off.
TEST_F(RunnerTest, ASequenceOfKruxMayEndWithABoardThatIsOff) {
    files.write("off.txt", std::string("wait 1\npress BUTTON_A\nscreenshot off.png\n"));
    const Result result = run("power_off", "- include: off.txt\n", "board: m5stickv\n");
    EXPECT_EQ(result.status, Status::passed) << result.message;
    EXPECT_EQ(host.screenshots.count("off.png"), 1u);
}

TEST_F(RunnerTest, AnInputThatTheBoardHasNoPortForIsABadScenario) {
    const Result result = run("hello", "- press: fire\n");
    EXPECT_EQ(result.status, Status::bad_input);
    EXPECT_THAT(result.message, HasSubstr(where(2) + "press 'fire': maix_bit has no button 'fire' (boot, reset)"));
}

TEST_F(RunnerTest, ACardIsPutInAndTakenOut) {
    EXPECT_EQ(run("hello", "- insert-card: test.yaml\n- remove-card\n- expect-text: hello\n").status, Status::passed);
}

TEST_F(RunnerTest, WithoutItsSuppliesABoardIsOff) {
    const std::string head = "board: m5stickv\n";
    EXPECT_EQ(run("hello", "- battery: 3700\n- usb: unplugged\n- expect-text: hello\n", head).status, Status::passed);
    EXPECT_EQ(run("hello", "- usb: unplugged\n- battery: none\n- expect-power-off\n", head).status, Status::passed);
}

// --- pictures ------------------------------------------------------------------------------------------------------

TEST_F(RunnerTest, AScreenshotIsTheGoldenPictureOfTheNextRun) {
    const std::string frame = "- expect-text: frame 1\n";
    ASSERT_EQ(run("demo", frame + "- screenshot: one.png\n").status, Status::passed);
    save_png(files / "one.png", host.screenshots.at("one.png"));
    EXPECT_EQ(run("demo", frame + "- expect-picture: one.png\n").status, Status::passed);
}

TEST_F(RunnerTest, APictureThatIsAnotherFailsWithTheDifference) {
    save_png(files / "black.png", Picture(320, 240));
    const Result result = run("demo", "- expect-text: frame 1\n- expect-picture: black.png\n  timeout: 100ms\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("pixels differ by up to"));
    EXPECT_EQ(result.difference.width, 320u);
    EXPECT_EQ(result.screen.width, 320u);
}

TEST_F(RunnerTest, AnotherSceneIsAnotherPicture) {
    save_png(files / "white.png", [] {
        Picture white(320, 240);
        white.rgb.assign(white.rgb.size(), 255);
        return white;
    }());
    run("demo", "- expect-text: frame 3\n- screenshot: before\n- camera: white.png\n- wait: 1\n- screenshot: after\n");
    EXPECT_NE(host.screenshots.at("before.png").rgb, host.screenshots.at("after.png").rgb);
}

TEST_F(RunnerTest, AStillScreenIsWaitedFor) {
    EXPECT_EQ(run("demo", "- wait-still: 10\n  timeout: 1\n").status, Status::timeout);
    const Result still = run("hello", "- wait-still: 500ms\n");
    EXPECT_EQ(still.status, Status::passed);
    EXPECT_NEAR(still.guest_s, 0.5, 0.01);
}

// --- what is inside ------------------------------------------------------------------------------------------------

TEST_F(RunnerTest, MemoryIsShownWhenItIsAnother) {
    const Result result = run("flash_log", "- expect-memory: {address: 0x80000000, bytes: [1, 2]}\n  timeout: 100ms\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr(", not 01 02"));
}

TEST_F(RunnerTest, WhatIsNoMemoryOrRegisterIsABadScenario) {
    EXPECT_THAT(input_error_of([&] { run("hello", "- expect-memory: {address: 0x70000000, value: 1}\n"); }),
                HasSubstr(where(2) + "expect-memory: there are no 4 bytes of memory at 0x70000000"));
    EXPECT_THAT(input_error_of([&] { run("hello", "- expect-register: {name: uarths.dvi, value: 1}\n"); }),
                HasSubstr("there is no register 'uarths.dvi'"));
}

TEST_F(RunnerTest, RegistersOfHartsAndBlocksAreWaitedFor) {
    EXPECT_EQ(run("hello",
                  "- expect-register: {name: uarths.txctrl, value: 1, mask: 1}\n"
                  "- expect-register: {name: zero, value: 0, hart: 1}\n")
                  .status,
              Status::passed);
    const Result result = run("hello", "- expect-register: {name: zero, value: 3}\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("zero is 0x0, not 0x3"));
}

TEST_F(RunnerTest, FilesAreLookedAt) {
    host.flash["boot.py"] = "print(1)";
    files.write("same", std::string("print(1)"));
    EXPECT_EQ(run("hello",
                  "- expect-file: {flash: boot.py, contains: print}\n"
                  "- expect-file: {flash: boot.py, equals: same}\n"
                  "- expect-file: {card: boot.py, absent: true}\n")
                  .status,
              Status::passed);
    const auto message = [&](const std::string& step) { return run("hello", step).message; };
    EXPECT_THAT(message("- expect-file: {flash: main.py}\n"), HasSubstr("main.py is not there"));
    EXPECT_THAT(message("- expect-file: {flash: boot.py, absent: true}\n"), HasSubstr("boot.py is there"));
    EXPECT_THAT(message("- expect-file: {flash: boot.py, contains: exit}\n"),
                HasSubstr("boot.py does not contain that, but 'print(1)'"));
    EXPECT_THAT(message("- expect-file: {flash: boot.py, equals: test.yaml}\n"), HasSubstr("boot.py has 8 bytes"));
}

TEST_F(RunnerTest, AKindOfLogMayBeForbidden) {
    EXPECT_EQ(run("hello", "- expect-text: hello\n- expect-no-log: guest_error\n").status, Status::passed);
    log.guest_error("spi3", "too fast");
    const Result result = run("hello", "- expect-no-log: guest_error\n");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, HasSubstr("there is one: spi3: too fast"));
    EXPECT_EQ(run("hello", "- expect-no-log: {kind: guest_error, except: too fast}\n").status, Status::passed);
}

// GPIOHS0 to GPIOHS31 are on pads 16 to 47 after a reset.
TEST_F(RunnerTest, APadIsDrivenUntilItIsReleased) {
    const Result result = run("pads", R"(- expect-text: pin 1 reads
- drive-pad: {pad: 21, level: high}
- expect-register: {name: gpiohs.input_val, value: 0x20, mask: 0x20}
- drive-pad: {pad: 21, level: low}
- expect-register: {name: gpiohs.input_val, value: 0, mask: 0x20}
- drive-pad: {pad: 21, level: high}
- release-pad: 21
- expect-register: {name: gpiohs.input_val, value: 0, mask: 0x20}
)");
    EXPECT_EQ(result.status, Status::passed) << result.message;
}

TEST_F(RunnerTest, ADateIsSetAndCountsOn) {
    const Result result = run("flash_log", R"(- set-date: 2024-02-28 23:59:59
- wait: 1
- expect-register: {name: rtc.date, value: 0x1d00, mask: 0x1f00}
)");
    EXPECT_EQ(result.status, Status::passed) << result.message;
}

}  // namespace
}  // namespace k210::scenario
