// Boards' rows against what their makers publish, stated again.
#include <array>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/soc/board.hpp"

namespace k210 {
namespace {

struct Row {
    std::string_view name;
    std::uint8_t flash_maker;
    std::vector<unsigned> lcd;  // clock, select, data/command, reset
    Panel panel;
    std::vector<unsigned> camera;  // clock, data, reset, power down
    Sensor sensor;
    CameraMount mount;
    std::vector<std::pair<Button, unsigned>> keys;
};

const std::vector<unsigned> kMaixLcd = {39, 36, 38, 37}, kMaixCamera = {41, 40, 42, 44};
const std::vector<std::pair<Button, unsigned>> kBootKey = {{Button::boot, 16}};

// [doc] MaixPy-v1 components/boards and config_maix_*.py; M5StickV: m5stick.c; KD233: the SDK's demos; flashes as the
// boards' boot logs name them; mounts: as public scripts for the boards turn their pictures.
const Row kRows[] = {
    {"maix_bit", 0xc8, kMaixLcd, Panel::maix, kMaixCamera, Sensor::ov2640, CameraMount::rotate180, kBootKey},
    {"maix_dock", 0xc8, kMaixLcd, Panel::maix, kMaixCamera, Sensor::gc0328, CameraMount::normal, kBootKey},
    {"lichee_dan", 0xef, kMaixLcd, Panel::maix, kMaixCamera, Sensor::ov2640, CameraMount::normal, kBootKey},
    {"m5stickv",
     0xef,
     {19, 22, 20, 21},
     Panel::m5stickv,
     kMaixCamera,
     Sensor::ov7740,
     CameraMount::normal,
     {{Button::a, 36}, {Button::b, 37}}},
    {"amigo",
     0xc8,
     kMaixLcd,
     Panel::amigo_tft,
     kMaixCamera,
     Sensor::gc0328,
     CameraMount::rotate180,
     {{Button::boot, 16}, {Button::a, 20}, {Button::b, 23}}},
    {"amigo_ips",
     0xc8,
     kMaixLcd,
     Panel::amigo_ips,
     kMaixCamera,
     Sensor::gc0328,
     CameraMount::rotate180,
     {{Button::boot, 16}, {Button::a, 20}, {Button::b, 23}}},
    {"kd233", 0xef, {7, 6, 8}, Panel::kd233, {10, 9, 11, 13}, Sensor::ov5640, CameraMount::normal, kBootKey},
};

TEST(BoardsTest, EveryRowIsAsItsBoardIsWired) {
    ASSERT_EQ(boards().size(), std::size(kRows));
    for (const Row& row : kRows) {
        const Board& board = find_board(row.name);
        SCOPED_TRACE(row.name);
        EXPECT_EQ(board.console.rx_pad, 4u);
        EXPECT_EQ(board.console.tx_pad, 5u);
        EXPECT_EQ(board.flash.size_bytes, 16u << 20);
        EXPECT_EQ(board.flash.manufacturer, row.flash_maker);
        EXPECT_EQ(board.flash.device, 0x17);
        std::vector<unsigned> lcd = {board.lcd.clock_pad, board.lcd.select_pad, board.lcd.data_command_pad};
        if (board.lcd.reset_pad) lcd.push_back(*board.lcd.reset_pad);
        EXPECT_EQ(lcd, row.lcd);
        EXPECT_EQ(board.lcd.panel, row.panel);
        EXPECT_EQ((std::vector<unsigned>{board.camera.clock_pad, board.camera.data_pad, board.camera.reset_pad,
                                         board.camera.power_down_pad}),
                  row.camera);
        EXPECT_EQ(board.camera.sensor, row.sensor);
        EXPECT_EQ(board.camera.mount, row.mount);
        std::vector<std::pair<Button, unsigned>> keys;
        for (const Board::Key& key : board.keys) keys.emplace_back(key.button, key.pad);
        EXPECT_EQ(keys, row.keys);
    }
}

TEST(BoardsTest, OnlyTheM5StickVHasAPowerChip) {
    for (const Board& board : boards()) {
        ASSERT_EQ(board.axp192.has_value(), board.name == "m5stickv") << board.name;
        if (!board.axp192) continue;
        EXPECT_EQ(board.axp192->clock_pad, 28u);
        EXPECT_EQ(board.axp192->data_pad, 29u);
    }
}

TEST(BoardsTest, AnUnknownNameIsToldWithTheKnownOnes) {
    try {
        find_board("maix_go");
        FAIL() << "found";
    } catch (const InputError& e) {
        EXPECT_EQ(
            std::string_view(e.what()),
            "--board maix_go: no such board (maix_bit, maix_dock, lichee_dan, m5stickv, amigo, amigo_ips, kd233)");
    }
}

}  // namespace
}  // namespace k210
