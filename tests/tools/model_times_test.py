"""What `kmodel profile` predicts of some models is near what MaixPy takes for them on the emulator."""

import os
import pathlib
import subprocess
import sys

SKIPPED = 77
MODELS = ("facedetect", "mnist", "mask_detect_v4", "uint8_mnist_cnn_v4")


def main():
    root, build = map(pathlib.Path, sys.argv[1:])
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    images = pathlib.Path(os.environ.get("K210_IMAGES", cache / "k210emu" / "images"))
    shared = os.environ.get("K210_SHARED")
    if not shared or not (images / "maixpy_0.6.2_84_openmv_v4.bin").exists():
        print("skipped: needs K210_SHARED with models/ in it, and MaixPy's openmv_v4 image")
        return SKIPPED
    models = [pathlib.Path(shared) / "models" / f"{name}.kmodel" for name in MODELS]
    run = subprocess.run([root / "tools/calibrate/model_times", "--build", build, "--images", images, *models],
                         capture_output=True, text=True)
    print(run.stdout, run.stderr)
    return 0 if run.returncode == 0 and all(name in run.stdout for name in MODELS) else 1


if __name__ == "__main__":
    raise SystemExit(main())
