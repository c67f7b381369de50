# The Fourier transforms of ulab.
import time, ulab


def fastest(points):
    wave = ulab.array([i * 7 % 50 for i in range(points)])
    best = 1000000
    for repetition in range(11):
        start = time.ticks_us()
        spectrum = ulab.fft(wave)
        best = min(best, time.ticks_diff(time.ticks_us(), start))
    return best


for points in (64, 128, 256, 512, 1024):
    print("fft", points, "fastest", fastest(points), "us")
print("benchmarks", "done")
