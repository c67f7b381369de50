#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/page.hpp"
#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using scenario::Status;
using testing::HasSubstr;
using testing::Not;

struct PageTest : testing::Test {
    TempDir files;

    std::string page_of(Status status, const std::string& message = {}) {
        CaseResult test{.test = {.file = "a.yaml", .id = "a.yaml"}, .folder = "a"};
        test.result.status = status;
        test.result.message = message;
        test.artifacts = {"console.txt", "diff.png", "gone.png", "last.png"};
        std::filesystem::create_directories(files / "a");
        files.write("a/diff.png", std::string("DIFF"));
        files.write("a/last.png", std::string("LAST"));
        return page({.cases = {test}}, files.path());
    }
};

TEST_F(PageTest, HoldsThePicturesOfWhatHasNotPassed) {
    const std::string html = page_of(Status::failed);
    EXPECT_THAT(html,
                HasSubstr(R"("pictures":[{"name":"diff.png","png":"RElGRg=="},{"name":"last.png","png":"TEFTVA=="}])"));
    EXPECT_THAT(html, HasSubstr(R"("summary":"1 scenario: 1 failed")"));
}

TEST_F(PageTest, HoldsTheTimelineAndTheCommandThatReplays) {
    CaseResult test{.test = {.file = "a.yaml", .id = "a.yaml"}, .folder = "a"};
    test.result.status = Status::failed;
    test.result.made_from = "demo.bin";
    test.artifacts = {"begin.snapshot", "record.jsonl", "timeline.txt"};
    std::filesystem::create_directories(files / "a");
    files.write("a/timeline.txt", std::string("1.5 s lcd"));
    const std::string html = page({.cases = {test}}, files.path());
    EXPECT_THAT(html, HasSubstr(R"("timeline":"1.5 s lcd")"));
    const std::string folder = (files / "a").string();
    EXPECT_THAT(html, HasSubstr("k210emu run demo.bin --from " + folder + "/begin.snapshot --replay " + folder +
                                "/record.jsonl"));
}

TEST_F(PageTest, HoldsTheLastPictureOfWhatHas) {
    EXPECT_THAT(page_of(Status::passed), HasSubstr(R"("pictures":[{"name":"last.png","png":"TEFTVA=="}])"));
}

TEST_F(PageTest, NothingThatAGuestSaysEndsTheData) {
    const std::string html = page_of(Status::failed, "</script><script>alert(1)");
    EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(html, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
}

}  // namespace
}  // namespace k210::suite
