// Krux on its boards: its menu comes up, and who walks through it by buttons, encoder or touch comes back.
#include <algorithm>

#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

struct Walk {
    const char *name, *image, *board, *page, *enter;
};
struct KruxRealImageTest : testing::TestWithParam<Walk> {
    // As a finger does: Krux wants to see both the press and the release. An encoder is turned by a click.
    static void push(MachineBench& board, std::string_view control) {
        if (control == "encoder") {
            board.machine().port<Encoder>(control).turn(1);
            board.run(1);
            return;
        }
        board.press(control, true);
        board.run(0.3);
        board.press(control, false);
        board.run(0.7);
    }
};

// clang-format off
INSTANTIATE_TEST_SUITE_P(All, KruxRealImageTest, testing::Values(
    Walk{"Dock", "krux_dock.kfpkg", "maix_dock", "encoder", "a"},
    Walk{"M5StickV", "krux_m5stickv.kfpkg", "m5stickv", "b", "a"},
    Walk{"Cube", "krux_cube.kfpkg", "cube", "boot", "a"}),
    [](const auto& walk) { return std::string(walk.param.name); });
// clang-format on

TEST_P(KruxRealImageTest, AWalkEntersAMenuAndComesBack) {
    const Walk& walk = GetParam();
    K210_NEEDS(image_path(walk.image));
    MachineBench board(image_firmware(walk.image, walk.board));
    board.run(5);
    const Picture menu = board.screen();
    push(board, walk.page);
    const Picture on_new_mnemonic = board.screen();
    EXPECT_NE(on_new_mnemonic.rgb, menu.rgb);
    push(board, walk.enter);
    const Picture new_mnemonic = board.screen();
    EXPECT_NE(new_mnemonic.rgb, on_new_mnemonic.rgb);
    for (unsigned i = 0; i < 4; ++i) push(board, walk.page);  // by camera, words, D6, D20; back
    const Picture on_back = board.screen();
    EXPECT_NE(on_back.rgb, new_mnemonic.rgb);
    push(board, walk.enter);
    EXPECT_EQ(board.screen().rgb, on_new_mnemonic.rgb);
}

struct Place {
    unsigned x, y;
};
struct TouchWalk {
    const char *name, *image, *board;
    unsigned entries;  // of the menu, which Krux draws in portrait: with a power chip it can shut down, too
    Place first, last_of_four;
};
struct KruxTouchRealImageTest : testing::TestWithParam<TouchWalk> {
    static void touch(MachineBench& board, Place place) {
        auto& screen = board.machine().port<Touch>("touch");
        screen.touch(place.x, place.y);
        board.run(0.15);
        screen.release();
        board.run(1.5);
    }
    // Between lines one pixel wide across Krux's portrait picture; beside the bar with the battery there is none.
    static unsigned entries(const Picture& picture) {
        const auto same = [&](unsigned x, unsigned y, unsigned at) {
            return std::equal(picture.at(x, y), picture.at(x, y) + 3, picture.at(at, 0));
        };
        unsigned lines = 0;
        for (unsigned x = 1; x + 1 < picture.width; ++x) {
            bool line = !same(x, 0, x - 1) && !same(x, 0, x + 1);
            for (unsigned y = 0; y < picture.height && line; ++y) line = same(x, y, x);
            lines += line;
        }
        return lines + 1;
    }
};

// clang-format off
INSTANTIATE_TEST_SUITE_P(All, KruxTouchRealImageTest, testing::Values(
    TouchWalk{"Amigo", "krux_amigo.kfpkg", "amigo_ips", 6, {50, 160}, {415, 160}},
    TouchWalk{"WonderK", "krux_wonder_k.kfpkg", "wonder_k", 5, {290, 120}, {40, 120}}),
    [](const auto& walk) { return std::string(walk.param.name); });
// clang-format on

TEST_P(KruxTouchRealImageTest, TheEntryThatIsTouchedIsEntered) {
    const TouchWalk& walk = GetParam();
    K210_NEEDS(image_path(walk.image));
    MachineBench board(image_firmware(walk.image, walk.board));
    board.run(7);
    const Picture menu = board.screen();
    EXPECT_EQ(entries(menu), walk.entries);
    touch(board, walk.first);  // load mnemonic
    EXPECT_EQ(entries(board.screen()), 4u) << "by camera, by hand, from storage, back";
    touch(board, walk.last_of_four);
    EXPECT_EQ(board.screen().rgb, menu.rgb);
}

}  // namespace
}  // namespace k210
