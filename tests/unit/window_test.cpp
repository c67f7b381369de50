#include "k210/host_sdl/window.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host_sdl/held_mouse.hpp"
#include "host_sdl/keys.hpp"
#include "host_sdl/layout.hpp"
#include "host_sdl/simulated_events.hpp"
#include "host_sdl/text_drawing.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::StartsWith;

TEST(PlacePictureTest, FillsAWindowOfAWholeMultiple) {
    EXPECT_EQ(place_picture(320, 240, 640, 480), (Placement{0, 0, 640, 480, true}));
}

TEST(PlacePictureTest, KeepsToWholeMultiplesInTheMiddle) {
    EXPECT_EQ(place_picture(320, 240, 1000, 700), (Placement{180, 110, 640, 480, true}));
    EXPECT_EQ(place_picture(320, 240, 959, 10'000), (Placement{159, 4760, 640, 480, true}));
}

TEST(PlacePictureTest, ShrinksIntoASmallerWindow) {
    EXPECT_EQ(place_picture(320, 240, 160, 240), (Placement{0, 60, 160, 120, false}));
    EXPECT_EQ(place_picture(320, 240, 400, 120), (Placement{120, 0, 160, 120, false}));
}

TEST(PlacePictureTest, PixelsAreFoundWhereTheyAreShown) {
    const Placement at = place_picture(320, 240, 1000, 700);
    EXPECT_TRUE(lies_on(at, 180, 110));
    EXPECT_TRUE(lies_on(at, 819, 589));
    for (const auto& [x, y] : {std::pair{179, 110}, {180, 109}, {820, 589}, {819, 590}})
        EXPECT_FALSE(lies_on(at, x, y));
    EXPECT_EQ(pixel_at(180, at.x, at.width, 320), 0u);
    EXPECT_EQ(pixel_at(182, at.x, at.width, 320), 1u);
    EXPECT_EQ(pixel_at(819, at.x, at.width, 320), 319u);
}

TEST(PlacePictureTest, BesideThePictureIsItsNearestPixel) {
    EXPECT_EQ(pixel_at(-500, 180, 640, 320), 0u);
    EXPECT_EQ(pixel_at(10'000, 180, 640, 320), 319u);
    EXPECT_EQ(pixel_at(5, 5, 0, 320), 0u) << "of no size";
}

TEST(KeysTest, KnowsFunctionKeys) {
    EXPECT_EQ(function_key_of(SDLK_F1), FunctionKey::f1);
    EXPECT_EQ(function_key_of(SDLK_F2), FunctionKey::f2);
    EXPECT_EQ(function_key_of(SDLK_F3), FunctionKey::f3);
    EXPECT_EQ(function_key_of(SDLK_F4), FunctionKey::f4);
    EXPECT_EQ(function_key_of(SDLK_F5), FunctionKey::f5);
    EXPECT_EQ(function_key_of(SDLK_F6), FunctionKey::f6);
    EXPECT_EQ(function_key_of(SDLK_F7), FunctionKey::f7);
    EXPECT_EQ(function_key_of(SDLK_F8), FunctionKey::f8);
    EXPECT_EQ(function_key_of(SDLK_F9), FunctionKey::f9);
    EXPECT_EQ(function_key_of(SDLK_F10), FunctionKey::f10);
    EXPECT_EQ(function_key_of(SDLK_F11), FunctionKey::f11);
    EXPECT_EQ(function_key_of(SDLK_F12), FunctionKey::f12);
    EXPECT_EQ(function_key_of(SDLK_PAGEDOWN), FunctionKey::page_down);
    EXPECT_EQ(function_key_of(SDLK_PAGEUP), FunctionKey::page_up);
    EXPECT_EQ(function_key_of(SDLK_INSERT), FunctionKey::insert);
    EXPECT_EQ(function_key_of(SDLK_SCROLLLOCK), FunctionKey::scroll_lock);
    for (const SDL_Keycode key : {SDLK_F13, SDLK_r, SDLK_b, SDLK_SPACE, SDLK_LEFT})
        EXPECT_EQ(function_key_of(key), std::nullopt);
}

TEST(KeysTest, FunctionKeysHaveNames) {
    EXPECT_EQ(to_string(FunctionKey::f1), "F1");
    EXPECT_EQ(to_string(FunctionKey::f2), "F2");
    EXPECT_EQ(to_string(FunctionKey::f3), "F3");
    EXPECT_EQ(to_string(FunctionKey::f4), "F4");
    EXPECT_EQ(to_string(FunctionKey::f5), "F5");
    EXPECT_EQ(to_string(FunctionKey::f6), "F6");
    EXPECT_EQ(to_string(FunctionKey::f7), "F7");
    EXPECT_EQ(to_string(FunctionKey::f8), "F8");
    EXPECT_EQ(to_string(FunctionKey::f12), "F12");
    EXPECT_EQ(to_string(FunctionKey::page_down), "PgDn");
    EXPECT_EQ(to_string(FunctionKey::scroll_lock), "ScrLk");
}

TEST(KeysTest, KeysThatAreNoTextTypeWhatATerminalSends) {
    const std::pair<SDL_Keycode, std::string> keys[] = {
        {SDLK_RETURN, "\r"},   {SDLK_KP_ENTER, "\r"}, {SDLK_BACKSPACE, "\x7f"}, {SDLK_TAB, "\t"},
        {SDLK_ESCAPE, "\x1b"}, {SDLK_UP, "\x1b[A"},   {SDLK_DOWN, "\x1b[B"},    {SDLK_RIGHT, "\x1b[C"},
        {SDLK_LEFT, "\x1b[D"}, {SDLK_HOME, "\x1b[H"}, {SDLK_END, "\x1b[F"},     {SDLK_DELETE, "\x1b[3~"},
        {SDLK_a, ""},          {SDLK_LCTRL, ""},      {SDLK_F12, ""},
    };
    for (const auto& [key, bytes] : keys) EXPECT_EQ(terminal_bytes_of_key(key, KMOD_NONE), bytes) << key;
}

TEST(KeysTest, ControlMakesControlCharactersOfLetters) {
    EXPECT_EQ(terminal_bytes_of_key(SDLK_a, KMOD_LCTRL), "\x01");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_c, KMOD_RCTRL), "\x03");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_z, KMOD_LCTRL | KMOD_NUM), "\x1a");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_1, KMOD_LCTRL), "");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_a - 1, KMOD_LCTRL), "");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_z + 1, KMOD_LCTRL), "");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_c, KMOD_LSHIFT), "");
    EXPECT_EQ(terminal_bytes_of_key(SDLK_e, KMOD_LCTRL | KMOD_RALT), "");  // AltGr-E makes a euro sign somewhere
}

bool pressed(const std::array<bool, kFunctionKeys>& keys, FunctionKey key) {
    return keys[static_cast<std::size_t>(key)];
}

TEST(HeldKeysTest, AHeldKeyStaysPressedUntilReleased) {
    HeldKeys keys;
    keys.press(FunctionKey::f2);
    for (int i = 0; i < 2; ++i) {
        const auto taken = keys.take();
        EXPECT_TRUE(pressed(taken, FunctionKey::f2));
        EXPECT_FALSE(pressed(taken, FunctionKey::f1));
    }
    keys.release(FunctionKey::f2);
    EXPECT_TRUE(pressed(keys.take(), FunctionKey::f2));
    EXPECT_FALSE(pressed(keys.take(), FunctionKey::f2));
}

TEST(HeldKeysTest, AShortPressIsSeenOnce) {
    HeldKeys keys;
    keys.press(FunctionKey::f1);
    keys.release(FunctionKey::f1);
    EXPECT_TRUE(pressed(keys.take(), FunctionKey::f1));
    EXPECT_FALSE(pressed(keys.take(), FunctionKey::f1));
}

TEST(HeldMouseTest, TouchesWhereItIsHeldUntilLetGo) {
    HeldMouse mouse;
    EXPECT_EQ(mouse.take(), std::nullopt);
    mouse.move({1, 1});
    EXPECT_EQ(mouse.take(), std::nullopt) << "not pressed";
    mouse.press({2, 3});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(mouse.take(), (Window::Pixel{2, 3}));
    mouse.move({4, 5});
    EXPECT_EQ(mouse.take(), (Window::Pixel{4, 5}));
    mouse.release();
    mouse.move({6, 7});
    EXPECT_EQ(mouse.take(), (Window::Pixel{4, 5}));
    EXPECT_EQ(mouse.take(), std::nullopt);
}

TEST(HeldMouseTest, AShortClickIsSeenOnce) {
    HeldMouse mouse;
    mouse.press({2, 3});
    mouse.release();
    EXPECT_EQ(mouse.take(), (Window::Pixel{2, 3}));
    EXPECT_EQ(mouse.take(), std::nullopt);
}

TEST(TextDrawingTest, TextIsRectanglesInsideItsBox) {
    const auto rectangles = text_rectangles("F1 BOOT", 10, 20, 3);
    EXPECT_GT(rectangles.size(), 10u);
    for (const SDL_Rect& r : rectangles) {
        EXPECT_GE(r.x, 10);
        EXPECT_LE(r.x + r.w, 10 + 3 * text_width("F1 BOOT"));
        EXPECT_GE(r.y, 20);
        EXPECT_LE(r.y + r.h, 20 + 3 * kTextLineHeight);
        EXPECT_GT(r.w, 0);
        EXPECT_GT(r.h, 0);
    }
}

TEST(TextDrawingTest, ScaleMultipliesEveryLength) {
    const auto once = text_rectangles("x", 0, 0, 1), thrice = text_rectangles("x", 0, 0, 3);
    ASSERT_EQ(once.size(), thrice.size());
    for (std::size_t i = 0; i < once.size(); ++i) {
        EXPECT_EQ(thrice[i].x, 3 * once[i].x);
        EXPECT_EQ(thrice[i].y, 3 * once[i].y);
        EXPECT_EQ(thrice[i].w, 3 * once[i].w);
        EXPECT_EQ(thrice[i].h, 3 * once[i].h);
    }
}

TEST(TextDrawingTest, WhatTheFontLacksIsAQuestionMark) {
    EXPECT_EQ(text_width("\xff\n"), text_width("??"));
    EXPECT_EQ(text_rectangles("\x7f", 0, 0, 1).size(), text_rectangles("?", 0, 0, 1).size());
    EXPECT_GT(text_width("~"), 0);
}

struct WindowTest : testing::Test {
    WindowTest() { ::setenv("SDL_VIDEODRIVER", "dummy", 1); }
    ~WindowTest() override { ::unsetenv("SDL_VIDEODRIVER"); }

    // Until something has come in.
    static Window::Input input_of(Window& window) {
        for (;;) {
            const Window::Input input = window.take_input();
            if (!input.typed.empty() || input.pressed != std::array<bool, kFunctionKeys>{}) return input;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
};

TEST_F(WindowTest, ShowsPicturesOfAnySizeWithText) {
    Window window("k210emu", test_chart(0), {}, 2);
    window.show_status({"one", "a line that is far too long for a window of this size, so that it is written smaller"});
    window.show_notice({"notice"});
    window.show_lamps({{"led", {{255, 0, 0}}}, {"a long chain", std::vector<std::array<std::uint8_t, 3>>(200)}});
    window.show(test_chart(1));
    window.show(Picture(135, 240));
    window.set_title("another");
    simulate_text("still there");
    EXPECT_EQ(input_of(window).typed, "still there");
}

TEST_F(WindowTest, WhatIsTypedGoesToTheConsole) {
    Window window("k210emu", test_chart(0));
    simulate_text("pr\xc3\xbc");
    simulate_key(SDL_KEYDOWN, SDLK_RETURN);
    simulate_key(SDL_KEYDOWN, SDLK_c, KMOD_LCTRL);
    simulate_key(SDL_KEYDOWN, SDLK_r);  // the text comes in an event of its own
    simulate_text("!");
    std::string typed;
    while (!typed.ends_with('!')) typed += input_of(window).typed;
    EXPECT_EQ(typed, "pr\xc3\xbc\r\x03!");
    EXPECT_EQ(window.take_input().typed, "");
}

TEST_F(WindowTest, FunctionKeysArePressedAndTypeNothing) {
    Window window("k210emu", test_chart(0));
    simulate_key(SDL_KEYDOWN, SDLK_F2);
    const Window::Input down = input_of(window);
    EXPECT_TRUE(pressed(down.pressed, FunctionKey::f2));
    EXPECT_EQ(down.typed, "");
    simulate_key(SDL_KEYUP, SDLK_F2);
    while (pressed(window.take_input().pressed, FunctionKey::f2))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_F(WindowTest, TheMouseTouchesThePicture) {
    Window window("k210emu", test_chart(0), {}, 3);  // 640x480 of the picture, text below
    const auto until = [&](std::optional<Window::Pixel> there) {
        while (window.take_input().touched != there) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    simulate_mouse_button(SDL_MOUSEBUTTONDOWN, 101, 201);
    until(Window::Pixel{50, 100});
    simulate_mouse_motion(639, 300);
    until(Window::Pixel{319, 150});
    simulate_mouse_motion(-50, 500);  // out of the picture
    until(Window::Pixel{0, 239});
    simulate_mouse_button(SDL_MOUSEBUTTONUP, 0, 0);
    until({});
}

TEST_F(WindowTest, NothingButTheLeftButtonOnThePictureTouchesIt) {
    Window window("k210emu", test_chart(0), {}, 3);
    simulate_mouse_button(SDL_MOUSEBUTTONDOWN, 101, 201, SDL_BUTTON_RIGHT);
    simulate_mouse_button(SDL_MOUSEBUTTONDOWN, 101, 485);
    simulate_mouse_motion(50, 50);
    simulate_text("!");
    const Window::Input input = input_of(window);
    EXPECT_EQ(input.touched, std::nullopt);
    EXPECT_EQ(input.typed, "!");
}

TEST_F(WindowTest, ClosingItIsToldWhateverItsOwnerDoes) {
    std::promise<void> closed;
    Window window("k210emu", test_chart(0), [&closed] { closed.set_value(); });
    simulate_close();
    EXPECT_EQ(closed.get_future().wait_for(std::chrono::minutes(1)), std::future_status::ready);
}

TEST_F(WindowTest, CanBeOpenedAgain) {
    for (int i = 0; i < 2; ++i) {
        Window window("k210emu", test_chart(0), {}, 0, 1);
        simulate_text("x");
        EXPECT_EQ(input_of(window).typed, "x");
    }
}

std::string refusal() {
    const std::string why = input_error_of([] { Window("k210emu", test_chart(0)); });
    EXPECT_EQ(why.find('\n'), std::string::npos);
    return why;
}

TEST_F(WindowTest, SaysThatThereIsNoDisplay) {
    ::setenv("SDL_VIDEODRIVER", "nonexistent", 1);
    EXPECT_THAT(refusal(), StartsWith("window: no display: "));
}

TEST_F(WindowTest, OpensNothingThatNobodySees) {
    for (const char* name : {"SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"}) ::unsetenv(name);
    EXPECT_EQ(refusal(), "window: no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
}

}  // namespace
}  // namespace k210
