#include "app/run_options.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RunOptions parsed(std::vector<std::string> arguments) {
    CLI::App command;
    RunOptions options;
    add_run_options(command, options);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    command.parse(std::move(arguments));
    return options;
}

TEST(RunOptionsTest, TheFirstOfSeveralCamerasIsTheOneThatIsSeen) {
    const RunOptions options = parsed({"--camera", "a", "--camera", "b", "--camera", "c"});
    EXPECT_EQ(options.camera, "a");
    EXPECT_THAT(options.more_cameras, testing::ElementsAre("b", "c"));
}

TEST(RunOptionsTest, TheFirmwareMayFollowEveryOptionThatIsRepeated) {
    for (const char* option : {"--flash", "--camera", "--type", "--expect", "--log"}) {
        EXPECT_EQ(parsed({option, "a", "hello.bin"}).firmware, "hello.bin") << option;
        EXPECT_EQ(parsed({option, "a", option, "b", "hello.bin"}).firmware, "hello.bin") << option;
    }
}

TEST(RunOptionsTest, RepeatedOptionsKeepTheirOrder) {
    EXPECT_THAT(parsed({"--expect", "b", "--expect", "a"}).expect, ElementsAre("b", "a"));
    EXPECT_THAT(parsed({"--type", "b", "--type", "a"}).type, ElementsAre("b", "a"));
    EXPECT_THAT(parsed({"--log", "info,host=off", "--log", "debug"}).log, ElementsAre("info", "host=off", "debug"));
}

TEST(RunOptionsTest, WindowAndHeadlessExcludeEachOther) {
    EXPECT_TRUE(parsed({"--window"}).window);
    EXPECT_TRUE(parsed({"--headless"}).headless);
    EXPECT_THROW(parsed({"--window", "--headless"}), CLI::ExcludesError);
}

struct BadValue {
    const char *option, *value, *complaint;
};

TEST(RunOptionsTest, AValueThatIsNoneIsToldWithWhatMayBeMeant) {
    const BadValue values[] = {
        {"--timing", "aproximate", "is none of approximate, instructions, thorough; did you mean approximate?"},
        {"--strict", "wran", "is none of trap, warn, off; did you mean warn?"},
        {"--camera-mount", "sideways", "is none of normal, mirror, flip, rotate180"},
        {"--sd-layout", "mrb", "is none of mbr, superfloppy; did you mean mbr?"},
        {"--baud", "299", "no number from 300 to 5000000"},
        {"--baud", "5000001", "no number from 300 to 5000000"},
        {"--baud", "9600x", "no number from 300 to 5000000"},
        {"--baud", "-9600", "no number from 300 to 5000000"},
    };
    for (const BadValue& bad : values)
        EXPECT_EQ(input_error_of([&] { parsed({std::string(bad.option) + "=" + bad.value}); }),
                  std::string(bad.option) + " " + bad.value + ": " + bad.complaint);
}

TEST(RunOptionsTest, EveryNamedValueIsTaken) {
    EXPECT_EQ(parsed({"--timing", "instructions"}).timing, TimingModel::instructions);
    EXPECT_EQ(parsed({"--timing", "approximate"}).timing, TimingModel::approximate);
    EXPECT_EQ(parsed({"--flash-timing", "real"}).flash_timing, FlashTiming::real);
    EXPECT_EQ(parsed({"--flash-timing", "fast"}).flash_timing, FlashTiming::fast);
    EXPECT_EQ(parsed({"--strict", "off"}).strictness, Strictness::off);
    EXPECT_EQ(parsed({"--strict", "warn"}).strictness, Strictness::warn);
    EXPECT_EQ(parsed({"--strict", "trap"}).strictness, Strictness::trap);
    EXPECT_EQ(parsed({"--camera-mount", "normal"}).camera_mount, CameraMount::normal);
    EXPECT_EQ(parsed({"--camera-mount", "mirror"}).camera_mount, CameraMount::mirror);
    EXPECT_EQ(parsed({"--camera-mount", "flip"}).camera_mount, CameraMount::flip);
    EXPECT_EQ(parsed({"--camera-mount", "rotate180"}).camera_mount, CameraMount::rotate180);
    EXPECT_EQ(parsed({"--sd-layout", "mbr"}).sd_layout, CardLayout::mbr);
    EXPECT_EQ(parsed({"--sd-layout", "superfloppy"}).sd_layout, CardLayout::superfloppy);
    EXPECT_EQ(parsed({"--baud", "300"}).baud, 300u);
    EXPECT_EQ(parsed({"--baud", "5000000"}).baud, 5'000'000u);
}

TEST(RunOptionsTest, LogLevelsAreOfAllKindsOrOfOne) {
    std::string said;
    Log log = Log::writing_to([&](std::string_view line) { said += line; });
    set_log_levels(log, {"off", "host=debug"});
    log.guest_error("dmac", "no such channel");
    log.host(LogLevel::debug, "camera", "ends");
    EXPECT_THAT(said, AllOf(HasSubstr("ends"), Not(HasSubstr("no such channel"))));
    EXPECT_EQ(input_error_of([&] { set_log_levels(log, {"host=loud"}); }),
              "--log host=loud: no level 'loud' (debug, info, warn, error, off)");
    EXPECT_EQ(input_error_of([&] { set_log_levels(log, {"guest=info"}); }),
              "--log guest=info: no kind 'guest' (guest_error, unimplemented, unverified, host)");
    EXPECT_EQ(input_error_of([&] { set_log_levels(log, {"unimplementd=info"}); }),
              "--log unimplementd=info: no kind 'unimplementd' (guest_error, unimplemented, unverified, host); did you "
              "mean unimplemented?");
    EXPECT_EQ(input_error_of([&] { set_log_levels(log, {"wran"}); }),
              "--log wran: no level 'wran' (debug, info, warn, error, off); did you mean warn?");
}

}  // namespace
}  // namespace k210::app
