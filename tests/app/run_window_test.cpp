// What keys of the window do to a run.
#include "app/run_window.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host_sdl/simulated_events.hpp"
#include "k210/host/picture_file.hpp"
#include "session/session_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

// Where a user starts a run: in a folder, with a display.
struct Desk {
    Desk() {
        ::setenv("SDL_VIDEODRIVER", "dummy", 1);
        fs::current_path(dir.path());
    }
    ~Desk() {
        fs::current_path(before);
        ::unsetenv("SDL_VIDEODRIVER");
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    const fs::path before = fs::current_path();
    const TempDir dir;
};

struct RunWindowTest : testing::Test {
    void press(SDL_Keycode key) {
        simulate_key(SDL_KEYDOWN, key);
        simulate_key(SDL_KEYUP, key);
    }
    // Looks until that holds.
    template <class Condition>
    void look_until(Condition holds) {
        while (!holds()) {
            window.look(session, Pace::Seconds(0), true);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    const Desk desk;
    struct Listener : HeardSession {
        std::map<std::string, bool> last_of;  // buttons
        void given(const Input& input, InputOrigin) override {
            if (const auto* const button = std::get_if<ButtonInput>(&input.action))
                last_of[button->button] = button->down;
        }
    };
    Log log = Log::writing_to([](std::string_view) {});
    Listener heard;
    Session session{session_with_guest("hello"), log, heard};
    std::string told;
    const RunOptions options{};
    WindowStates states{options, {}, [this](std::string_view line) { told += line; }};
    int went_back = 0;
    RunWindow window{{"hello",
                      kBoardSpeed,
                      {},
                      {},
                      [this](std::string_view line) { told += line; },
                      &states,
                      [this] { ++went_back; }},
                     session,
                     screen_of(session.machine())};
};

TEST_F(RunWindowTest, F9Pauses) {
    press(SDLK_F9);
    look_until([&] { return window.control().paused(); });
}

TEST_F(RunWindowTest, F11ChangesTheSpeed) {
    press(SDLK_F11);
    look_until([&] { return window.control().speed() == kFullSpeed; });
}

TEST_F(RunWindowTest, F12SavesAPicture) {
    press(SDLK_F12);
    look_until([&] { return !told.empty(); });
    EXPECT_EQ(told, "k210emu: lcd_00000.000.png written\n");
    EXPECT_EQ(load_picture(desk.dir / "lcd_00000.000.png").width, 320u);
}

TEST_F(RunWindowTest, F12OverwritesNothing) {
    desk.dir.write("lcd_00000.000.png", std::string_view("mine"));
    press(SDLK_F12);
    look_until([&] { return !told.empty(); });
    EXPECT_EQ(told, "k210emu: lcd_00000.000.png: is there already\n");
    EXPECT_EQ(fs::file_size(desk.dir / "lcd_00000.000.png"), 4u);
}

TEST_F(RunWindowTest, InsSavesTheStateAndPgUpGoesBackToIt) {
    press(SDLK_INSERT);
    look_until([&] { return !told.empty(); });
    EXPECT_TRUE(fs::exists(desk.dir / "state_00000.000.snapshot"));
    run_for(session, 0.01);
    press(SDLK_PAGEUP);
    look_until([&] { return went_back > 0; });
    EXPECT_EQ(session.now(), SimTime{});
}

TEST_F(RunWindowTest, AButtonIsThenAsTheUserHoldsIt) {
    press(SDLK_INSERT);
    look_until([&] { return !told.empty(); });
    simulate_key(SDL_KEYDOWN, SDLK_F1);
    look_until([&] { return heard.last_of["boot"]; });
    press(SDLK_PAGEUP);
    look_until([&] { return went_back > 0; });
    EXPECT_EQ(heard.last_of["boot"], true);
    simulate_key(SDL_KEYUP, SDLK_F1);
    look_until([&] { return !heard.last_of["boot"]; });
}

TEST_F(RunWindowTest, ScrLkRecordsUntilItComesAgain) {
    press(SDLK_SCROLLLOCK);
    look_until([&] { return states.recording(); });
    press(SDLK_SCROLLLOCK);
    look_until([&] { return !states.recording(); });
    EXPECT_TRUE(fs::exists(desk.dir / "record_00000.000.snapshot"));
    EXPECT_TRUE(fs::exists(desk.dir / "record_00000.000.jsonl"));
}

}  // namespace
}  // namespace k210::app
