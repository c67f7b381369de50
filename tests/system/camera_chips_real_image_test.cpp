// MaixPy on a Maix Bit with another camera module: it finds the chip, and shows what it sees.
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.6.2_84_openmv_v4.bin";

// A quarter each of red, green, blue and black.
Picture quarters() {
    static constexpr std::array<std::array<std::uint8_t, 3>, 4> kColours{
        {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {0, 0, 0}}};
    Picture p(320, 240);
    for (unsigned y = 0; y < p.height; ++y)
        for (unsigned x = 0; x < p.width; ++x)
            std::ranges::copy(kColours[(y < p.height / 2 ? 0u : 2u) + (x < p.width / 2 ? 0u : 1u)], p.at(x, y));
    return p;
}

Board bit_with(std::string_view sensor) {
    std::string text = find_board("maix_bit").text;
    const auto replace = [&text](std::string_view what, const std::string& with) {
        text.replace(text.find(what), what.size(), with);
    };
    replace("\"ov2640\"", '"' + std::string(sensor) + '"');
    replace("\"rotate180\"", "\"normal\"");
    return parse_board(text, "bit", "bit.toml");
}

class CameraChipsRealImageTest : public testing::TestWithParam<std::pair<const char*, const char*>> {
protected:
    static std::string seen(MachineBench& board, const std::string& call) {
        board.reply(call);
        board.reply("img = [sensor.snapshot() for n in range(3)][-1]");
        return board
            .reply(
                "''.join({(255,0,0):'r',(0,255,0):'g',(0,0,255):'b',(0,0,0):'k'}.get(img.get_pixel(x,y),'?') "
                "for y in (60,180) for x in (80,240))")
            .substr(1, 4);
    }
};

TEST_P(CameraChipsRealImageTest, MaixPyFindsItAndSeesUprightOrMirrored) {
    K210_NEEDS(image_path(kImage));
    const auto [sensor, id] = GetParam();
    const Board bit = bit_with(sensor);
    FlashImage flash(bit.storage_bytes("flash"));
    auto program = load_firmware(image_path(kImage), flash);
    MachineBench board({bit, std::move(flash).release(), std::move(program)},
                       std::make_unique<StillCamera>(quarters()));
    ASSERT_TRUE(board.hears(">>> ", 10));
    board.reply("import sensor; sensor.reset()", 10);
    EXPECT_EQ(board.reply("hex(sensor.get_id())"), "'" + std::string(id) + "'\n");
    board.reply("sensor.set_pixformat(sensor.RGB565); sensor.set_framesize(sensor.QVGA); sensor.run(1)");
    EXPECT_EQ(seen(board, ""), "rgbk");
    EXPECT_EQ(seen(board, "sensor.set_vflip(1)"), "bkrg");
}

INSTANTIATE_TEST_SUITE_P(Chips, CameraChipsRealImageTest,
                         testing::Values(std::pair{"gc2145", "0x45"}, std::pair{"ov5642", "0x5642"}),
                         [](const auto& chip) { return std::string(chip.param.first); });

}  // namespace
}  // namespace k210
