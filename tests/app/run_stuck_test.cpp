// A machine that never returns: its camera spins. Runs end all the same, by the watchdog beside them.
#include <csignal>
#include <functional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "app/run_command.hpp"
#include "host_sdl/simulated_events.hpp"
#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// Does something at its first frame, and is stuck for ever.
class SpinningCamera final : public CameraSource {
public:
    explicit SpinningCamera(std::function<void()> first) : first_(std::move(first)) {}
    const Picture& frame(std::uint64_t) override {
        first_();
        for (volatile bool for_ever = true; for_ever;) {}  // a compiler may leave out a loop without effects
        return picture_;
    }

private:
    std::function<void()> first_;
    Picture picture_{320, 240};
};

struct StuckRunTest : testing::Test {
    StuckRunTest() {
        options.serial = "null";
        options.report = files / "report.json";
        options.screenshot = files / "lcd.png";
    }

    // In a process of its own, which the watchdog ends. Returns its exit status.
    int run_stuck(const std::function<void()>& first) const {
        const pid_t child = ::fork();
        if (child == 0) {
            const int err = ::open((files / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ::dup2(err, STDERR_FILENO);
            SpinningCamera camera(first);
            std::string why = "it came back";
            try {
                run(options, &camera);
            } catch (const InputError& error) { why = error.what(); }
            ::dprintf(err, "%s\n", why.c_str());
            ::_exit(99);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string text(std::string_view name) const {
        const auto bytes = read_file(files / name);
        return {bytes.begin(), bytes.end()};
    }
    nlohmann::json report() const { return nlohmann::json::parse(text("report.json")); }

    TempDir files;
    RunOptions options;
};

TEST_F(StuckRunTest, WallTimeoutEndsItWithReportAndPicture) {
    options.wall_timeout_s = 5;  // much longer than a busy machine takes to its first picture
    EXPECT_EQ(run_stuck([] {}), 42);
    EXPECT_THAT(text("err"), MatchesRegex("k210emu: 5 seconds of real time are over, after 0\\.[0-9]+ guest seconds; "
                                          "the emulator did not stop, so its watchdog has ended it\n"));
    EXPECT_EQ(report().at("outcome"), "wall_timeout");
    EXPECT_EQ(report().at("exit_status"), 42);
    EXPECT_EQ(report().at("watchdog"), true);
    EXPECT_EQ("k210emu: " + report().at("reason").get<std::string>() + "\n", text("err"));
    EXPECT_EQ(report().at("board"), "maix_bit");
    EXPECT_EQ(load_picture(files / "lcd.png").width, 320u);
}

TEST_F(StuckRunTest, SignalsEndIt) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU}) {
        EXPECT_EQ(run_stuck([signal] { std::raise(signal); }), signal == SIGINT ? 0 : 1) << signal;
        EXPECT_EQ(report().at("outcome"), "interrupted");
        EXPECT_EQ(report().at("watchdog"), true);
        EXPECT_THAT(text("err"), HasSubstr("watchdog"));
    }
}

TEST_F(StuckRunTest, TheWindowsCloseButtonEndsIt) {
    ::setenv("SDL_VIDEODRIVER", "dummy", 1);
    options.window = true;
    EXPECT_EQ(run_stuck(simulate_close), 0);
    EXPECT_THAT(text("err"), HasSubstr("the window was closed, after 0."));
    EXPECT_EQ(report().at("outcome"), "ended");
    EXPECT_EQ(report().at("watchdog"), true);
}

TEST_F(StuckRunTest, WithoutTheExpectedTextItIs1) {
    options.expect = {"never"};
    EXPECT_EQ(run_stuck([] { std::raise(SIGINT); }), 1);
    EXPECT_EQ(report().at("exit_status"), 1);
}

TEST_F(StuckRunTest, AnOutputThatCannotBeWrittenIsTold) {
    std::filesystem::create_directory(files / "gone");
    options.report = files / "gone/report.json";
    EXPECT_EQ(run_stuck([this] {
                  std::filesystem::remove(files / "gone");
                  std::raise(SIGINT);
              }),
              3);
    EXPECT_THAT(text("err"), HasSubstr("gone/report.json: No such file"));
    EXPECT_EQ(load_picture(files / "lcd.png").width, 320u);
}

}  // namespace
}  // namespace k210::app
