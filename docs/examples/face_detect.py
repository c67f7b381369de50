# Looks for faces with the YOLOv2 model at flash address 0x300000 and frames them on the LCD.
# For MaixPy 0.5 and 0.6; the model is face_model_at_0x300000.kfpkg of sipeed/MaixPy-v1_scripts.
import KPU as kpu
import lcd
import sensor

MODEL = 0x300000
ANCHORS = (1.889, 2.5245, 2.9465, 3.94056, 3.99987, 5.3658, 5.155437, 6.92275, 6.718375, 9.01025)

lcd.init()
sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.set_vflip(1)  # the OV2640 of a Maix Bit hangs upside down
sensor.run(1)

model = kpu.load(MODEL)
kpu.init_yolo2(model, 0.5, 0.3, 5, ANCHORS)
for n in range(3):
    picture = sensor.snapshot()
    faces = kpu.run_yolo2(model, picture) or []
    for face in faces:
        print("face at", face.rect(), "value", face.value())
        picture.draw_rectangle(face.rect(), color=(0, 255, 0), thickness=2)
    lcd.display(picture)
print("frames done")
