#include <array>
#include <string>

#include "k210/base/error.hpp"
#include "k210/soc/board.hpp"

namespace k210 {
namespace {

constexpr Board::Console kConsole{4, 5};                    // [sdk] every board's USB bridge; MaixPy maixpy_main.c
constexpr Board::Flash kGigaDevice{16u << 20, 0xc8, 0x17};  // hardware the boot logs name "Flash:0xc8:0x17"
constexpr Board::Flash kWinbond{16u << 20, 0xef, 0x17};

// LCD and camera of the Maix boards: [doc] MaixPy components/boards, lcd_mcu.c, omv/sensor.c; SDK demos
// BOARD_LICHEEDAN.
// Mounts. Maix Bit: MaixPy's reset sets the OV2640's mirror bit; then set_hmirror(1) changes nothing and set_vflip(1)
// turns faces upright (MaixPy-v1 issue 47), and so do both bits for QR codes, which a mirror would spoil
// (MaixPy-v1_scripts demo_scan_qr_code.py): the module must hang upside down, as one that looks away from the LCD does.
// Amigo: demo_camera.py of the same scripts sets both bits there. LicheeDan: Sipeed's mnist example reads digits
// without a bit. [doc] The others: [assumed].
constexpr Board::Lcd kMaixLcd{Panel::maix, 39, 36, 38, 37};
constexpr Board::Camera maix_camera(Sensor sensor, CameraMount mount) {
    return {sensor, 41, 40, 42, 44, mount};
}
constexpr std::array kBootKey = {Board::Key{Button::boot, 16}};
constexpr std::array kStickKeys = {Board::Key{Button::a, 36}, Board::Key{Button::b, 37}};  // [doc] MaixPy m5stick.c
constexpr std::array kAmigoKeys = {Board::Key{Button::boot, 16}, Board::Key{Button::a, 20}, Board::Key{Button::b, 23}};

// clang-format off
constexpr std::array kBoards = std::to_array<Board>({
    {"maix_bit", "Sipeed Maix Bit, OV2640 camera, 320x240 ST7789 LCD", kConsole, kGigaDevice, kMaixLcd,
     maix_camera(Sensor::ov2640, CameraMount::rotate180), kBootKey, {}},
    {"maix_dock", "Sipeed Maix Dock (M1), GC0328 camera, 320x240 ST7789 LCD", kConsole, kGigaDevice, kMaixLcd,
     maix_camera(Sensor::gc0328, CameraMount::normal), kBootKey, {}},
    {"lichee_dan", "Sipeed LicheeDan (Maix Dan), OV2640 camera, 320x240 LCD", kConsole, kWinbond, kMaixLcd,
     maix_camera(Sensor::ov2640, CameraMount::normal), kBootKey, {}},
    {"m5stickv", "M5StickV, OV7740 camera, 240x135 LCD, AXP192", kConsole, kWinbond,
     {Panel::m5stickv, 19, 22, 20, 21}, maix_camera(Sensor::ov7740, CameraMount::normal), kStickKeys, Board::I2cPads{28, 29}},
    {"amigo", "Sipeed Maix Amigo (TFT), GC0328 camera, 480x320 ILI9486 LCD", kConsole, kGigaDevice,
     {Panel::amigo_tft, 39, 36, 38, 37}, maix_camera(Sensor::gc0328, CameraMount::rotate180), kAmigoKeys, {}},
    {"amigo_ips", "Sipeed Maix Amigo (IPS), GC0328 camera, 480x320 ILI9481 LCD", kConsole, kGigaDevice,
     {Panel::amigo_ips, 39, 36, 38, 37}, maix_camera(Sensor::gc0328, CameraMount::rotate180), kAmigoKeys, {}},
    {"kd233", "Kendryte KD233, OV5640 camera, 320x240 NT35310 LCD: what the SDK's demos are built for", kConsole, kWinbond,
     {Panel::kd233, 7, 6, 8, {}}, {Sensor::ov5640, 10, 9, 11, 13, CameraMount::normal}, kBootKey, {}},
});
// clang-format on

}  // namespace

std::span<const Board> boards() {
    return kBoards;
}

const Board& find_board(std::string_view name) {
    std::string known;
    for (const Board& board : kBoards) {
        if (board.name == name) return board;
        known += (known.empty() ? "" : ", ") + std::string(board.name);
    }
    throw InputError("--board " + std::string(name) + ": no such board (" + known + ")");
}

}  // namespace k210
