// The image sensors that these programs know.
#pragma once
#include <stdint.h>

struct sensor_setting {
    uint8_t reg, value;
};

struct sensor {
    const char* name;
    uint8_t address;
    struct sensor_setting bank;  // to be chosen before the identity can be read
    struct sensor_setting identity[2];
    const struct sensor_setting* settings;
    unsigned setting_count;
    uint32_t dvp_format;
};

// Finds the one that is there and sets it up for 320x240; null when there is none.
const struct sensor* sensor_set_up(void);
