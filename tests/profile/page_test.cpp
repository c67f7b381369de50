#include "profile/page.hpp"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/host/picture_file.hpp"

namespace k210::profile {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr std::string_view kDataBegin = R"(<script type="application/json" id="profile">)";
constexpr std::string_view kScriptEnd = "</script>";

struct PageTest : testing::Test {
    Profile profile;
    RunInfo run{"firmware on board", "k210emu profile firmware", "timeout", "approximate"};
    Picture screen{2, 1};

    std::string text() const { return page(profile, run, screen); }
    // As a browser finds the data: up to the first end of a script.
    Json data() const {
        const std::string whole = text();
        const std::size_t begin = whole.find(kDataBegin) + kDataBegin.size();
        return Json::parse(whole.substr(begin, whole.find(kScriptEnd, begin) - begin));
    }
};

TEST_F(PageTest, HoldsTheProfile) {
    profile.elapsed_ps = 100;
    profile.cpu_hz = 400'000'000;
    profile.harts[1].running_ps = 70;
    profile.harts[1].functions = {{0x8000'0100, "main", 60, 10}};
    profile.harts[1].scripts = {{{{"main.py", "loop", 7}}, "sensor.snapshot", "usleep", 30}};
    profile.harts[1].traps = {{"timer interrupt", 3, 10}};
    profile.harts[1].waits = {{"WFI", 0x8000'0100, "main", 2, 20}};
    profile.layers = {{"conv 1x1", "8x4x4", "16x4x4", "none", "0x80100000", 1, 2, 3, 4, 5, 6}};
    profile.devices = {{"kpu", 50, 5, 7}};
    const Json page = data();
    EXPECT_EQ(page.at("run"), (Json{{"title", "firmware on board"},
                                    {"command", "k210emu profile firmware"},
                                    {"outcome", "timeout"},
                                    {"timing", "approximate"}}));
    EXPECT_EQ(page.at("elapsed_ps"), 100);
    EXPECT_EQ(page.at("cpu_hz"), 400'000'000);
    const Json& hart = page.at("harts").at(1);
    EXPECT_EQ(hart.at("running_ps"), 70);
    EXPECT_EQ(hart.at("functions").at(0),
              (Json{{"name", "main"}, {"address", "0x80000100"}, {"program_ps", 60}, {"trap_ps", 10}}));
    EXPECT_EQ(
        hart.at("scripts").at(0),
        (Json{{"file", "main.py"}, {"line", 7}, {"function", "loop"}, {"called", "sensor.snapshot"}, {"time_ps", 30}}));
    EXPECT_EQ(hart.at("traps").at(0), (Json{{"name", "timer interrupt"}, {"times", 3}, {"time_ps", 10}}));
    EXPECT_EQ(hart.at("waits").at(0).at("function"), "main");
    EXPECT_EQ(page.at("layers").at(0).at("output"), "16x4x4");
    EXPECT_EQ(page.at("layers").at(0).at("weight_load_cycles"), 3);
    EXPECT_EQ(page.at("devices").at(0), (Json{{"name", "kpu"}, {"busy_ps", 50}, {"times", 5}, {"bytes", 7}}));
}

TEST_F(PageTest, HostileNamesStayText) {
    const std::string hostile = "</script><script>alert(1)</script><!-- \" \\ \xff {{style}}";
    run.title = hostile;
    profile.harts[0].functions = {{0, hostile, 1, 0}};
    profile.devices = {{hostile, 1, 1, 1}};
    EXPECT_THAT(text(), Not(HasSubstr("alert(1)</script>")));
    const std::string replaced = "</script><script>alert(1)</script><!-- \" \\ \xef\xbf\xbd {{style}}";
    EXPECT_EQ(data().at("run").at("title"), replaced);
    EXPECT_EQ(data().at("harts").at(0).at("functions").at(0).at("name"), replaced);
    EXPECT_EQ(data().at("devices").at(0).at("name"), replaced);
}

TEST_F(PageTest, NeedsNothingElse) {
    const std::string whole = text();
    EXPECT_THAT(whole, Not(HasSubstr("http:")));
    EXPECT_THAT(whole, Not(HasSubstr("https:")));
    EXPECT_THAT(whole, Not(HasSubstr("@import")));
    EXPECT_FALSE(std::regex_search(whole, std::regex(R"(<link|<iframe|<script[^>]*\ssrc|\bimport\(|\bfetch\()")));
    EXPECT_THAT(whole, HasSubstr("default-src 'none'"));
}

TEST_F(PageTest, IsCompleteWithStyleAndScript) {
    const std::string whole = text();
    EXPECT_THAT(whole, HasSubstr("prefers-color-scheme: dark"));
    EXPECT_THAT(whole, HasSubstr("JSON.parse"));
    EXPECT_THAT(whole, Not(HasSubstr("{{")));
    EXPECT_THAT(whole, testing::EndsWith("</html>\n"));
}

TEST_F(PageTest, ShowsTheScreenAsPng) {
    screen.rgb = {255, 0, 0, 0, 0, 255};
    const Json shown = data().at("screen");
    EXPECT_EQ(shown.at("width"), 2);
    EXPECT_EQ(shown.at("height"), 1);
    EXPECT_THAT(shown.at("png").get<std::string>(), testing::StartsWith("iVBORw0KGgo"));  // PNG's signature
    screen = {};
    EXPECT_TRUE(data().at("screen").is_null());
}

}  // namespace
}  // namespace k210::profile
