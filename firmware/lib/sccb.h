// The DVP's control bus to its sensor. It does not tell whether anybody answered.
#pragma once
#include <stdint.h>

void sccb_init(void);
void sccb_write(uint8_t device, uint8_t reg, uint8_t value);  // devices by their seven-bit address
uint8_t sccb_read(uint8_t device, uint8_t reg);
