# The face detector at flash address 0x300000: how long a look at a picture takes.
import lcd, sensor, time
import KPU as kpu

ANCHORS = (1.889, 2.5245, 2.9465, 3.94056, 3.99987, 5.3658, 5.155437, 6.92275, 6.718375, 9.01025)


def look():
    task = kpu.load(0x300000)
    kpu.init_yolo2(task, 0.5, 0.3, 5, ANCHORS)
    for picture in range(5):
        image = sensor.snapshot()
        start = time.ticks_us()
        faces = kpu.run_yolo2(task, image)
        spent = time.ticks_diff(time.ticks_us(), start)
        lcd.display(image)
        print("look", spent, "us")


lcd.init()
sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.run(1)
look()
print("benchmarks", "done")
