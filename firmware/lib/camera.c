// The DVP and its SCCB: standalone-sdk@02576ba lib/drivers/dvp.c [sdk]. Pads: MaixPy-v1@d8901fd
// components/micropython/port/src/omv/sensor.c:99-117 and standalone-demo dvp_ov/main.c:56-68 [sdk].
#include "camera.h"

#include <stddef.h>

#include "clock.h"
#include "interrupts.h"
#include "pins.h"
#include "sccb.h"
#include "sensors.h"

enum { XCLK_HZ = 24000000, BEATS_PER_BURST = 4, PIXELS_PER_BEAT = 8 };

static volatile bool complete;

static void route_pads(void) {
    pin_route(42, FUNC_CMOS_RST, PIN_OUTPUT);
    pin_route(43, FUNC_CMOS_VSYNC, PIN_INPUT);
    pin_route(44, FUNC_CMOS_PWDN, PIN_OUTPUT);
    pin_route(45, FUNC_CMOS_HREF, PIN_INPUT);
    pin_route(46, FUNC_CMOS_XCLK, PIN_OUTPUT);
    pin_route(47, FUNC_CMOS_PCLK, PIN_INPUT);
    pin_route(41, FUNC_SCCB_SCLK, PIN_OPEN_DRAIN);
    pin_route(40, FUNC_SCCB_SDA, PIN_OPEN_DRAIN);
}

static void power_up_sensor(void) {
    const uint32_t divisor = (clock_apb1_hz() + 2 * XCLK_HZ - 1) / (2 * XCLK_HZ);
    dvp->cmos_cfg = DVP_CMOS_CLK_ENABLE | (divisor - 1) | DVP_CMOS_POWER_DOWN;
    delay_us(10000);
    dvp->cmos_cfg &= ~(uint32_t)DVP_CMOS_POWER_DOWN;  // with its reset still held
    delay_us(10000);
    dvp->cmos_cfg |= DVP_CMOS_RESET;
    delay_us(20000);
}

// A frame's start asks whether to take it; its end says that it lies in memory.
static void serve(unsigned source) {
    (void)source;
    const uint32_t status = dvp->sts;
    if (status & DVP_STS_FRAME_FINISH) {
        dvp->dvp_cfg &= ~(uint32_t)(DVP_CFG_START_INT_ENABLE | DVP_CFG_FINISH_INT_ENABLE);
        dvp->sts = DVP_STS_FRAME_FINISH | DVP_STS_FRAME_FINISH_WE;
        complete = true;
    } else if (status & DVP_STS_FRAME_START) {
        dvp->sts = DVP_STS_DVP_EN | DVP_STS_DVP_EN_WE | DVP_STS_FRAME_START | DVP_STS_FRAME_START_WE;
    }
}

const char* camera_init(volatile struct camera_frame* frame, uint32_t planes) {
    route_pads();
    clock_enable(PERIPHERAL_DVP);
    clock_reset(PERIPHERAL_DVP);
    sccb_init();
    power_up_sensor();

    const struct sensor* sensor = sensor_set_up();
    if (sensor == NULL) return NULL;

    dvp->axi = DVP_AXI_GM_MLEN_4BYTE;
    dvp->dvp_cfg = DVP_CFG_AI_OUTPUT_ENABLE | DVP_CFG_DISPLAY_OUTPUT_ENABLE | DVP_CFG_BURST_SIZE_4BEATS |
                   sensor->dvp_format |
                   CAMERA_WIDTH / PIXELS_PER_BEAT / BEATS_PER_BURST << DVP_CFG_HREF_BURST_NUM_SHIFT |
                   CAMERA_HEIGHT << DVP_CFG_LINE_NUM_SHIFT;
    dvp->rgb_addr = (uint32_t)(uintptr_t)frame;
    dvp->r_addr = planes;
    dvp->g_addr = planes + CAMERA_PLANE_BYTES;
    dvp->b_addr = planes + 2 * CAMERA_PLANE_BYTES;
    interrupts_on(IRQN_DVP_INTERRUPT, serve);
    return sensor->name;
}

void camera_start(void) {
    complete = false;
    dvp->sts = DVP_STS_FRAME_START | DVP_STS_FRAME_START_WE | DVP_STS_FRAME_FINISH | DVP_STS_FRAME_FINISH_WE;
    dvp->dvp_cfg |= DVP_CFG_START_INT_ENABLE | DVP_CFG_FINISH_INT_ENABLE;
}

void camera_wait(void) {
    interrupts_sleep_until(&complete);
}
