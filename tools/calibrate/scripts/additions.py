# A loop that adds, as timed in github.com/loboris/MicroPython_K210_LoBo/issues/1. A tenth of its million, times ten.
import time


def add(n=100000, a=1234, b=5678):
    start = time.ticks_us()
    sum = 0
    for i in range(n):
        sum = a + b
    return time.ticks_diff(time.ticks_us(), start) * 10


print("BENCHMARK=Additions,GC=ENABLED")
print(add())
print("RAW_DATA_END")
print("benchmarks", "done")
