// e to the power of x, to about float's precision: there is no C library here.
#pragma once

float exponential(float x);
