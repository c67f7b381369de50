// The built-in demo: reads the digit that the camera sees, on the KPU, and says so on LCD and console, for ever.
#include <stddef.h>

#include "camera.h"
#include "clock.h"
#include "console.h"
#include "digits.h"
#include "dma.h"
#include "hart.h"
#include "k210.h"
#include "lcd.h"
#include "screen.h"

static DMA_BUFFER volatile struct camera_frame camera_frame;
static DMA_BUFFER volatile struct lcd_frame lcd_frame;

static void print_clock(const char* name, uint32_t hz) {
    print("  %s %.3f MHz\n", name, (unsigned long)hz / 1000);
}

static void greet(void) {
    print("\nk210emu demo: digits, read by the KPU\n");
    print_clock("pll0", clock_pll_hz(0));
    print_clock("pll1", clock_pll_hz(1));
    print_clock("cpu ", clock_cpu_hz());
    print_clock("kpu ", clock_kpu_hz());
}

static void give_up(const char* why) {
    print("%s\n", why);
    screen_message(&lcd_frame, why);
    lcd_show(&lcd_frame);
    hart_stop();
}

static void report(const struct reading* reading, const struct screen_figures* figures) {
    print("frame %u: sees ", figures->frame);
    if (reading->best == NO_DIGIT)
        print("no digit");
    else
        print("%u", reading->best);
    print(" (%u %%), capture %.1f ms, model %.2f ms, show %.1f ms\n", (reading->thousandths[reading->best] + 5) / 10,
          (unsigned long)figures->capture_us, (unsigned long)figures->model_us, (unsigned long)figures->show_us);
}

int main(void) {
    clock_init();
    console_init();
    greet();

    dma_init();
    lcd_init();
    screen_init(&lcd_frame);
    screen_message(&lcd_frame, "looking for a camera");
    lcd_show(&lcd_frame);
    print("lcd: ST7789, %ux%u\n", LCD_WIDTH, LCD_HEIGHT);

    const char* sensor = camera_init(&camera_frame, AI_RAM_UNCACHED);
    if (sensor == NULL) give_up("no camera found");
    print("camera: %s, %ux%u\n", sensor, CAMERA_WIDTH, CAMERA_HEIGHT);

    const char* wrong = digits_init();
    if (wrong != NULL) give_up(wrong);

    struct reading reading;
    struct screen_figures figures = {0};
    camera_start();
    for (;;) {
        const uint64_t begin = time_us();
        camera_wait();
        const uint64_t captured = time_us();
        digits_read(&reading);
        const uint64_t read = time_us();
        ++figures.frame;
        figures.capture_us = (uint32_t)(captured - begin);
        figures.model_us = (uint32_t)(read - captured);
        screen_draw(&lcd_frame, &camera_frame, &reading, &figures);
        camera_start();  // nothing reads its last picture any more
        lcd_show(&lcd_frame);
        figures.show_us = (uint32_t)(time_us() - read);  // on the screen with the next frame
        report(&reading, &figures);
    }
}
