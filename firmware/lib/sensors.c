// Identities: MaixPy-v1@d8901fd components/micropython/port/src/omv/cambus.c:160-240. Registers: its
// include/ov2640_regs.h and gc0328.c. Only what decides about size, format and exposure is set; the makers' tables of
// values for reserved registers are left out, so that colours on a real sensor are those of its power-on state.
#include "sensors.h"

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "sccb.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { WAIT_MS = 0x00 };  // as a register: no setting, but a pause

enum ov2640_registers {
    OV_BANK_SEL = 0xff,  // 0: signal processor, 1: sensor
    // bank 0
    OV_R_BYPASS = 0x05,
    OV_CTRLI = 0x50,
    OV_HSIZE = 0x51,
    OV_VSIZE = 0x52,
    OV_XOFFL = 0x53,
    OV_YOFFL = 0x54,
    OV_VHYX = 0x55,
    OV_ZMOW = 0x5a,
    OV_ZMOH = 0x5b,
    OV_ZMHH = 0x5c,
    OV_CTRL2 = 0x86,
    OV_SIZEL = 0x8c,
    OV_HSIZE8 = 0xc0,
    OV_VSIZE8 = 0xc1,
    OV_R_DVP_SP = 0xd3,
    OV_IMAGE_MODE = 0xda,
    OV_RESET = 0xe0,
    // bank 1
    OV_REG04 = 0x04,
    OV_COM2 = 0x09,
    OV_PIDH = 0x0a,
    OV_PIDL = 0x0b,
    OV_CLKRC = 0x11,
    OV_COM7 = 0x12,
    OV_COM8 = 0x13,
    OV_HREFST = 0x17,
    OV_HREFEND = 0x18,
    OV_VSTRT = 0x19,
    OV_VEND = 0x1a,
    OV_REG32 = 0x32,
};

// The sensor gives 800x600, all of which the signal processor scales to 320x240.
// clang-format off
static const struct sensor_setting kOv2640Settings[] = {
    {OV_BANK_SEL, 1},
    {OV_COM7, 0x80},  // reset
    {WAIT_MS, 10},
    {OV_BANK_SEL, 1},
    {OV_CLKRC, 0x80},  // twice the camera's clock
    {OV_COM2, 0x02},   // output drive
    {OV_REG04, 0xf8},  // mirrored and flipped: so the picture is upright on a Maix Bit
    {OV_COM8, 0xe5},   // exposure and gain by themselves
    {OV_COM7, 0x40},   // 800x600
    {OV_HREFST, 0x11},
    {OV_HREFEND, 0x43},
    {OV_VSTRT, 0x00},
    {OV_VEND, 0x4b},
    {OV_REG32, 0x09},
    {OV_BANK_SEL, 0},
    {OV_RESET, 0x04},  // hold the output
    {OV_HSIZE8, 800 / 8},
    {OV_VSIZE8, 600 / 8},
    {OV_SIZEL, 0x00},
    {OV_CTRL2, 0x3d},
    {OV_CTRLI, 0x00},
    {OV_HSIZE, 800 / 4},
    {OV_VSIZE, 600 / 4},
    {OV_XOFFL, 0x00},
    {OV_YOFFL, 0x00},
    {OV_VHYX, 0x00},
    {OV_ZMOW, 320 / 4},
    {OV_ZMOH, 240 / 4},
    {OV_ZMHH, 0x00},
    {OV_R_DVP_SP, 0x02},
    {OV_IMAGE_MODE, 0x08},  // RGB565, high byte first
    {OV_R_BYPASS, 0x00},
    {OV_RESET, 0x00},
    {WAIT_MS, 30},
};
// clang-format on

enum gc0328_registers {
    GC_PAGE = 0xfe,
    GC_CLOCK = 0xfc,
    GC_WINDOW = 0x09,  // row, column, height and width, two bytes each
    GC_ENABLES = 0x40,
    GC_FORMAT = 0x44,
    GC_SYNC = 0x46,
    GC_AEC = 0x4f,
    GC_CROP = 0x50,  // enable; then row, column, height and width, two bytes each
    GC_SUBSAMPLE = 0x59,
    GC_ID = 0xf0,
};

// The sensor gives 640x480; every second pixel of every second line is taken.
// clang-format off
static const struct sensor_setting kGc0328Settings[] = {
    {GC_PAGE, 0x80},  // reset
    {WAIT_MS, 10},
    {GC_CLOCK, 0x16},
    {GC_PAGE, 0},
    {GC_WINDOW + 0, 0},
    {GC_WINDOW + 1, 0},
    {GC_WINDOW + 2, 0},
    {GC_WINDOW + 3, 0},
    {GC_WINDOW + 4, 488 >> 8},
    {GC_WINDOW + 5, 488 & 0xff},
    {GC_WINDOW + 6, 648 >> 8},
    {GC_WINDOW + 7, 648 & 0xff},
    {GC_CROP, 1},
    {GC_CROP + 1, 0},
    {GC_CROP + 2, 0},
    {GC_CROP + 3, 0},
    {GC_CROP + 4, 0},
    {GC_CROP + 5, 240 >> 8},
    {GC_CROP + 6, 240 & 0xff},
    {GC_CROP + 7, 320 >> 8},
    {GC_CROP + 8, 320 & 0xff},
    {GC_SUBSAMPLE, 0x22},
    {GC_ENABLES, 0x7f},
    {GC_ENABLES + 1, 0x26},
    {GC_ENABLES + 2, 0xff},
    {GC_FORMAT, 0x00},  // YUV422
    {GC_SYNC, 0x03},
    {GC_AEC, 0x01},
    {WAIT_MS, 30},
};
// clang-format on

static const struct sensor kSensors[] = {
    {"OV2640",
     0x30,
     {OV_BANK_SEL, 1},
     {{OV_PIDH, 0x26}, {OV_PIDL, 0x42}},
     kOv2640Settings,
     COUNT(kOv2640Settings),
     DVP_CFG_RGB_FORMAT},
    {"GC0328",
     0x21,
     {GC_PAGE, 0},
     {{GC_ID, 0x9d}, {GC_ID, 0x9d}},
     kGc0328Settings,
     COUNT(kGc0328Settings),
     DVP_CFG_YUV_FORMAT},
};

static bool is_there(const struct sensor* sensor) {
    sccb_write(sensor->address, sensor->bank.reg, sensor->bank.value);
    for (unsigned i = 0; i < COUNT(sensor->identity); ++i)
        if (sccb_read(sensor->address, sensor->identity[i].reg) != sensor->identity[i].value) return false;
    return true;
}

const struct sensor* sensor_set_up(void) {
    for (unsigned i = 0; i < COUNT(kSensors); ++i) {
        const struct sensor* sensor = &kSensors[i];
        if (!is_there(sensor)) continue;
        for (unsigned j = 0; j < sensor->setting_count; ++j) {
            const struct sensor_setting setting = sensor->settings[j];
            if (setting.reg == WAIT_MS)
                delay_us(setting.value * 1000u);
            else
                sccb_write(sensor->address, setting.reg, setting.value);
        }
        return sensor;
    }
    return NULL;
}
