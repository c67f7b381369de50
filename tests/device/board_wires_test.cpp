// The parts that are hardly more than wires: buttons and the USB bridge; and which pads each part asks for.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "board/button/button.hpp"
#include "board/camera/camera.hpp"
#include "board/lcd_panel/lcd_panel.hpp"
#include "board/usb_serial/usb_serial.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/panels.hpp"
#include "support/part_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

constexpr std::size_t kOv2640 = 2;  // among the known sensors, by name

struct BoardWiresTest : testing::Test, PartBench {};

TEST_F(BoardWiresTest, AButtonPullsItsPadLow) {
    PushButton button(16);
    button.hang(chip);
    EXPECT_EQ(chip.its_pads.pads[16].driven, true);
    button.press(true);
    EXPECT_EQ(chip.its_pads.pads[16].driven, false);
    button.press(false);
    EXPECT_EQ(chip.its_pads.pads[16].driven, true);
}

TEST_F(BoardWiresTest, AnotherKindOfButtonPullsItHigh) {
    PushButton button(16, true);
    button.hang(chip);
    EXPECT_EQ(chip.its_pads.pads[16].driven, false);
    button.press(true);
    EXPECT_EQ(chip.its_pads.pads[16].driven, true);
}

TEST_F(BoardWiresTest, TheUsbBridgeCarriesBytesBothWays) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    FakeSerial host;
    bridge.hang(chip);
    EXPECT_EQ(chip.tx_pad, 5u);
    chip.serial->receive('x');  // nobody listens yet
    bridge.connect(host);
    chip.serial->receive('y');
    EXPECT_EQ(host.sent, "y");
    bridge.send("ab");
    EXPECT_TRUE(bridge.sending());
    events.run_until(SimTime{kPsPerSecond / 1000});
    EXPECT_EQ(chip.received, "ab");
    EXPECT_EQ(chip.rx_pad, 4u);
    EXPECT_FALSE(bridge.sending());
}

TEST_F(BoardWiresTest, ModemLinesPullWhatTheyAreWiredTo) {
    using Line = UsbSerial::Line;
    for (const bool swapped : {false, true}) {
        UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5},
                                           .reset = swapped ? Line::dtr : Line::rts,
                                           .boot = swapped ? Line::rts : Line::dtr});
        bridge.hang(chip);
        const auto set = [&](bool reset, bool boot) {
            bridge.set_modem_lines({.dtr = swapped ? reset : boot, .rts = swapped ? boot : reset});
        };
        set(true, false);
        EXPECT_TRUE(chip.reset_pulled);
        EXPECT_FALSE(chip.its_pads.pads[16].pulled);
        set(false, true);
        EXPECT_FALSE(chip.reset_pulled);
        EXPECT_TRUE(chip.its_pads.pads[16].pulled);
        set(true, true);
        EXPECT_FALSE(chip.reset_pulled) << "as a terminal program has them";
        EXPECT_FALSE(chip.its_pads.pads[16].pulled);
    }
}

TEST_F(BoardWiresTest, AHostThatDrivesTheLinesDoesNotHearAnotherRate) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    FakeSerial host;
    bridge.hang(chip);
    bridge.connect(host);
    bridge.set_modem_lines({});
    chip.serial->receive('a');
    chip.baud = 1'500'000;
    chip.serial->receive('b');
    bridge.set_baud(1'500'000);
    chip.serial->receive('c');
    EXPECT_EQ(host.sent, "ac");
    EXPECT_EQ(log.count(LogKind::guest_error), 0u);
}

TEST_F(BoardWiresTest, WhetherAHostDrivesTheLinesIsState) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}}),
        other(part("console"), {.pads = {.rx = 4, .tx = 5}});
    FakeSerial host;
    bridge.hang(chip);
    other.hang(chip);
    other.connect(host);
    bridge.set_modem_lines({});
    transfer_state(bridge, other);
    chip.baud = 1'500'000;
    chip.serial->receive('b');
    EXPECT_EQ(host.sent, "");
}

TEST_F(BoardWiresTest, ModemLinesThatAreNotWiredDoNothing) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    bridge.hang(chip);
    bridge.set_modem_lines({.dtr = true, .rts = false});
    bridge.set_modem_lines({.dtr = false, .rts = true});
    EXPECT_FALSE(chip.reset_pulled);
    EXPECT_FALSE(chip.its_pads.pads[16].pulled);
}

TEST_F(BoardWiresTest, ATerminalAtAnotherRateThanTheGuestsIsTold) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    bridge.hang(chip);
    chip.baud = 9'600;
    chip.serial->receive('x');
    EXPECT_EQ(log.count(LogKind::guest_error), 1u);
}

TEST_F(BoardWiresTest, WithoutPowerTheUsbBridgeForgets) {
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    bridge.hang(chip);
    bridge.send("ab");
    bridge.power_on();
    events.run_until(SimTime{kPsPerSecond / 1000});
    EXPECT_EQ(chip.received, "");
}

TEST_F(BoardWiresTest, AWatcherIsToldTheConsoleLineByLine) {
    const RecordingTrace watcher(*this);
    UsbSerial bridge(part("console"), {.pads = {.rx = 4, .tx = 5}});
    bridge.hang(chip);
    for (const char c : std::string("one\r\n\ntwo")) chip.serial->receive(static_cast<std::uint8_t>(c));
    EXPECT_EQ(watcher.seen, std::vector<std::string>{"0 console: one"});
}

TEST_F(BoardWiresTest, APanelHearsItsPins) {
    LcdPanelConfig config = maix_panel();
    config.spi = {.clock = 39, .select = 36};
    config.data_command_pad = 38;
    config.reset_pad = 37;
    LcdPanel panel(part("lcd"), config);
    chip.its_pads.set(38, false);  // before it hangs there
    panel.hang(chip);
    ASSERT_EQ(chip.spi, &panel);
    EXPECT_EQ(chip.spi_pads.clock, 39u);
    EXPECT_EQ(chip.spi_pads.select, 36u);
    panel.select(true);
    const auto switch_on = [&] {
        for (const std::uint32_t command : {0x11, 0x21, 0x29}) panel.exchange(command, 8, 8);
    };
    switch_on();
    EXPECT_EQ(panel.picture().at(0, 0)[0], 0xff);  // black, inverted
    chip.its_pads.set(37, true);
    chip.its_pads.set(37, false);
    EXPECT_EQ(panel.picture().at(0, 0)[0], 0);
    chip.its_pads.set(37, true);
    chip.its_pads.set(38, true);  // what comes now is no command
    switch_on();
    EXPECT_EQ(panel.picture().at(0, 0)[0], 0);
}

TEST_F(BoardWiresTest, ACameraHearsItsPins) {
    Camera camera(
        part("camera"),
        {.sensor = kOv2640, .control = {41, 40}, .reset_pad = 42, .power_down_pad = 44, .mount = CameraMount::normal});
    camera.hang(chip);
    ASSERT_TRUE(chip.i2c);
    EXPECT_EQ(chip.i2c_address, 0x30);
    EXPECT_EQ(chip.i2c_pads.clock, 41u);
    EXPECT_EQ(chip.i2c_pads.data, 40u);
    ASSERT_TRUE(chip.camera);
    EXPECT_TRUE(chip.i2c->start(false));
    chip.its_pads.set(44, true);
    EXPECT_FALSE(chip.i2c->start(false));
    chip.its_pads.set(44, false);
    EXPECT_TRUE(chip.i2c->start(false));
    chip.its_pads.set(42, false);
    EXPECT_FALSE(chip.i2c->start(false));
    chip.its_pads.set(42, true);
    EXPECT_TRUE(chip.i2c->start(false));
}

TEST_F(BoardWiresTest, ACameraSeesNothingUntilItIsPointedAtSomething) {
    Camera camera(
        part("camera"),
        {.sensor = kOv2640, .control = {41, 40}, .reset_pad = 42, .power_down_pad = 44, .mount = CameraMount::normal});
    camera.hang(chip);
    const VideoFrame dark = chip.camera->frame(0);
    const std::vector<std::uint8_t> was(dark.bytes.begin(), dark.bytes.end());
    TestChartCamera scene;
    camera.connect(scene);
    const VideoFrame lit = chip.camera->frame(0);
    EXPECT_NE(was, std::vector<std::uint8_t>(lit.bytes.begin(), lit.bytes.end()));
}

}  // namespace
}  // namespace k210
