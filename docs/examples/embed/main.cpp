// Boots the firmware named on the command line for two guest seconds, types a line, and saves what the LCD shows.
#include <cstdio>
#include <exception>
#include <utility>

#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/machine/machine.hpp"

struct Printer final : k210::SerialSink {
    void receive(std::uint8_t byte) override { std::putchar(byte); }
};

int main(int, char** argv) try {
    const k210::Board& board = k210::find_board("maix_bit");
    k210::FlashImage flash(board.storage_bytes("flash"));
    auto program = k210::load_firmware(argv[1], flash);  // only an ELF file bypasses the flash

    k210::Log log;
    k210::TestChartCamera camera;
    Printer console;
    k210::Machine machine({board, std::move(flash).release(), std::move(program), camera, console}, log);

    machine.run_until(k210::SimTime{2 * k210::kPsPerSecond});
    machine.port<k210::SerialLine>("console").send("print(6 * 7)\r");
    machine.run_until(k210::SimTime{3 * k210::kPsPerSecond});
    k210::save_png("lcd.png", machine.port<k210::Display>("lcd").picture());
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
}
