# Runs each of CASES, a model with an input of four floats or 16 bytes at an address of the flash.
import KPU as kpu, gc, time


def fastest(address):
    task = kpu.load(address)
    try:
        kpu.set_outputs(task, 0, 4, 1, 1)
    except Exception:  # version 3 has no need of it
        pass
    gc.collect()
    best = 1 << 30
    for again in range(2):
        start = time.ticks_us()
        kpu.forward(task, [0.5] * 4)
        best = min(best, time.ticks_diff(time.ticks_us(), start))
    kpu.deinit(task)
    return best


for number, address in CASES:
    gc.collect()
    print("took", number, fastest(address), "us")
print("benchmarks", "done")
