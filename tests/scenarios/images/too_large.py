# Loads a model again and again, until there is no memory left for it.
import KPU as kpu

loaded = []
try:
    while len(loaded) < 20:
        loaded.append(kpu.load(0x300000))
    print("loaded", len(loaded))
except Exception as error:
    print("refused:", type(error).__name__, error)
