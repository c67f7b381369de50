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

TEST(RunOptionsTest, TheFirmwareMayFollowEveryOptionThatIsRepeated) {
    for (const char* option : {"--flash", "--type", "--expect", "--log"}) {
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
}

}  // namespace
}  // namespace k210::app
