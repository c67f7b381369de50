// The scenarios of tests/scenarios: on guests of firmware/, and on real firmware images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::Not;

EmulatorProcess::Result suite(std::string_view folder, const std::vector<std::string>& options) {
    const TempDir files;
    std::vector<std::string> arguments{"test", (source_dir() / "tests/scenarios" / folder).string(), "--artifacts",
                                       files.path().string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_emulator(arguments);
}

TEST(ScenariosTest, OfOurOwnFirmwarePass) {
    const auto result = suite("guests", {"--set", "guests=" + guests_dir().string()});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr("skipped")));
}

// Those whose image or model is not there are skipped, and named.
TEST(ScenariosRealImageTest, Pass) {
    if (images_dir().empty()) GTEST_SKIP() << "no firmware images: see K210_IMAGES in README.md";
    const std::filesystem::path shared = shared_dir().empty() ? "shared" : shared_dir();
    const auto result =
        suite("images", {"--set", "images=" + images_dir().string(), "--set", "shared=" + shared.string()});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    if (result.out.find("skipped") != std::string::npos) GTEST_SKIP() << result.out;
}

}  // namespace
}  // namespace k210
