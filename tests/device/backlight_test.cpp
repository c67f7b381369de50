// A panel without light shows nothing, whatever it has been sent.
#include <gtest/gtest.h>

#include "board/lcd_panel/lcd_panel.hpp"
#include "support/panels.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

constexpr unsigned kPad = 17;

struct BacklightTest : testing::Test, PartBench {
    std::optional<LcdPanel> panel;

    void make(const Backlight::Config& backlight) {
        LcdPanelConfig config = maix_panel();
        config.backlight = backlight;
        panel.emplace(part("lcd"), config);
        panel->hang(chip);
        panel->power_on();
        panel->select(true);
        for (const std::uint32_t command : {0x11, 0x29, 0x21}) {  // on, and inverted: white
            panel->set_dc(false);
            panel->exchange(command, 8, 8);
        }
    }
    bool lit() { return *panel->picture().at(0, 0) == 255; }
    void wait_us(std::uint64_t us) { events.run_until(after(events.now(), ps_from_us(us))); }
};

TEST_F(BacklightTest, IsAlwaysOnWhereTheBoardSaysNothing) {
    make({});
    EXPECT_TRUE(lit());
}

TEST_F(BacklightTest, APadSwitchesIt) {
    make({.pad = kPad});
    EXPECT_EQ(chip.its_pads.pads[kPad].driven, true) << "on where the guest drives nothing";
    chip.its_pads.set(kPad, true);
    EXPECT_TRUE(lit());
    const std::uint64_t before = panel->generation();
    chip.its_pads.set(kPad, false);
    wait_us(20'000);
    EXPECT_FALSE(lit());
    EXPECT_NE(panel->generation(), before);
}

TEST_F(BacklightTest, ALowLevelMayLightIt) {
    make({.pad = kPad, .active_high = false});
    EXPECT_TRUE(lit());
    chip.its_pads.set(kPad, true);
    wait_us(20'000);
    EXPECT_FALSE(lit());
}

TEST_F(BacklightTest, LittleLightIsLight) {
    make({.pad = kPad});
    for (int i = 0; i < 25; ++i) {
        chip.its_pads.set(kPad, true);
        wait_us(50);
        chip.its_pads.set(kPad, false);
        wait_us(950);
    }
    EXPECT_TRUE(lit());
    wait_us(50'000);
    EXPECT_FALSE(lit());
}

TEST_F(BacklightTest, ARailFeedsItFromSomeVoltageOn) {
    make({.rail = "power.ldo2", .least_mv = 2500});
    EXPECT_FALSE(lit());
    supply.set("power.ldo2", 2500);
    EXPECT_TRUE(lit());
    supply.set("power.ldo2", 2400);
    EXPECT_FALSE(lit());
}

TEST_F(BacklightTest, ABoardThatIsOffIsDark) {
    make({});
    supply.switch_board_off();
    EXPECT_FALSE(lit());
}

TEST_F(BacklightTest, StateSurvivesSaveAndRestore) {
    make({.pad = kPad});
    chip.its_pads.set(kPad, true);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    panel->visit_state(saver);
    chip.its_pads.set(kPad, false);
    wait_us(50'000);
    ASSERT_FALSE(lit());
    StateLoader loader(snapshot);
    panel->visit_state(loader);
    EXPECT_TRUE(lit());
}

}  // namespace
}  // namespace k210
