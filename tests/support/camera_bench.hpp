// Camera chips on their control bus, in front of a scene; what they deliver, decoded.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include <gtest/gtest.h>

#include "board/camera/camera_sensor.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/device_bench.hpp"

namespace k210 {

// Every pixel differs from its neighbours in a way that RGB565 keeps.
inline Picture pattern(unsigned width, unsigned height) {
    Picture p(width, height);
    for (unsigned y = 0; y < height; ++y)
        for (unsigned x = 0; x < width; ++x) {
            p.at(x, y)[0] = static_cast<std::uint8_t>(8 * x);
            p.at(x, y)[1] = static_cast<std::uint8_t>(4 * y);
            p.at(x, y)[2] = static_cast<std::uint8_t>(8 * (x / 32 + y / 64));
        }
    return p;
}

struct CameraBench : testing::Test {
    DeviceBench bench;
    StillCamera scene{pattern(320, 240)};

    static void write(I2cTarget& chip, std::uint8_t reg, std::uint8_t value) {
        chip.start(false);
        chip.write(reg);
        chip.write(value);
        chip.stop();
    }
    static void write16(I2cTarget& chip, unsigned reg, unsigned value) {
        chip.start(false);
        chip.write(static_cast<std::uint8_t>(reg >> 8));
        chip.write(static_cast<std::uint8_t>(reg));
        chip.write(static_cast<std::uint8_t>(value));
        chip.stop();
    }
    static unsigned read(I2cTarget& chip, std::uint8_t reg) {
        chip.start(false);
        chip.write(reg);
        chip.stop();
        chip.start(true);
        return chip.read();
    }
    static unsigned read16(I2cTarget& chip, unsigned reg) {
        chip.start(false);
        chip.write(static_cast<std::uint8_t>(reg >> 8));
        chip.write(static_cast<std::uint8_t>(reg));
        chip.stop();
        chip.start(true);
        return chip.read();
    }
    // The whole of the 800x600 array, as MaixPy's svga_config has it, in RGB565.
    static void set_ov2640_svga(I2cTarget& chip, unsigned width, unsigned height) {
        write(chip, 0xff, 1);
        write(chip, 0x12, 0x40);
        write(chip, 0xff, 0);
        for (auto [reg, value] : {std::pair{0x05, 0x00},
                                  {0xc0, 0x64},
                                  {0xc1, 0x4b},
                                  {0x8c, 0x00},
                                  {0x50, 0x00},
                                  {0x51, 0xc8},
                                  {0x52, 0x96},
                                  {0x53, 0x00},
                                  {0x54, 0x00},
                                  {0x55, 0x00},
                                  {0xda, 0x08}})
            write(chip, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));
        write(chip, 0x5a, static_cast<std::uint8_t>(width / 4));
        write(chip, 0x5b, static_cast<std::uint8_t>(height / 4));
        write(chip, 0x5c, static_cast<std::uint8_t>((height >> 8 & 4) | (width >> 10 & 3)));
    }
    static Picture decode_rgb565(const VideoFrame& frame) {
        Picture p(frame.width, frame.height);
        for (std::size_t i = 0; i < frame.bytes.size() / 2; ++i) {
            const unsigned v = frame.bytes[2 * i] << 8 | frame.bytes[2 * i + 1];
            p.rgb[3 * i] = static_cast<std::uint8_t>(v >> 8 & 0xf8);
            p.rgb[3 * i + 1] = static_cast<std::uint8_t>(v >> 3 & 0xfc);
            p.rgb[3 * i + 2] = static_cast<std::uint8_t>(v << 3);
        }
        return p;
    }
};

}  // namespace k210
