# Runs the model at flash address 0x300000: WIDTH, HEIGHT and CHANNELS of its input, OUTPUTS as (width, height, channels).
# Without a WIDTH, its input is as many floats as it has CHANNELS.
import KPU as kpu, gc, image, time


def picture():
    if not WIDTH:
        return [0.5] * CHANNELS
    one = image.Image(size=(WIDTH, HEIGHT))
    if CHANNELS == 1:
        one = one.to_grayscale(1)
    one.pix_to_ai()
    return one


def forward():
    task = kpu.load(0x300000)
    for index, (width, height, channels) in enumerate(OUTPUTS):
        kpu.set_outputs(task, index, width, height, channels)
    seen = picture()
    for again in range(3):
        gc.collect()
        start = time.ticks_us()
        kpu.forward(task, seen)
        print("forward", time.ticks_diff(time.ticks_us(), start), "us")


try:
    forward()
except Exception as error:
    print("failed:", error)
print("benchmarks", "done")
