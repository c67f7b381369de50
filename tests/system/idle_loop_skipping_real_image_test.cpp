// Skipping idle loops changes nothing: public images come to the same with it and without.
#include <cctype>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr double kGuestSeconds = 1.2;  // MaixPy's prompt is there after 1.0

struct Image {
    const char *file, *board;
};
struct IdleLoopSkippingRealImageTest : testing::TestWithParam<Image> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(All, IdleLoopSkippingRealImageTest, testing::Values(
    Image{"esalab_0.4.0_52_m5stickv.kfpkg", "m5stickv"}, Image{"freertos_face_detect.kfpkg", "kd233"},
    Image{"krux_amigo.kfpkg", "amigo_ips"}, Image{"krux_dock.kfpkg", "maix_dock"},
    Image{"krux_m5stickv.kfpkg", "m5stickv"}, Image{"krux_wonder_k.kfpkg", "wonder_k"},
    Image{"lilygo_speech_0.6.2_83.bin", "twatch"}, Image{"lobo_micropython.bin", "maix_bit"},
    Image{"maixpy_0.4.0_47_m5stickv.bin", "m5stickv"}, Image{"maixpy_0.5.0_95_minimum.bin", "maix_bit"},
    Image{"maixpy_0.5.0_9_m5stickv.bin", "m5stickv"}, Image{"maixpy_0.5.1_162.bin", "maix_bit"},
    Image{"maixpy_0.6.2_52_minimum.bin", "maix_bit"}, Image{"maixpy_0.6.2_75_twatch.bin", "twatch"},
    Image{"maixpy_0.6.2_84_ide.bin", "maix_bit"}, Image{"maixpy_0.6.2_84_lvgl.bin", "maix_bit"},
    Image{"maixpy_0.6.2_84_openmv_v4.bin", "maix_bit"}, Image{"nncase_iris.kfpkg", "maix_bit"},
    Image{"npucore.bin", "maix_bit"}, Image{"rtthread_hehesheng.bin", "maix_bit"},
    Image{"rtthread_maixdock.bin", "maix_dock"}, Image{"rtthread_mfcc.bin", "maix_bit"},
    Image{"sdk_face_detect.kfpkg", "kd233"}, Image{"sdk_kpu_20class.kfpkg", "kd233"},
    Image{"sipeed_dvp_ov.bin", "lichee_dan"}, Image{"sipeed_gpiohs_led.bin", "lichee_dan"},
    Image{"sipeed_hello_world.bin", "lichee_dan"}, Image{"sipeed_lcd.bin", "lichee_dan"},
    Image{"sipeed_lvgl.bin", "maix_go"}, Image{"sipeed_mnist.bin", "lichee_dan"},
    Image{"sipeed_sd_card.bin", "lichee_dan"}, Image{"sipeed_wav_test.bin", "lichee_dan"},
    Image{"ultraos.bin", "maix_bit"}, Image{"xv6_k210.bin", "maix_bit"}),
    [](const auto& image) {
        std::string name = image.param.file;
        for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
        return name;
    });
// clang-format on

struct Outcome {
    std::string console;
    std::vector<std::uint64_t> figures;
    std::vector<std::string> messages{};
    std::vector<std::uint8_t> pixels{};
};

Outcome outcome_of(const Image& image, bool skip_idle_loops) {
    MachineBench bench(image_firmware(image.file, image.board), std::make_unique<app::DemoCamera>(), skip_idle_loops);
    bench.run(kGuestSeconds);
    const MachineCounters c = bench.machine().counters();
    Outcome outcome{
        .console = bench.console(),
        .figures = {c.harts[0].instructions, c.harts[0].interrupts, c.harts[1].instructions, c.harts[1].interrupts,
                    c.cpu_cycles, c.kpu_layers, c.frames_captured, c.frames_shown, c.resets, bench.machine().now().ps}};
    for (const Log::Entry& entry : bench.log().entries())
        outcome.messages.push_back(fmt::format("{} {} {}", entry.source, entry.message, entry.count));
    if (auto* const display = bench.machine().first_port<Display>()) outcome.pixels = display->picture().rgb;
    return outcome;
}

TEST_P(IdleLoopSkippingRealImageTest, ComesToTheSame) {
    K210_NEEDS(image_path(GetParam().file));
    const Outcome skipping = outcome_of(GetParam(), true), running = outcome_of(GetParam(), false);
    EXPECT_EQ(skipping.console, running.console);
    EXPECT_EQ(skipping.figures, running.figures);
    EXPECT_EQ(skipping.messages, running.messages);
    EXPECT_TRUE(skipping.pixels == running.pixels);
}

}  // namespace
}  // namespace k210
