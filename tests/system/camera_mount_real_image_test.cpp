// How the camera of a Maix Bit hangs: MaixPy sees what people with that board report.
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.5.1_162.bin";

// Corners of four colours, and a QR code that says "K210" between them.
Picture scene() {
    static constexpr std::array<std::string_view, 21> kCode = {
        "#######  # ## #######", "#     #  ###  #     #", "# ### # ## ## # ### #", "# ### #  # #  # ### #",
        "# ### #   # # # ### #", "#     #     # #     #", "####### # # # #######", "        ## ##        ",
        "### ######## ##   #  ", "# ###    ##   #  # ##", "# #  ###  # #   # ###", "  ##    ###   #    # ",
        "    ####### # # ###  ", "        # ## # # ## #", "####### #### ###    #", "#     # # #### ### ##",
        "# ### # ## # ###  # #", "# ### #  ##   #   ## ", "# ### # ### #   #   #", "#     # #     #   ###",
        "####### # # # # # # #"};
    constexpr unsigned kModule = 8, kSide = kCode.size() * kModule, kCorner = 16;
    Picture p(320, 240);
    const auto fill = [&p](unsigned left, unsigned top, unsigned side, std::array<std::uint8_t, 3> colour) {
        for (unsigned y = top; y < top + side; ++y)
            for (unsigned x = left; x < left + side; ++x) std::copy(colour.begin(), colour.end(), p.at(x, y));
    };
    std::fill(p.rgb.begin(), p.rgb.end(), std::uint8_t{255});
    for (unsigned y = 0; y < kCode.size(); ++y)
        for (unsigned x = 0; x < kCode.size(); ++x)
            if (kCode[y][x] == '#')
                fill((p.width - kSide) / 2 + x * kModule, (p.height - kSide) / 2 + y * kModule, kModule, {0, 0, 0});
    fill(0, 0, kCorner, {255, 0, 0});
    fill(p.width - kCorner, 0, kCorner, {0, 255, 0});
    fill(0, p.height - kCorner, kCorner, {0, 0, 255});
    fill(p.width - kCorner, p.height - kCorner, kCorner, {0, 0, 0});
    return p;
}

class CameraMountRealImageTest : public testing::Test {
protected:
    void SetUp() override {
        K210_NEEDS(image_path(kImage));
        board.emplace(image_firmware(kImage, "maix_bit"), std::make_unique<StillCamera>(scene()));
        ASSERT_TRUE(board->hears(">>> ", 10));
        board->reply("import sensor; sensor.reset()", 10);
        board->reply("sensor.set_pixformat(sensor.RGB565); sensor.set_framesize(sensor.QVGA); sensor.run(1)");
    }
    // The corners' colours line by line, after `call` has acted on a whole frame.
    std::string corners(const std::string& call = "") {
        if (!call.empty()) board->reply(call);
        board->reply("img = [sensor.snapshot() for n in range(3)][-1]");
        const std::string colours = board->reply(
            "''.join({(255,0,0):'r',(0,255,0):'g',(0,0,255):'b',(0,0,0):'k'}.get(img.get_pixel(x,y),'?') "
            "for y in (4,235) for x in (4,315))");
        return colours.size() > 4 ? colours.substr(1, 4) : colours;
    }
    std::string codes() { return board->reply("[code.payload() for code in img.find_qrcodes()]", 5); }
    std::optional<MachineBench> board;
};

// MaixPy-v1 issue 47.
TEST_F(CameraMountRealImageTest, AfterAResetThePictureStandsOnItsHeadUntilVflip) {
    EXPECT_EQ(corners(), "bkrg");
    EXPECT_EQ(corners("sensor.set_hmirror(1)"), "bkrg");
    EXPECT_EQ(corners("sensor.set_vflip(1)"), "rgbk");
    EXPECT_EQ(corners("sensor.set_vflip(0); sensor.set_hmirror(0)"), "kbgr");
}

// demo_scan_qr_code.py of MaixPy-v1_scripts: "set hmirror if can not recognize qr code".
TEST_F(CameraMountRealImageTest, ReadsQrCodesWithBothBitsAndNotInAMirror) {
    corners("sensor.set_vflip(1); sensor.set_hmirror(1)");
    EXPECT_EQ(codes(), "['K210']\n");
    corners("sensor.set_vflip(0)");
    EXPECT_EQ(codes(), "[]\n");
}

}  // namespace
}  // namespace k210
