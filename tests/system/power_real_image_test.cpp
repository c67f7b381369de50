// Power chips, LEDs and the encoder, as real firmware uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kStickMaixPy = "maixpy_0.5.0_9_m5stickv.bin", kStickKrux = "krux_m5stickv.kfpkg";

TEST(PowerRealImageTest, MaixPySeesTheBatteryAndSwitchesTheBoardOff) {
    K210_NEEDS(image_path(kStickMaixPy));
    MachineBench board(image_firmware(kStickMaixPy, "m5stickv"));
    ASSERT_TRUE(board.hears(">>> ", 6));
    board.machine().port<PowerInputs>("power").set_battery(3700);
    EXPECT_EQ(board.reply("from machine import I2C; i2c = I2C(I2C.I2C0, freq=400000, scl=28, sda=29)"), "");
    EXPECT_EQ(board.reply("v = i2c.readfrom_mem(0x34, 0x78, 2); abs(((v[0] << 4) + v[1]) * 1.1 - 3700) < 2"), "True\n");
    board.keyboard().send("i2c.writeto_mem(0x34, 0x32, b'\\x80')\r");
    EXPECT_EQ(board.run(2), StopReason::powered_off);
}

TEST(PowerRealImageTest, KruxSleepsWhenThePowerKeyIsHeld) {
    K210_NEEDS(image_path(kStickKrux));
    MachineBench board(image_firmware(kStickKrux, "m5stickv"));
    board.run(5);
    board.press("power", true);
    EXPECT_EQ(board.run(3), StopReason::powered_off);
}

TEST(PowerRealImageTest, KruxShowsHowFullTheBatteryIs) {
    K210_NEEDS(image_path(kStickKrux));
    const auto menu_with_battery = [](unsigned millivolts) {
        MachineBench board(image_firmware(kStickKrux, "m5stickv"));
        auto& power = board.machine().port<PowerInputs>("power");
        power.set_battery(millivolts);
        power.plug_usb(false);
        board.run(5);
        return board.screen();
    };
    EXPECT_NE(menu_with_battery(4150).rgb, menu_with_battery(3300).rgb);
}

TEST(PowerRealImageTest, AMaixPyScriptLightsTheLed) {
    constexpr std::string_view kImage = "maixpy_0.6.2_84_openmv_v4.bin";
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_bit"));
    ASSERT_TRUE(board.hears(">>> ", 4));
    Light& led = board.machine().port<Light>("led");
    EXPECT_EQ(led.colours()[0], Colour{});
    EXPECT_EQ(board.reply("from Maix import GPIO; from fpioa_manager import fm"), "");
    EXPECT_EQ(board.reply("fm.register(13, fm.fpioa.GPIO1); red = GPIO(GPIO.GPIO1, GPIO.OUT)"), "");
    EXPECT_EQ(board.reply("red.value(0)"), "");
    EXPECT_EQ(led.colours()[0], (Colour{255, 0, 0}));
    EXPECT_EQ(board.reply("red.value(1)"), "");
    board.run(0.05);
    EXPECT_EQ(led.colours()[0], Colour{});
    EXPECT_EQ(
        board.reply("from machine import Timer, PWM; t = Timer(Timer.TIMER0, Timer.CHANNEL0, mode=Timer.MODE_PWM)"),
        "");
    EXPECT_EQ(board.reply("green = PWM(t, freq=1000, duty=75, pin=12)"), "");
    board.run(0.1);
    EXPECT_NEAR(led.colours()[0].green, 64, 3);
}

TEST(PowerRealImageTest, KruxsMenuFollowsTheDocksEncoder) {
    constexpr std::string_view kImage = "krux_dock.kfpkg";
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_dock"));
    board.run(5);
    const Picture first = board.screen();
    Encoder& knob = board.machine().port<Encoder>("encoder");
    knob.turn(1);
    board.run(1);
    const Picture second = board.screen();
    EXPECT_NE(second.rgb, first.rgb);
    knob.turn(-1);
    board.run(1);
    EXPECT_EQ(board.screen().rgb, first.rgb);
}

}  // namespace
}  // namespace k210
