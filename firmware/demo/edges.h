// An edge filter in two KPU layers: how strongly brightness changes in four directions, then a colour for each
// direction. Half as wide and high as the camera's picture.
#pragma once
#include "kpu.h"

enum { EDGES_WIDTH = 160, EDGES_HEIGHT = 120, EDGES_DIRECTIONS = 4 };

extern const uint8_t edges_colours[EDGES_DIRECTIONS][3];  // red, green, blue

// The picture lies in AI RAM from its line 0 on: red, green and blue planes of 320x240 bytes.
void edges_init(void);
void edges_run(void);  // sleeps until the results are there

// Results of the last run.
const volatile uint8_t* edges_plane(unsigned colour);                      // 160x120 bytes in memory
const volatile uint8_t* edges_strength(unsigned direction, unsigned row);  // 160 bytes in AI RAM
