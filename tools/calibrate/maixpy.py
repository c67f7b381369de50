"""Models under MaixPy: what kpu.forward() takes in a guest, and what `k210emu kmodel profile` predicts of it."""

import json
import math
import pathlib
import re
import statistics
import subprocess
import tempfile

from emulator import Skipped, clock_hz

IMAGE = "maixpy_0.6.2_84_openmv_v4.bin"
MODELS_AT = 0x300000  # in the flash
MODELS_END = 0xD00000  # MaixPy's file system
SCRIPTS = pathlib.Path(__file__).resolve().parent / "scripts"


def about(emulator, what, model, *arguments):
    """`k210emu kmodel info` or `profile`, read."""
    answer = subprocess.run([emulator.program, "kmodel", what, model, "--json", *arguments], capture_output=True,
                            text=True)
    if answer.returncode != 0:
        raise Skipped(answer.stderr.strip().splitlines()[-1])
    return json.loads(answer.stdout)


def forward_ms(emulator, images, model):
    """Milliseconds of a call, the median of three, and the clocks that it was at: (ms, cpu_hz, kpu_hz)."""
    info = about(emulator, "info", model)
    if info["version"] not in (3, 4):
        raise Skipped(f"version {info['version']}: MaixPy does not run it")
    shape = info["inputs"][0]["shape"]
    size = (shape[-1], shape[-2], shape[-3]) if "AI RAM" in info["inputs"][0]["place"] else (0, 0, math.prod(shape))
    outputs = [tuple(reversed(output["shape"][-3:])) for output in info["outputs"] if info["version"] == 4]
    text = "WIDTH, HEIGHT, CHANNELS = {}, {}, {}\nOUTPUTS = {}\n".format(*size, outputs)
    console = _run(emulator, images, text + (SCRIPTS / "forward.py").read_text(), [(MODELS_AT, model)])
    times = [int(us) for us in re.findall(r"^forward (\d+) us", console, re.M)]
    if not times:
        raise Skipped("; ".join(re.findall(r"^failed: .*", console, re.M)) or "no answer")
    kpu_hz = int(re.search(r"kpu:freq:(\d+)", console).group(1))
    return statistics.median(times) / 1e3, clock_hz(console), kpu_hz


def operator_cycles(emulator, images, models):
    """Cycles of one call of each: a list of files in, as many figures out."""
    cases, placed, at = [], [], MODELS_AT
    for number, model in enumerate(models):
        cases.append(f"    ({number}, {at:#x}),\n")
        placed.append((at, model))
        at += (model.stat().st_size + 0xFFF) & ~0xFFF
    if at > MODELS_END:
        raise RuntimeError("the operators' models do not fit into the flash")
    text = "CASES = (\n" + "".join(cases) + ")\n" + (SCRIPTS / "operators.py").read_text()
    console = _run(emulator, images, text, placed)
    took = {int(number): int(us) for number, us in re.findall(r"^took (\d+) (\d+) us", console, re.M)}
    return [took[number] * clock_hz(console) / 1e6 for number in range(len(models))]


def _run(emulator, images, script, models):
    image = pathlib.Path(images) / IMAGE
    if not image.exists():
        raise Skipped(f"no {IMAGE} in {images}")
    flash = [word for address, model in models for word in ("--flash", f"{address:#x}={model}")]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "script.py"
        path.write_text(script)
        return emulator.run(image, *flash, "--script", path, until="benchmarks done")
