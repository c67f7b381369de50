// What a board file may say, and what is said of one that says something else.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/board/board.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

const std::string kBoard = R"(description = "A board of somebody's"

[lcd]
part = "lcd_panel"
clock_pad = 39
select_pad = 36
data_command_pad = 38
memory_size = [240, 320]

[go]
part = "button"
pad = 16
)";

// `kBoard` with one line in another's place; empty: without it.
std::string with(unsigned line, const std::string& text) {
    std::string changed;
    std::size_t begin = 0;
    for (unsigned n = 1; begin < kBoard.size(); ++n) {
        const std::size_t end = kBoard.find('\n', begin) + 1;
        if (n != line)
            changed += kBoard.substr(begin, end - begin);
        else if (!text.empty())
            changed += text + "\n";
        begin = end;
    }
    return changed;
}

std::string complaint_about(const std::string& text) {
    return input_error_of([&] { parse_board(text, "mine", "mine.toml"); });
}

TEST(BoardFileTest, TablesAreParts) {
    const Board board = parse_board(kBoard, "mine", "mine.toml");
    EXPECT_EQ(board.name, "mine");
    EXPECT_EQ(board.description, "A board of somebody's");
    EXPECT_EQ(board.text, kBoard);
    ASSERT_EQ(board.parts.size(), 2u);
    EXPECT_EQ(board.parts[0].name, "lcd");  // in the file's order
    EXPECT_EQ(board.parts[1].kind->name, "button");
    EXPECT_TRUE(board.offers(PortKind::button, "go"));
    EXPECT_FALSE(board.offers(PortKind::button, "lcd"));
    EXPECT_EQ(board.storage_bytes("flash"), 0u);
}

TEST(BoardFileTest, WiresJoinPadsThatNoPartDrives) {
    const auto wired = [](const std::string& wires) { return "wires = " + wires + "\n" + kBoard; };
    const Board board = parse_board(wired("[[10, 13], [12, 11]]"), "mine", "mine.toml");
    ASSERT_EQ(board.wires.size(), 2u);
    EXPECT_EQ(board.wires[0].a, 10u);
    EXPECT_EQ(board.wires[0].b, 13u);
    const std::pair<const char*, const char*> mistakes[] = {
        {"[[10, 16]]", "pad 16 is driven by go of mine"},
        {"[[10, 10]]", "pad 10 cannot be joined to itself"},
        {"[[10, 48]]", "there is no pad 48 (0 to 47)"},
        {"[[-1, 10]]", "there is no pad 48 (0 to 47)"},
    };
    for (const auto& [wires, why] : mistakes)
        EXPECT_EQ(complaint_about(wired(wires)), std::string("mine.toml:1: wires: ") + why);
    for (const char* wires : {"10", "[10, 11]", "[[10]]", "[[10, 11, 12]]", "[[\"a\", 11]]"})
        EXPECT_EQ(complaint_about(wired(wires)), "mine.toml:1: wires is no list of pairs of pads") << wires;
    const std::string bus = "[touch]\npart = \"ns2009\"\nclock_pad = 30\ndata_pad = 31\n";
    EXPECT_EQ(complaint_about(wired("[[10, 31]]") + bus), "mine.toml:1: wires: pad 31 is driven by touch of mine");
}

TEST(BoardFileTest, TheChipsOwnLinesAreNoParts) {
    for (const char* name : {"uart1", "uart2", "uart3"})
        EXPECT_EQ(complaint_about(with(10, std::string("[") + name + "]")),
                  std::string("mine.toml:10: ") + name + " is the chip's own: it is no part");
}

TEST(BoardFileTest, AFlashSaysHowLargeItIs) {
    const Board board = parse_board(
        kBoard + "[flash]\npart = \"nor_flash\"\nsize_mib = 8\nmanufacturer = 1\ndevice = 2\n", "mine", "mine.toml");
    EXPECT_EQ(board.storage_bytes("flash"), 8u << 20);
}

TEST(BoardFileTest, TheUsersOwnFileNamesItsBoard) {
    const TempDir dir;
    const auto file = dir.write("my_board.toml", kBoard);
    EXPECT_EQ(load_board(file).name, "my_board");
    const auto broken = dir.write("broken.toml", with(12, "pad = 48"));
    EXPECT_EQ(input_error_of([&] { load_board(broken); }), broken.string() + ":12: go: pad is 48, not 0 to 47");
    EXPECT_NE(input_error_of([&] { load_board(dir / "none.toml"); }), "");
}

struct Mistake {
    std::string text, complaint;
};

class BoardFileMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(BoardFileMistakeTest, IsToldWithItsLine) {
    EXPECT_EQ(complaint_about(GetParam().text), "mine.toml:" + GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Shape, BoardFileMistakeTest,
    testing::Values(Mistake{with(1, ""), "1: description is missing"},                  //
                    Mistake{with(1, "description = 1"), "1: description is not text"},  //
                    Mistake{with(1, "colour = \"red\""),
                            "1: colour is neither description, config_type nor wires, nor a part's table"},
                    Mistake{with(3, "[[lcd]]"),
                            "3: lcd is neither description, config_type nor wires, nor a part's table"},  //
                    Mistake{with(3, "[LCD]"), "3: 'LCD' is no name for a part: a-z, 0-9 and _, a letter first"},
                    Mistake{with(10, "[2nd]"), "10: '2nd' is no name for a part: a-z, 0-9 and _, a letter first"},
                    Mistake{with(10, "[reset]"), "10: every board has a reset button: it is no part"},  //
                    Mistake{with(4, ""), "3: lcd: part is missing"},                                    //
                    Mistake{with(4, "part = 4"), "4: lcd: part is a whole number, not text"}));

INSTANTIATE_TEST_SUITE_P(
    Options, BoardFileMistakeTest,
    testing::Values(
        Mistake{with(5, ""), "3: lcd: clock_pad is missing"},                                     //
        Mistake{with(5, "clock_pad = 48"), "5: lcd: clock_pad is 48, not 0 to 47"},               //
        Mistake{with(5, "clock_pad = -1"), "5: lcd: clock_pad is -1, not 0 to 47"},               //
        Mistake{with(5, "clock_pad = \"39\""), "5: lcd: clock_pad is text, not a whole number"},  //
        Mistake{with(5, "clock_pad = 39.0"), "5: lcd: clock_pad is a number with a point, not a whole number"},
        Mistake{with(8, "memory_size = 240"), "8: lcd: memory_size is no list of two numbers"},    //
        Mistake{with(8, "memory_size = [240]"), "8: lcd: memory_size is no list of two numbers"},  //
        Mistake{with(8, "memory_size = [240, 320, 1]"), "8: lcd: memory_size is no list of two numbers"},
        Mistake{with(8, "memory_size = [240, 0]"), "8: lcd: memory_size is 0, not 1 to 1024"},  //
        Mistake{with(9, "glass_size = [240, 321]"),
                "9: lcd: glass_size, from glass_offset on, is more than memory_size"},
        Mistake{with(9, "inverted = 1"), "9: lcd: inverted is a whole number, not true or false"},  //
        Mistake{with(12, "pad = 16\nlevel = 1"), "13: go: there is no option level (there are part, pad, pressed)"}));

const std::string kCamera =
    "[camera]\npart = \"camera\"\nsensor = \"ov2640\"\nclock_pad = 41\ndata_pad = 40\n"
    "reset_pad = 42\npower_down_pad = 44\n";
const std::string kFlash = "part = \"nor_flash\"\nsize_mib = 16\nmanufacturer = 1\ndevice = 2\n";
const std::string kPower = "part = \"axp192\"\nclock_pad = 28\ndata_pad = 29\n";

INSTANTIATE_TEST_SUITE_P(
    Values, BoardFileMistakeTest,
    testing::Values(
        Mistake{
            kBoard + "[camera]\npart = \"camera\"\nsensor = \"ov9999\"\n",
            "15: camera: sensor is 'ov9999', which is none of gc0328, gc2145, ov2640, ov3660, ov5640, ov5642, ov7740"},
        Mistake{kBoard + "[flash]\npart = \"nor_flash\"\nsize_mib = 3\n",
                "15: flash: size_mib is none of 1, 2, 4, 8, 16"},
        Mistake{kBoard + "[flash]\npart = \"nor_flash\"\nsize_mib = 32\n", "15: flash: size_mib is 32, not 1 to 16"},
        Mistake{kBoard + "[line]\npart = \"usb_serial\"\nrx_pad = 4\ntx_pad = 5\nreset_line = \"rts\"\n"
                         "boot_line = \"rts\"\n",
                "18: line: boot_line is reset_line, too"},
        Mistake{kBoard + "[power]\npart = \"axp192\"\nclock_pad = 28\ndata_pad = 28\n",
                "16: power: pad 28 cannot be both clock and data"}));

INSTANTIATE_TEST_SUITE_P(
    Conflicts, BoardFileMistakeTest,
    testing::Values(Mistake{kBoard + "[stop]\npart = \"button\"\npad = 16\n",
                            "15: stop: pad 16 is driven by go already (line 12)"},
                    Mistake{kBoard + "[line]\npart = \"usb_serial\"\nrx_pad = 16\ntx_pad = 5\n",
                            "15: line: pad 16 is driven by go already (line 12)"},
                    Mistake{kBoard + "[power]\npart = \"axp192\"\nclock_pad = 30\ndata_pad = 16\n",
                            "16: power: pad 16 is driven by go already (line 12)"},
                    Mistake{kBoard + "[power]\n" + kPower + "[stop]\npart = \"button\"\npad = 29\n",
                            "19: stop: pad 29 is driven by power already (line 16)"},
                    Mistake{kBoard + "[power]\n" + kPower + "[more]\n" + kPower,
                            "20: more: address 0x34 on pads 28 and 29 is that of power already (line 16)"},
                    Mistake{kBoard + "[second]\npart = \"lcd_panel\"\nclock_pad = 39\nselect_pad = 36\n",
                            "16: second: pad 36 selects lcd already (line 6)"},
                    Mistake{kBoard + "[flash]\n" + kFlash + "[more]\n" + kFlash,
                            "18: more: on the flash's pins there is flash already (line 13)"},
                    Mistake{kBoard + kCamera +
                                "[more]\npart = \"camera\"\nsensor = \"gc0328\"\nclock_pad = 41\ndata_pad = 40\n"
                                "reset_pad = 42\npower_down_pad = 44\n",
                            "20: more: on the camera port there is camera already (line 13)"}));

INSTANTIATE_TEST_SUITE_P(
    Rails, BoardFileMistakeTest,
    testing::Values(
        Mistake{with(9, "backlight_rail = \"power.ldo2\"\n"),
                "9: lcd: there is no rail 'power.ldo2' (no part has any)"},
        Mistake{with(9, "backlight_rail = \"power.ldo9\"\n") + "[power]\n" + kPower,
                "9: lcd: there is no rail 'power.ldo9' (power.dcdc1, power.dcdc2, power.dcdc3, power.ldo2, "
                "power.ldo3, power.ldoio0)"},
        Mistake{with(9, "backlight_rail = 2\n"), "9: lcd: backlight_rail is a whole number, not text"},
        Mistake{with(9, "backlight_least_mv = 2500\n"), "9: lcd: backlight_least_mv goes with backlight_rail"},
        Mistake{with(9, "backlight_active = \"high\"\n"), "9: lcd: backlight_active goes with backlight_pad"},
        Mistake{kBoard + "[power]\n" + kPower + "chip_output = \"ldo9\"\n",
                "17: power: chip_output is 'ldo9', which is none of dcdc1, dcdc2, dcdc3, ldo2, ldo3, "
                "ldoio0"},
        Mistake{kBoard + "[led]\npart = \"led\"\n",
                "14: led: none of red_pad, green_pad, blue_pad, white_pad is there"}));

TEST(BoardFileTest, ARailMayStandFurtherDown) {
    EXPECT_EQ(complaint_about(with(9, "backlight_rail = \"power.ldo2\"\n") + "[power]\n" + kPower), "");
}

TEST(BoardFileTest, AnUnknownPartIsToldWithTheKnownOnes) {
    const std::string complaint = complaint_about(with(4, "part = \"lcd_pannel\""));
    EXPECT_TRUE(complaint.starts_with("mine.toml:4: lcd: there is no part 'lcd_pannel' (axp173, axp192, axp202, "))
        << complaint;
    EXPECT_TRUE(complaint.ends_with(", usb_serial, ws2812)")) << complaint;
}

TEST(BoardFileTest, PartsShareTheLinesOfABus) {
    EXPECT_EQ(complaint_about(kBoard + kCamera + "[power]\npart = \"axp192\"\nclock_pad = 41\ndata_pad = 40\n"), "");
}

TEST(BoardFileTest, PartsOfOneAddressMayShareAClock) {
    const std::string power = "part = \"axp192\"\nclock_pad = 28\ndata_pad = ";
    EXPECT_EQ(complaint_about(kBoard + "[power]\n" + power + "29\n[more]\n" + power + "30\n"), "");
}

TEST(BoardFileTest, WhatIsNoTomlIsToldWithItsLine) {
    EXPECT_TRUE(complaint_about(with(5, "clock_pad =")).starts_with("mine.toml:5: "))
        << complaint_about(with(5, "clock_pad ="));
    EXPECT_TRUE(complaint_about(with(6, "clock_pad = 1")).starts_with("mine.toml:6: "));
    EXPECT_TRUE(complaint_about("\xff\xfe").starts_with("mine.toml:1: "));
    EXPECT_EQ(complaint_about(""), "mine.toml:1: description is missing");
}

}  // namespace
}  // namespace k210
