// Reading digits: the model takes the camera's picture as the DVP leaves it in AI RAM, and says how likely it shows
// each of the ten digits, or none.
#pragma once
#include "kpu.h"

enum { DIGITS = 10, NO_DIGIT = DIGITS, DIGITS_CLASSES };

struct reading {
    unsigned best;                         // a digit, or NO_DIGIT
    unsigned thousandths[DIGITS_CLASSES];  // how likely each is
};

const char* digits_init(void);  // returns null, or what is wrong
// The picture lies in AI RAM from its line 0 on: red, green and blue planes of 320x240 bytes.
void digits_read(struct reading* reading);

// What the last reading left in AI RAM: after the layers that only make the picture smaller, the trained layer `index`.
enum { DIGITS_SHRINKING_LAYERS = 3 };
struct kpu_map digits_map(unsigned index);
