// The boards that the program brings along, against what their makers publish, stated again.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "board/assembly.hpp"
#include "k210/board/board.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/part_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

struct Row {
    std::string_view name;
    std::uint32_t flash_maker;
    std::vector<unsigned> lcd;     // clock, select
    std::vector<unsigned> card;    // the same
    std::vector<unsigned> screen;  // width, height
    std::vector<unsigned> camera;  // address, clock, data
    CameraMount mount;
    std::map<std::string, unsigned> keys;
};

const std::vector<unsigned> kMaixLcd = {39, 36}, kMaixCard = {27, 29}, kAmigoCard = {11, 26}, kLandscape = {320, 240},
                            kAmigo = {480, 320};
const std::vector<unsigned> kOv2640 = {0x30, 41, 40}, kGc0328 = {0x21, 41, 40};
const std::map<std::string, unsigned> kBootKey = {{"boot", 16}}, kAmigoKeys = {{"boot", 16}, {"a", 20}, {"b", 23}};

// [doc] MaixPy-v1 components/boards and config_maix_*.py, and drivers/sd_card/src/sdcard.c:51-57; M5StickV: m5stick.c;
// KD233: the SDK's demos; flashes as the boards' boot logs name them; mounts: as public scripts for the boards turn
// their pictures.
const Row kRows[] = {
    {"amigo", 0xc8, kMaixLcd, kAmigoCard, kAmigo, kGc0328, CameraMount::rotate180, kAmigoKeys},
    {"amigo_ips", 0xc8, kMaixLcd, kAmigoCard, kAmigo, kGc0328, CameraMount::rotate180, kAmigoKeys},
    {"kd233", 0xef, {7, 6}, {29, 32}, kLandscape, {0x3c, 10, 9}, CameraMount::normal, kBootKey},
    {"lichee_dan", 0xef, kMaixLcd, kMaixCard, kLandscape, kOv2640, CameraMount::normal, kBootKey},
    {"m5stickv", 0xef, {19, 22}, {30, 32}, {240, 135}, {0x21, 41, 40}, CameraMount::normal, {{"a", 36}, {"b", 37}}},
    {"maix_bit", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, CameraMount::rotate180, kBootKey},
    {"maix_dock", 0xc8, kMaixLcd, kMaixCard, kLandscape, kGc0328, CameraMount::normal, kBootKey},
    {"maix_go", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, CameraMount::rotate180, kBootKey},
};

// What hangs where, from the parts themselves.
struct Hung final : ChipPins {
    struct Spi {
        SpiTarget* target;
        SpiPads pads;
    };
    struct I2c {
        std::uint8_t address;
        I2cPads pads;
    };
    FakePads its_pads;
    std::vector<Spi> spi;
    std::vector<I2c> i2c;
    SpiTarget* flash = nullptr;
    VideoSource* camera = nullptr;
    std::vector<unsigned> tx_pads;

    Pads& pads() override { return its_pads; }
    void on_spi(SpiTarget& target, SpiPads pads) override { spi.push_back({&target, pads}); }
    void on_flash_pins(SpiTarget& target) override { flash = &target; }
    void on_i2c(I2cTarget&, std::uint8_t address, I2cPads pads) override { i2c.push_back({address, pads}); }
    void on_camera_port(VideoSource& source) override { camera = &source; }
    void on_serial(SerialSink&, unsigned pad) override { tx_pads.push_back(pad); }
    std::uint64_t serial_baud(unsigned) const override { return 0; }
    bool send_serial(unsigned, std::uint8_t) override { return false; }
};

struct BuiltBoard {
    PartBench bench;
    Hung hung;
    Assembly parts;

    explicit BuiltBoard(std::string_view name) : parts(find_board(name), bench.events, bench.log, bench.trace) {
        parts.hang(hung);
    }
    Port& port(std::string_view name) {
        const auto found = std::ranges::find(parts.ports(), name, &NamedPort::name);
        if (found == parts.ports().end()) throw std::runtime_error("no port " + std::string(name));
        return *found->port;
    }
};

// The one that changes nothing.
CameraMount mount_of(BuiltBoard& board) {
    Picture scene(2, 2);
    scene.at(0, 0)[1] = 255;  // green in one corner
    StillCamera source(scene);
    auto& camera = static_cast<CameraInput&>(board.port("camera"));
    camera.connect(source);
    const auto sent = [&] {
        const VideoFrame frame = board.hung.camera->frame(0);
        return std::vector<std::uint8_t>(frame.bytes.begin(), frame.bytes.end());
    };
    const auto as_mounted = sent();
    for (const CameraMount mount : {CameraMount::normal, CameraMount::mirror, CameraMount::flip}) {
        camera.mount(mount);
        if (sent() == as_mounted) return mount;
    }
    return CameraMount::rotate180;
}

class BoardsTest : public testing::TestWithParam<Row> {};

TEST_P(BoardsTest, IsWiredAsItsMakersSay) {
    const Row& row = GetParam();
    BuiltBoard board(row.name);
    EXPECT_THAT(board.hung.tx_pads, ElementsAre(5));

    ASSERT_TRUE(board.hung.flash);
    EXPECT_EQ(find_board(row.name).storage_bytes("flash"), 16u << 20);
    board.hung.flash->select(true);
    EXPECT_EQ(board.hung.flash->exchange(0x9000'0000, 32, 1), 0xffff'ffffu);
    EXPECT_EQ(board.hung.flash->exchange(0, 16, 1), row.flash_maker << 8 | 0x17);

    ASSERT_EQ(board.hung.spi.size(), 2u);
    EXPECT_THAT(row.lcd, ElementsAre(board.hung.spi[0].pads.clock, board.hung.spi[0].pads.select));
    EXPECT_THAT(row.card, ElementsAre(board.hung.spi[1].pads.clock, board.hung.spi[1].pads.select));
    const Picture& screen = static_cast<Display&>(board.port("lcd")).picture();
    EXPECT_THAT(row.screen, ElementsAre(screen.width, screen.height));

    ASSERT_TRUE(board.hung.camera);
    const Hung::I2c& control = board.hung.i2c.at(0);
    EXPECT_THAT(row.camera, ElementsAre(control.address, control.pads.clock, control.pads.data));

    EXPECT_EQ(mount_of(board), row.mount);

    std::map<std::string, unsigned> keys;
    for (const auto& [name, port] : board.parts.ports()) {
        if (port->kind() != PortKind::button) continue;
        static_cast<Button*>(port)->press(true);
        for (unsigned pad = 0; pad < kPadCount; ++pad)
            if (board.hung.its_pads.pads[pad].driven == false) keys[name] = pad;
        static_cast<Button*>(port)->press(false);
    }
    EXPECT_EQ(keys, row.keys);
}

INSTANTIATE_TEST_SUITE_P(All, BoardsTest, testing::ValuesIn(kRows),
                         [](const auto& board) { return std::string(board.param.name); });

TEST(BoardListTest, HasEveryBoardByName) {
    std::vector<std::string_view> names;
    for (const Board& board : boards()) {
        names.push_back(board.name);
        EXPECT_NE(board.description, "") << board.name;
    }
    std::vector<std::string_view> expected;
    for (const Row& row : kRows) expected.push_back(row.name);
    EXPECT_EQ(names, expected);
}

TEST(BoardListTest, OnlyTheM5StickVHasAPowerChip) {
    for (const Board& board : boards()) {
        const BuiltBoard built(board.name);
        const auto power = std::ranges::find(built.hung.i2c, 0x34, &Hung::I2c::address);
        ASSERT_EQ(power != built.hung.i2c.end(), board.name == "m5stickv") << board.name;
        if (power == built.hung.i2c.end()) continue;
        EXPECT_EQ(power->pads.clock, 28u);
        EXPECT_EQ(power->pads.data, 29u);
    }
}

TEST(BoardListTest, OnlyTheMaixGoHasATouchScreen) {
    for (const Board& board : boards()) {
        const BuiltBoard built(board.name);
        const auto touch = std::ranges::find(built.hung.i2c, 0x48, &Hung::I2c::address);
        ASSERT_EQ(touch != built.hung.i2c.end(), board.name == "maix_go") << board.name;
        if (touch == built.hung.i2c.end()) continue;
        EXPECT_EQ(touch->pads.clock, 30u);
        EXPECT_EQ(touch->pads.data, 31u);
    }
}

TEST(BoardListTest, APadTellsWhoseDisplayIsClockedThere) {
    EXPECT_TRUE(find_board("m5stickv").has_display_clocked_on(19));
    EXPECT_FALSE(find_board("m5stickv").has_display_clocked_on(39));
    EXPECT_FALSE(find_board("m5stickv").has_display_clocked_on(41));  // the camera's
}

TEST(BoardListTest, AnUnknownNameIsToldWithTheKnownOnes) {
    EXPECT_EQ(
        input_error_of([] { find_board("arduino"); }),
        "--board arduino: no such board (amigo, amigo_ips, kd233, lichee_dan, m5stickv, maix_bit, maix_dock, maix_go)");
}

}  // namespace
}  // namespace k210
