# How long MaixPy takes for a picture, by the clock that the sensor gets.
import sensor, time


def time_snapshots(hz):
    sensor.reset(freq=hz)
    sensor.set_pixformat(sensor.RGB565)
    sensor.set_framesize(sensor.QVGA)
    sensor.run(1)
    image = sensor.snapshot()
    start = time.ticks_us()
    for picture in range(10):
        image = sensor.snapshot()
    print("snapshot at", hz, "Hz", time.ticks_diff(time.ticks_us(), start) // 10, "us")


time_snapshots(12000000)
time_snapshots(24000000)
print("benchmarks", "done")
