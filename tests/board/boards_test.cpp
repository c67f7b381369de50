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
using testing::ElementsAreArray;

struct Row {
    std::string_view name;
    std::uint32_t flash_maker;
    std::vector<unsigned> lcd;     // clock, select
    std::vector<unsigned> card;    // the same
    std::vector<unsigned> screen;  // width, height
    std::vector<unsigned> camera;  // address, clock, data
    CameraMount mount;
    std::map<std::string, unsigned> keys;
    std::vector<std::vector<unsigned>> chips = {};  // on I2C, the camera aside: address, clock, data
    std::vector<unsigned> lines = {5};              // where parts hear the chip's UARTs: the console, a Wi-Fi module
};

const std::vector<unsigned> kNone = {}, kMaixLcd = {39, 36}, kMaixCard = {27, 29}, kAmigoCard = {11, 26},
                            kLandscape = {320, 240}, kAmigo = {480, 320}, kSquare = {240, 240};
const std::vector<unsigned> kOv2640 = {0x30, 41, 40}, kGc0328 = {0x21, 41, 40}, kOv7740 = {0x21, 41, 40};
const std::map<std::string, unsigned> kBootKey = {{"boot", 16}},
                                      kAmigoKeys = {{"boot", 16}, {"a", 20}, {"b", 23}, {"back", 31}},
                                      kAmigoIpsKeys = {{"boot", 16}, {"a", 20}, {"b", 23}},
                                      kUnitVKeys = {{"a", 18}, {"b", 19}}, kStickKeys = {{"a", 36}, {"b", 37}},
                                      kCubeKeys = {{"boot", 16}, {"a", 10}, {"c", 11}},
                                      kTztKeys = {{"boot", 16}, {"b", 12}, {"c", 11}, {"x", 13}},
                                      kDnkKeys = {{"boot", 16}, {"a", 18}, {"b", 19}},
                                      kDevkitKeys = {{"boot", 16}, {"a", 2}, {"b", 3}, {"c", 1}},
                                      kWonderKKeys = {{"boot", 16}, {"a", 25}, {"b", 31}},
                                      kWonderMvKeys = {{"boot", 16}, {"a", 26}, {"b", 47}},
                                      kYahboomKeys = {{"boot", 16}, {"c", 17}};
const std::vector<std::vector<unsigned>> kAmigoChips = {{0x38, 24, 27}, {0x34, 24, 27}, {0x26, 24, 27}, {0x10, 24, 27}},
                                         kCubeChips = {{0x34, 30, 31}, {0x26, 30, 31}, {0x10, 30, 31}},
                                         kWatchChips = {{0x38, 30, 31}, {0x35, 30, 31}, {0x51, 30, 31}},
                                         kGt911 = {{0x5d, 24, 27}, {0x14, 24, 27}};  // either address
constexpr CameraMount kUpright = CameraMount::normal, kUpsideDown = CameraMount::rotate180;

// [doc] MaixPy-v1 components/boards and config_maix_*.py, and drivers/sd_card/src/sdcard.c:51-57; M5StickV: m5stick.c;
// KD233: the SDK's demos; CanMV K210, DNK210: canmv projects, _boot.py; boards of Krux: its MaixPy's board.py; flashes
// as the boards' boot logs name them; mounts: as public scripts for the boards turn their pictures.
// clang-format off
const Row kRows[] = {
    {"amigo", 0xc8, kMaixLcd, kAmigoCard, kAmigo, kGc0328, kUpsideDown, kAmigoKeys, kAmigoChips},
    {"amigo_ips", 0xc8, kMaixLcd, kAmigoCard, kAmigo, kGc0328, kUpsideDown, kAmigoIpsKeys, kAmigoChips},
    {"canmv_k210", 0xc8, kMaixLcd, kMaixCard, kLandscape, kGc0328, kUpright, kBootKey, {{0x48, 30, 31}}},
    {"cube", 0xc8, kMaixLcd, kMaixCard, kSquare, kOv7740, kUpsideDown, kCubeKeys, kCubeChips},
    {"dnk210", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpright, kDnkKeys, {{0x18, 22, 23}}},
    {"embed_fire", 0xc8, {26, 28}, {8, 6}, kLandscape, {0x30, 25, 24}, kUpright, kBootKey, {{0x15, 13, 12}}},
    {"kd233", 0xef, {7, 6}, {29, 32}, kLandscape, {0x3c, 10, 9}, kUpright, {{"boot", 16}, {"key", 26}}},
    {"lichee_dan", 0xef, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpright, kBootKey},
    {"m5stickv", 0xef, {19, 22}, {30, 32}, {240, 135}, kOv7740, kUpright, kStickKeys, {{0x34, 28, 29}}},
    {"maix_bit", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpsideDown, kBootKey},
    {"maix_dock", 0xc8, kMaixLcd, kMaixCard, kLandscape, kGc0328, kUpright, {{"boot", 16}, {"a", 9}}, {}, {5, 7}},
    {"maix_go", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpsideDown, kBootKey, {{0x48, 30, 31}, {0x26, 30, 31}}, {5, 7}},
    {"maixduino", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpright, kBootKey},
    {"twatch", 0xc8, kMaixLcd, kMaixCard, kSquare, kOv2640, kUpright, kBootKey, kWatchChips},
    {"tzt", 0xc8, {36, 38}, {34, 32}, kLandscape, kGc0328, kUpright, kTztKeys, {{0x38, 24, 25}}},
    {"unitv", 0xef, kNone, {30, 32}, kNone, kOv7740, kUpright, kUnitVKeys},
    {"wonder_k", 0xc8, {39, 38}, {32, 30}, kLandscape, {0x3c, 41, 40}, kUpsideDown, kWonderKKeys, kGt911},
    {"wonder_mv", 0xc8, {7, 6}, {29, 32}, kLandscape, {0x3c, 10, 9}, kUpright, kWonderMvKeys, {{0x38, 18, 19}}},
    {"yahboom", 0xc8, {28, 30}, {32, 34}, kLandscape, {0x3c, 41, 40}, kUpright, kYahboomKeys, {{0x38, 24, 25}}},
    {"yahboom_devkit", 0xc8, kMaixLcd, kMaixCard, kLandscape, kOv2640, kUpright, kDevkitKeys, {{0x38, 9, 10}}},
};
// clang-format on

// What hangs where, from the parts themselves.
struct Hung final : ChipPins {
    struct Spi {
        SpiTarget* target;
        SpiPads pads;
    };
    struct I2c {
        I2cTarget* target;
        std::uint8_t address;
        I2cPads pads;
    };
    FakePads its_pads;
    std::vector<Spi> spi;
    std::vector<I2c> i2c;
    SpiTarget* flash = nullptr;
    std::vector<std::pair<I2sSink*, I2sPads>> i2s_sinks;
    std::vector<std::pair<I2sSource*, I2sPads>> i2s_sources;
    VideoSource* camera = nullptr;
    std::vector<unsigned> tx_pads;

    bool reset_pulled = false;

    Pads& pads() override { return its_pads; }
    void pull_reset(bool pulled) override { reset_pulled = pulled; }
    void on_spi(SpiTarget& target, SpiPads pads) override { spi.push_back({&target, pads}); }
    void on_flash_pins(SpiTarget& target) override { flash = &target; }
    void on_i2c(I2cTarget& target, std::uint8_t address, I2cPads pads) override {
        i2c.push_back({&target, address, pads});
    }
    void on_i2s(I2sSink& sink, I2sPads pads) override { i2s_sinks.push_back({&sink, pads}); }
    void on_i2s(I2sSource& source, I2sPads pads) override { i2s_sources.push_back({&source, pads}); }
    void on_camera_port(VideoSource& source) override { camera = &source; }
    void on_serial(SerialSink&, SerialPads pads) override { tx_pads.push_back(pads.tx); }
    std::uint64_t serial_baud(unsigned) const override { return 0; }
    bool send_serial(unsigned, std::uint8_t) override { return false; }
    void send_serial_at(std::uint64_t, unsigned, std::uint8_t) override {}
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

// Clock, word select and data of the microphone, and of the speaker, where there is one.
struct SoundRow {
    const char* name;
    std::vector<unsigned> microphone, speaker;
};
const SoundRow kSound[] = {
    {"amigo", {21, 18, 35}, {21, 18, 34}},     {"amigo_ips", {21, 18, 35}, {21, 18, 34}},
    {"cube", {35, 33, 34}, {35, 33, 18}},      {"lichee_dan", {}, {35, 33, 34}},
    {"m5stickv", {13, 10, 12}, {15, 14, 17}},  {"maix_bit", {18, 19, 20}, {}},
    {"maix_dock", {32, 30, 20}, {35, 33, 34}}, {"maix_go", {18, 19, 20}, {35, 33, 34}},
    {"maixduino", {18, 19, 20}, {35, 33, 34}}, {"twatch", {18, 19, 20}, {35, 33, 34}},
};

TEST(BoardsSoundTest, HangsWhereScriptsHaveIt) {
    const auto pads_of = [](const auto& hung) {
        std::vector<unsigned> pads;
        for (const auto& [part, its] : hung) pads.insert(pads.end(), {its.clock, its.word_select, its.data});
        return pads;
    };
    for (const Board& known : boards()) {
        const auto row = std::ranges::find(kSound, known.name, &SoundRow::name);
        const SoundRow wanted = row == std::end(kSound) ? SoundRow{"", {}, {}} : *row;
        const BuiltBoard board(known.name);
        EXPECT_EQ(pads_of(board.hung.i2s_sources), wanted.microphone) << known.name;
        EXPECT_EQ(pads_of(board.hung.i2s_sinks), wanted.speaker) << known.name;
    }
}

class BoardsTest : public testing::TestWithParam<Row> {};

TEST_P(BoardsTest, IsWiredAsItsMakersSay) {
    const Row& row = GetParam();
    BuiltBoard board(row.name);
    EXPECT_THAT(board.hung.tx_pads, ElementsAreArray(row.lines));

    ASSERT_TRUE(board.hung.flash);
    EXPECT_EQ(find_board(row.name).storage_bytes("flash"), 16u << 20);
    board.hung.flash->select(true);
    EXPECT_EQ(board.hung.flash->exchange(0x9000'0000, 32, 1), 0xffff'ffffu);
    EXPECT_EQ(board.hung.flash->exchange(0, 16, 1), row.flash_maker << 8 | 0x17);

    std::vector<std::vector<unsigned>> spi, expected_spi;
    for (const Hung::Spi& hung : board.hung.spi) spi.push_back({hung.pads.clock, hung.pads.select});
    if (!row.lcd.empty()) expected_spi.push_back(row.lcd);
    expected_spi.push_back(row.card);
    EXPECT_EQ(spi, expected_spi);
    if (!row.lcd.empty()) {
        const Picture& screen = static_cast<Display&>(board.port("lcd")).picture();
        EXPECT_THAT(row.screen, ElementsAre(screen.width, screen.height));
    }

    std::vector<std::vector<unsigned>> i2c, expected_i2c = row.chips;
    for (const Hung::I2c& hung : board.hung.i2c) i2c.push_back({hung.address, hung.pads.clock, hung.pads.data});
    if (!row.camera.empty()) expected_i2c.insert(expected_i2c.begin(), row.camera);
    EXPECT_EQ(i2c, expected_i2c);

    ASSERT_EQ(board.hung.camera != nullptr, !row.camera.empty());
    if (board.hung.camera) { EXPECT_EQ(mount_of(board), row.mount); }

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

// Which pads, pulled low, light a board's lights in which colour.
TEST(BoardListTest, LightsHangWhereTheirMakersSay) {
    using Lights = std::map<unsigned, Colour>;
    constexpr Colour kRed{255, 0, 0}, kGreen{0, 255, 0}, kBlue{0, 0, 255}, kWhite{255, 255, 255};
    const Lights amigo = {{14, kRed}, {15, kGreen}, {17, kBlue}, {32, kWhite}};
    const std::map<std::string, Lights> expected = {
        {"amigo", amigo},
        {"amigo_ips", amigo},
        {"cube", {{13, kRed}, {12, kGreen}, {14, kBlue}, {32, kWhite}}},
        {"dnk210", {{24, kRed}, {25, kBlue}}},
        {"embed_fire", {{17, kGreen}}},
        {"kd233", {{25, kGreen}}},
        {"lichee_dan", {{12, kGreen}}},
        {"m5stickv", {{6, kRed}, {9, kGreen}, {8, kBlue}, {7, kWhite}}},
        {"maix_bit", {{13, kRed}, {12, kGreen}, {14, kBlue}}},
        {"maix_dock", {{14, kRed}, {13, kGreen}, {12, kBlue}}},
        {"maix_go", {{14, kRed}, {12, kGreen}, {13, kBlue}}},
        {"maixduino", {{13, kRed}, {12, kGreen}, {14, kBlue}}},
        {"twatch", {{12, kRed}, {13, kGreen}, {14, kBlue}}},
    };
    for (const auto& [name, lights] : expected) {
        BuiltBoard board(name);
        for (unsigned pad = 0; pad < kPadCount; ++pad) board.hung.its_pads.set(pad, true);
        board.bench.events.run_until(SimTime{kPsPerSecond});
        for (unsigned pad = 0; pad < kPadCount; ++pad) {
            board.hung.its_pads.set(pad, false);
            Colour sum;
            for (const auto& [its_name, port] : board.parts.ports())
                if (port->kind() == PortKind::light)
                    for (const Colour& c : static_cast<Light*>(port)->colours())
                        sum = {static_cast<std::uint8_t>(sum.red | c.red),
                               static_cast<std::uint8_t>(sum.green | c.green),
                               static_cast<std::uint8_t>(sum.blue | c.blue)};
            EXPECT_EQ(sum, lights.contains(pad) ? lights.at(pad) : Colour{}) << name << ", pad " << pad;
            board.hung.its_pads.set(pad, true);
            board.bench.events.run_until(after(board.bench.events.now(), kPsPerSecond));
        }
    }
}

TEST(BoardListTest, TheWonderMvsLampIsLitByAHighPad) {
    BuiltBoard board("wonder_mv");
    auto& lamp = static_cast<Light&>(board.port("lamp"));
    EXPECT_EQ(lamp.colours()[0], Colour{});
    board.hung.its_pads.set(25, true);
    EXPECT_EQ(lamp.colours()[0], (Colour{255, 255, 255}));
}

TEST(BoardListTest, TheUnitVsLedTakesPulses) {
    BuiltBoard board("unitv");
    auto& led = static_cast<Light&>(board.port("led"));
    const auto wait_ns = [&](std::uint64_t ns) {
        board.bench.events.run_until(after(board.bench.events.now(), ns * 1000));
    };
    for (int i = 0; i < 24; ++i) {
        board.hung.its_pads.set(8, true);
        wait_ns(850);
        board.hung.its_pads.set(8, false);
        wait_ns(i == 23 ? 50'000 : 400);
    }
    ASSERT_EQ(led.colours().size(), 1u);
    EXPECT_EQ(led.colours()[0], (Colour{255, 255, 255}));
}

TEST(BoardListTest, TheM5StickVsBacklightIsAnOutputOfItsPowerChip) {
    BuiltBoard board("m5stickv");
    board.parts.power_on();
    auto& display = static_cast<Display&>(board.port("lcd"));
    const auto command = [&](std::uint32_t code) {
        board.hung.its_pads.set(20, false);
        board.hung.spi[0].target->exchange(code, 8, 1);
    };
    board.hung.spi[0].target->select(true);
    for (const std::uint32_t code : {0x11, 0x29}) command(code);  // on, and not inverted: white on IPS
    const auto white = [&] { return *display.picture().at(0, 0) == 255; };
    const auto tell_power = [&](std::uint8_t reg, std::uint8_t value) {
        I2cTarget& power = *board.hung.i2c.at(1).target;
        power.start(false);
        power.write(reg);
        power.write(value);
        power.stop();
    };
    EXPECT_FALSE(white());
    tell_power(0x91, 0x70);
    tell_power(0x90, 0x02);
    EXPECT_TRUE(white());
    tell_power(0x91, 0x60);
    EXPECT_FALSE(white());
}

TEST(BoardListTest, AnUnknownNameIsToldWithTheKnownOnes) {
    EXPECT_EQ(input_error_of([] { find_board("arduino"); }),
              "arduino: no such board (amigo, amigo_ips, canmv_k210, cube, dnk210, embed_fire, kd233, lichee_dan, "
              "m5stickv, maix_bit, maix_dock, maix_go, maixduino, twatch, tzt, unitv, wonder_k, wonder_mv, yahboom, "
              "yahboom_devkit)");
}

}  // namespace
}  // namespace k210
