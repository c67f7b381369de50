# Reads digits with this project's own model, firmware/demo/digits.kmodel, at flash address 0x300000.
# For MaixPy 0.5 and 0.6.
import KPU as kpu
import sensor

MODEL = 0x300000
CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "no digit")

sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.set_vflip(1)  # the OV2640 of a Maix Bit hangs upside down
sensor.run(1)

model = kpu.load(MODEL)
for n in range(3):
    likely = kpu.forward(model, sensor.snapshot())[:]
    best = max(likely)
    print("sees %s (%d %%)" % (CLASSES[likely.index(best)], best * 100 + 0.5))
print("frames done")
