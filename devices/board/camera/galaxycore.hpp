// What GalaxyCore's GC0328 and GC2145 have in common: pages of registers, the window on the array, mirror and flip, and
// output that is subsampled and then cropped. Their output registers stand in the same order, in different places.
#pragma once
#include "board/camera/camera_sensor.hpp"

namespace k210 {

class GalaxyCore : public CameraSensor {
public:
    static constexpr std::size_t kPage = 0x100;
    enum Register : std::uint16_t {
        HBLANK = 0x05,
        VBLANK = 0x07,
        ROW_START = 0x09,
        COLUMN_START = 0x0b,
        WINDOW_HEIGHT = 0x0d,
        WINDOW_WIDTH = 0x0f,
        ANALOG_MODE1 = 0x17,  // the GC0328's CISCTL_MODE1
        CHIP_ID = 0xf0,       // from here on all pages show the same
        PAGE_SELECT = 0xfe,
    };
    // Behind OUTPUT_FORMAT.
    enum OutputRegister : std::uint16_t {
        CROP_ENABLE = 0x0c,
        CROP_Y = 0x0d,
        CROP_X = 0x0f,
        CROP_HEIGHT = 0x11,
        CROP_WIDTH = 0x13,
        SUBSAMPLE = 0x15,
    };
    struct Model {
        SensorModel sensor;
        unsigned width, height;                // of the array
        unsigned border_width, border_height;  // a window delivers so much less
        std::uint16_t output_format;           // the register
        unsigned id_bytes;
    };

protected:
    GalaxyCore(const Model& model, CameraSource& scene, Log& log, Mounting mounting)
        : CameraSensor(model.sensor, scene, log, mounting), model_(model) {}

    virtual unsigned divided_by() const { return 1; }  // the array's sides, before it is subsampled

private:
    std::size_t index_of(std::uint16_t address) const final;
    void write_index(std::size_t index, std::uint8_t value) final;
    SensorView view() const final;
    PixelOrder order() const;
    unsigned output(OutputRegister which) const { return reg(model_.output_format + which); }
    unsigned output_pair(OutputRegister high) const { return reg_pair(model_.output_format + high); }

    const Model model_;
};

}  // namespace k210
