// The camera of Maix boards, an OV2640 or a GC0328, through the DVP: 320x240 at once as RGB565 and as planes of bytes.
#pragma once
#include <stdint.h>

enum { CAMERA_WIDTH = 320, CAMERA_HEIGHT = 240, CAMERA_PLANE_BYTES = CAMERA_WIDTH * CAMERA_HEIGHT };

// As the DVP writes it: two pixels a word, the left one in the upper half.
struct camera_frame {
    uint32_t pixels[CAMERA_HEIGHT][CAMERA_WIDTH / 2];
};

// Where frames go: `frame` into a DMA_BUFFER, red, green and blue planes one after the other from address `planes` on.
// Returns the sensor's name, or null when none answers.
const char* camera_init(volatile struct camera_frame* frame, uint32_t planes);

void camera_start(void);  // takes the next frame that begins
void camera_wait(void);   // sleeps until it is complete
