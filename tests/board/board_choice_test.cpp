// Which board firmware is taken for, by what it does with pads and buses, and by the name that it carries.
#include "k210/board/board_choice.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace k210 {
namespace {

using namespace std::literals;

GuestWiring wiring(std::vector<unsigned> clocks, std::vector<unsigned> driven, std::vector<I2cPlace> addressed = {}) {
    GuestWiring wiring{.spi_clocks = std::move(clocks), .addressed = std::move(addressed)};
    for (const unsigned pad : driven) wiring.driven.set(pad);
    return wiring;
}

std::string found(const GuestWiring& wiring, std::string_view on = "maix_bit") {
    const auto choice = board_that_fits(wiring, find_board(on), boards());
    return choice ? choice->board->name + ": " + choice->why : "";
}

TEST(BoardThatFitsTest, IsTheOneAtHandWhileItHasWhatTheGuestUses) {
    EXPECT_EQ(found({}), "");
    EXPECT_EQ(found(wiring({39, 27}, {36, 37, 38, 29})), "");
    EXPECT_EQ(found(wiring({39}, {36, 37, 38}), "maix_dock"), "");
}

TEST(BoardThatFitsTest, IsNoOtherForWhatNoBoardHas) {
    EXPECT_EQ(found(wiring({3}, {1, 2}, {{0x77, {28, 29}}})), "");
    EXPECT_EQ(found(wiring({}, {}, {{0x3c, {10, 9}}})), "");  // where the KD233 has its camera: all are tried
}

TEST(BoardThatFitsTest, HasTheLcdWhereItIsClocked) {
    EXPECT_EQ(found(wiring({19}, {22, 20, 21})), "m5stickv: the firmware clocks an LCD on pad 19");
    EXPECT_EQ(found(wiring({28}, {30, 31, 23})), "yahboom: the firmware clocks an LCD on pad 28");
}

TEST(BoardThatFitsTest, HasSelectDataAndResetWhereTheGuestDrivesThem) {
    EXPECT_EQ(found(wiring({7}, {6, 8})), "kd233: the firmware clocks an LCD on pad 7");
    EXPECT_EQ(found(wiring({7}, {6, 8, 21})), "wonder_mv: the firmware clocks an LCD on pad 7");
}

TEST(BoardThatFitsTest, HasTheCardWhereItIsClocked) {
    EXPECT_EQ(found(wiring({11}, {26})), "amigo: the firmware clocks the sd_card on pad 11");
    EXPECT_EQ(found(wiring({34}, {32})), "tzt: the firmware clocks the sd_card on pad 34");
}

TEST(BoardThatFitsTest, HasTheChipOnI2cThatIsAddressed) {
    EXPECT_EQ(found(wiring({}, {}, {{0x34, {28, 29}}})),
              "m5stickv: the firmware looks for the axp192 on pads 28 and 29");
    EXPECT_EQ(found(wiring({}, {}, {{0x34, {30, 31}}})), "cube: the firmware looks for the axp192 on pads 30 and 31");
    // T-Watch's build goes on to 0x34, where the Cube has a chip.
    EXPECT_EQ(found(wiring({}, {}, {{0x35, {30, 31}}, {0x34, {30, 31}}})),
              "twatch: the firmware looks for the axp202 on pads 30 and 31");
}

TEST(BoardThatFitsTest, HasTheCameraWhereItIsControlled) {
    GuestWiring camera;
    camera.camera_control = I2cPads{25, 24};
    EXPECT_EQ(found(camera), "embed_fire: the firmware controls a camera on pads 25 and 24");
}

TEST(BoardThatFitsTest, IsOfThoseThatFitTheOneMostLikeTheBoardAtHand) {
    const auto touch = wiring({39}, {36, 37, 38}, {{0x48, {30, 31}}});
    EXPECT_EQ(found(touch, "maix_bit"), "maix_go: the firmware looks for the ns2009 on pads 30 and 31");
    EXPECT_EQ(found(touch, "maix_dock"), "canmv_k210: the firmware looks for the ns2009 on pads 30 and 31");
}

TEST(BoardThatFitsTest, HasToFitBetterThanTheOneAtHand) {
    // One for the other: an LCD as on every Maix board, and a power chip that one of them has.
    EXPECT_EQ(found(wiring({39}, {36, 37, 38}, {{0x34, {28, 29}}})), "");
}

Board board_with(const std::string& name, const std::string& parts) {
    return parse_board("description = \"One\"\n" + parts, name, name + ".toml");
}

const std::string kLcd =
    "[lcd]\npart = \"lcd_panel\"\nclock_pad = 39\nselect_pad = 36\ndata_command_pad = 38\nmemory_size = [240, 320]\n";

TEST(BoardThatFitsTest, HasToFitBetterAndNotJustAsWell) {
    const Board lcd = board_with("lcd", kLcd);
    const std::vector<Board> other = {
        board_with("power", "[power]\npart = \"axp192\"\nclock_pad = 28\ndata_pad = 29\n"), lcd};
    const auto choice = [&](std::vector<unsigned> driven) {
        return board_that_fits(wiring({39}, std::move(driven), {{0x34, {28, 29}}}), lcd, other);
    };
    EXPECT_FALSE(choice({36})) << "one of the LCD's pads is used and one is not";
    EXPECT_TRUE(choice({}));
}

TEST(BoardThatFitsTest, HasWhatTheGuestUsesRatherThanPadsThatItDrives) {
    const std::string card = "[sd]\npart = \"sd_card\"\nclock_pad = 27\nselect_pad = ";
    const std::string lcd_elsewhere =
        "[lcd]\npart = \"lcd_panel\"\nclock_pad = 39\nselect_pad = 1\n"
        "data_command_pad = 2\nreset_pad = 3\nmemory_size = [240, 320]\n";
    const std::string power = "[power]\npart = \"axp192\"\nclock_pad = 30\ndata_pad = 31\n";
    const std::vector<Board> two = {board_with("pads", kLcd + "reset_pad = 37\n" + card + "29\n"),
                                    board_with("parts", lcd_elsewhere + card + "4\n" + power)};
    const auto used = wiring({39, 27}, {36, 37, 38, 29}, {{0x34, {30, 31}}});
    const auto choice = board_that_fits(used, board_with("bare", ""), two);
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->board->name, "parts");
}

TEST(BoardThatFitsTest, HasNoMorePadsThanTheGuestDrives) {
    const std::vector<Board> two = {board_with("with_reset", kLcd + "reset_pad = 37\n"), board_with("without", kLcd)};
    const auto choice = board_that_fits(wiring({39}, {36, 38}), find_board("m5stickv"), two);
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->board->name, "without");
}

TEST(BoardThatFitsTest, IsOneOfThoseThatAreOffered) {
    EXPECT_FALSE(board_that_fits(wiring({19}, {22, 20, 21}), find_board("maix_bit"), {}));
}

std::string named(std::string_view flash) {
    const std::vector<std::uint8_t> bytes(flash.begin(), flash.end());
    const auto choice = board_named_in(bytes, boards());
    return choice ? choice->board->name + ": " + choice->why : "";
}

TEST(BoardNamedInTest, IsOfTheConfigurationsType) {
    EXPECT_EQ(named("\x01\x02{\n \"type\": \"amigo\",\n \"lcd\": {}}\n\0rest"sv),
              "amigo_ips: the firmware's configuration is of type 'amigo'");
    EXPECT_EQ(named("{\"board_info\": {}, \"type\": \"dock\"}"),
              "maix_dock: the firmware's configuration is of type 'dock'");
    EXPECT_EQ(named("{\"type\": \"dock\", \"note\": \" ~\t\r\n\", \"lcd\": {}}"),
              "maix_dock: the firmware's configuration is of type 'dock'")
        << "all of it is text";
}

TEST(BoardNamedInTest, IsNoneWhereNoBoardIsCalledSo) {
    EXPECT_EQ(named(""), "");
    EXPECT_EQ(named("{\"type\": \"maix_dock\", \"lcd\": {}}"), "");  // it is called dock
    EXPECT_EQ(named("{\"type\": \"amigo"), "");
    EXPECT_EQ(named("{\"lcd\": {}, \"type\": \""), "");
}

TEST(BoardNamedInTest, IsNoneInWhatIsNoConfigurationOfABoard) {
    EXPECT_EQ(named("{\"type\": \"cube\", \"edges\": 12}"), "");
    EXPECT_EQ(named("{\"type\": \"cube\"}\0{\"lcd\": 1}"sv), "");
}

TEST(BoardNamedInTest, IsNoneInWhatIsTooLongForAConfiguration) {
    const auto apart = [](std::size_t blanks) { return std::string(blanks, ' '); };
    EXPECT_NE(named("{\"lcd\": {}," + apart(2000) + "\"type\": \"cube\"}"), "");
    EXPECT_EQ(named("{\"lcd\": {}," + apart(2100) + "\"type\": \"cube\"}"), "");
    EXPECT_NE(named("{\"type\": \"cube\"," + apart(2000) + "\"lcd\": {}}"), "");
    EXPECT_EQ(named("{\"type\": \"cube\"," + apart(2100) + "\"lcd\": {}}"), "");
}

TEST(BoardNamedInTest, IsNoneWhereSeveralAreNamed) {
    const std::string amigo = "{\"type\": \"amigo\", \"lcd\": {}}";
    EXPECT_EQ(named(amigo + '\0' + amigo), "amigo_ips: the firmware's configuration is of type 'amigo'");
    EXPECT_EQ(named(amigo + '\0' + "{\"type\": \"tzt\", \"lcd\": {}}"), "");
}

}  // namespace
}  // namespace k210
