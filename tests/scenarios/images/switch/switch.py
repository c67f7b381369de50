# Two models in turn; the BOOT button goes on to the other.
import gc
import KPU as kpu
import lcd
import sensor
from fpioa_manager import fm
from Maix import GPIO

FACES = (0x300000, (1.889, 2.5245, 2.9465, 3.94056, 3.99987, 5.3658, 5.155437, 6.92275, 6.718375, 9.01025))
THINGS = (0x500000, (1.08, 1.19, 3.42, 4.41, 6.63, 11.38, 9.42, 5.11, 16.62, 10.52))

lcd.init()
sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.set_vflip(1)
sensor.run(1)
fm.register(16, fm.fpioa.GPIOHS0)
button = GPIO(GPIO.GPIOHS0, GPIO.IN, GPIO.PULL_UP)


def look_for(model, what):
    task = kpu.load(model[0])
    kpu.init_yolo2(task, 0.5, 0.3, 5, model[1])
    told = 0
    while button.value():
        picture = sensor.snapshot()
        found = kpu.run_yolo2(task, picture) or []
        for one in found:
            picture.draw_rectangle(one.rect())
        lcd.display(picture)
        if told < 2:  # one frame may still show what was before
            told += 1
            print(what, told, [one.classid() for one in found])
    kpu.deinit(task)
    gc.collect()
    while not button.value():
        pass


look_for(FACES, "faces")
look_for(THINGS, "things")
look_for(FACES, "faces again")
