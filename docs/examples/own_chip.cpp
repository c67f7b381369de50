// Hangs a thermometer of its own on a Maix Bit's pads 30 and 31, and lets MaixPy read it. Takes a MaixPy image.
#include <cstdio>
#include <exception>
#include <utility>

#include "k210/host/camera_sources.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/machine/machine.hpp"

// As an LM75: two bytes, in steps of an eighth of a degree from bit 5 on.
struct Thermometer final : k210::I2cTarget {
    bool start(bool) override {
        high_byte_next = true;
        return true;
    }
    bool write(std::uint8_t) override { return true; }
    std::uint8_t read() override {
        const auto value = static_cast<std::uint16_t>(static_cast<int>(celsius * 8) << 5);
        return static_cast<std::uint8_t>(std::exchange(high_byte_next, false) ? value >> 8 : value);
    }
    void stop() override {}

    double celsius = 21.5;
    bool high_byte_next = true;
};

struct Printer final : k210::SerialSink {
    void receive(std::uint8_t byte) override { std::putchar(byte); }
};

int main(int count, char** arguments) try {
    if (count != 2) return 2;
    const k210::Board& board = k210::find_board("maix_bit");
    k210::FlashImage flash(board.storage_bytes("flash"));
    auto program = k210::load_firmware(arguments[1], flash);
    k210::Log log;
    k210::TestChartCamera camera;
    Printer console;
    k210::Machine machine({board, std::move(flash).release(), std::move(program), camera, console}, log);

    Thermometer thermometer;
    machine.hang(thermometer, {.address = 0x48, .pads = {.clock = 30, .data = 31}});

    machine.run_until(k210::SimTime{2 * k210::kPsPerSecond});
    machine.port<k210::SerialLine>("console").send(
        "from machine import I2C\r"
        "bus = I2C(I2C.I2C0, freq=100000, scl=30, sda=31)\r"
        "t = bus.readfrom_mem(0x48, 0, 2)\r"
        "print('it has', ((t[0] << 8 | t[1]) >> 5) / 8, 'degrees')\r");
    machine.run_until(k210::SimTime{3 * k210::kPsPerSecond});
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
}
