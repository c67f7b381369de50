# The same in the FFT block. A number is four bytes of which the block takes two.
import time
from Maix import FFT


def fastest(points):
    wave = bytearray(4 * points)
    for i in range(points):
        wave[4 * i] = i * 7 % 50
    best = 1000000
    for repetition in range(11):
        start = time.ticks_us()
        spectrum = FFT.run(wave, points)
        best = min(best, time.ticks_diff(time.ticks_us(), start))
    return best


for points in (64, 128, 256, 512):
    print("fft", points, "fastest", fastest(points), "us")
print("benchmarks", "done")
