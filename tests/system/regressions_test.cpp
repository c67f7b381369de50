// Firmware that somebody has broken is found by its scenario, and what that leaves shows how:
// tests/scenarios/regressions.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/replay_line.hpp"

namespace k210 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct RegressionsTest : testing::Test {
    TempDir files;
    std::string scenario = (source_dir() / "tests/scenarios/regressions/demo.yaml").string(),
                artifacts = files / "kept";
    std::filesystem::path folder;
    std::string junit;
    EmulatorProcess::Result result{};

    std::string text(const std::filesystem::path& file) const {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
    void test(const std::string& program) {
        const std::string xml = files / "junit.xml";
        result = run_emulator({"test", scenario, "--set", "guests=" + guests_dir().string(), "--matrix",
                               "program=" + program, "--artifacts", artifacts, "--junit", xml});
        folder = artifacts + "/%2F" + scenario + "/program=" + program;
        junit = text(xml);
    }
    void expect_its_record_to_give_the_same_again() const {
        std::vector<std::string> replay = replay_arguments(result.out);
        const std::string lcd = files / "lcd.png";
        replay.insert(replay.end(), {"--screenshot", lcd});
        const auto again = run_emulator(replay);
        EXPECT_EQ(again.status, 0) << again.err;
        EXPECT_EQ(again.out, text(folder / "console.txt"));
        EXPECT_EQ(text(lcd), text(folder / "last.png"));
    }
};

TEST_F(RegressionsTest, FirmwareAsItIsPasses) {
    test("demo");
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_THAT(junit, HasSubstr("tests=\"1\" failures=\"0\" errors=\"0\""));
}

TEST_F(RegressionsTest, AnLcdThatIsNeverLitIsFound) {
    test("demo_dark");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(junit, AllOf(HasSubstr("tests=\"1\" failures=\"1\""), HasSubstr("pixels differ")));
    const Picture lcd = load_picture(folder / "last.png");
    EXPECT_THAT(lcd.rgb, testing::Each(0));
    EXPECT_FALSE(load_picture(folder / "diff.png").empty());
    EXPECT_THAT(text(folder / "timeline.txt"), AllOf(HasSubstr("console frame "), Not(HasSubstr("is whole"))));
    expect_its_record_to_give_the_same_again();
}

TEST_F(RegressionsTest, FramesThatTake30PercentLongerAreFound) {
    test("demo_slow");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(junit, AllOf(HasSubstr("failures=\"1\""),
                             HasSubstr("came 0.335 guest seconds after the step before, not within 0.260")));
    EXPECT_FALSE(load_picture(folder / "last.png").empty());
    expect_its_record_to_give_the_same_again();
}

TEST_F(RegressionsTest, ATracebackIsFound) {
    test("demo_traceback");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(junit,
                AllOf(HasSubstr("failures=\"1\""), HasSubstr("the guest said 'Traceback (most recent call last)'"),
                      HasSubstr("ValueError: no digit")));
    EXPECT_FALSE(load_picture(folder / "last.png").empty());
    expect_its_record_to_give_the_same_again();
}

}  // namespace
}  // namespace k210
