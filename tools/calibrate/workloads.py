"""What was timed on boards, done again: each workload gives the figures of its rows."""

import json
import pathlib
import re
import statistics
import subprocess
import tempfile

from emulator import Skipped, clock_hz, file_in

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MAIXPY = "maixpy_0.6.2_84_ide.bin"
MAIXPY_WITH_ULAB = "maixpy_0.6.2_52_minimum.bin"
MAIXPY_WITH_OPENMV = "maixpy_0.6.2_84_openmv_v4.bin"
FACE_MODEL = "facedetect.kmodel"
FACE_LAYERS = 23
LCD_FRAME_BYTES = 320 * 240 * 2


def kpu_layers(group, options):
    """Milliseconds of each layer, by the emulator's own formula: no firmware takes part."""
    program = options.build / "tools" / "kpu_times"
    answer = subprocess.run([program, HERE / "measured.json"], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)[group["title"]]


def operators(group, options):
    """Milliseconds of the guest program calibrate_ops."""
    console = options.emulator.run(options.emulator.guests / "calibrate_ops.elf", until="done")
    cycles = {(name, int(elements)): int(count)
              for name, elements, count in re.findall(r"(\w+) elements=(\d+) cycles=(\d+)", console)}
    return [cycles[row["operator"], row["elements"]] / group["cpu_hz"] * 1e3 + row.get("added_ms", 0)
            for row in group["rows"]]


def sdk_face_detect(group, options):
    """Milliseconds between the interrupts in which the SDK's face detector starts one layer after the other."""
    firmware = file_in(options.images, "sdk_face_detect.kfpkg", "--images")
    _, tracks = options.emulator.profile(firmware, until=3)
    layers = tracks["kpu"][:FACE_LAYERS]
    traps = tracks["hart 0 traps"]
    starts = [max(trap["ts"] for trap in traps if trap["ts"] <= layer["ts"]) for layer in layers]
    # What is left is done when the DMA interrupts that brings the last layer's output.
    last = min((trap for trap in traps if trap["ts"] > layers[-1]["ts"] and trap["name"].startswith("dmac")),
               key=lambda trap: trap["ts"])
    starts.append(last["ts"] + last["dur"])
    times = [(after - before) / 1e3 for before, after in zip(starts, starts[1:])]
    return [sum(times) if "total" in row else times[i] for i, row in enumerate(group["rows"])]


def coremark(group, options):
    """Iterations a second of CoreMark, built here from EEMBC's sources."""
    file_in(options.coremark, "core_main.c", "--coremark")
    return [_coremark_score(row["options"].split(), group["cpu_hz"], options) for row in group["rows"]]


def _coremark_score(compiler_options, cpu_hz, options):
    library = ROOT / "firmware" / "lib"
    port = HERE / "coremark_port"
    sources = sorted(options.coremark.glob("core_*.c")) + [port / "core_portme.c"]
    sources += sorted(library.glob("*.c")) + sorted(library.glob("*.S"))
    with tempfile.TemporaryDirectory() as folder:
        elf = pathlib.Path(folder) / "coremark.elf"
        flags = " ".join(compiler_options)
        subprocess.run(
            ["riscv64-unknown-elf-gcc", "-march=rv64imafdc", "-mabi=lp64d", "-mcmodel=medany", "-ffreestanding",
             "-nostdlib", "-fno-tree-loop-distribute-patterns", "-fno-common", "-ffunction-sections", "-w",
             *compiler_options, "-DPERFORMANCE_RUN=1", "-DITERATIONS=100", f'-DCOMPILER_FLAGS="{flags}"', f"-I{port}",
             f"-I{options.coremark}", f"-I{library}", f"-T{library / 'guest.ld'}", "-Wl,--gc-sections", *sources,
             "-o", elf], check=True)
        console = options.emulator.run(elf, until="done")
    if not re.search(r"crcfinal\s*: 0x988c", console):
        raise RuntimeError("CoreMark computed something else:\n" + console)
    cycles, iterations = re.search(r"cycles=(\d+) instructions=\d+ iterations=(\d+)", console).groups()
    return int(iterations) / (int(cycles) / cpu_hz)


def micropython(group, options):
    """Microseconds of a call, the median, by MaixPy's own clock, but at the clock of the measurement."""
    image = file_in(options.images, MAIXPY, "--images")
    medians = {}
    with tempfile.TemporaryDirectory() as folder:
        for script in _benchmark_scripts(options.scripts, pathlib.Path(folder)):
            console = options.emulator.run(image, "--script", script, until="benchmarks done")
            slower = clock_hz(console) / group["cpu_hz"]
            for name, samples in re.findall(r"^BENCHMARK=(.*),GC=ENABLED\s+([\d,\s]*)RAW_DATA_END", console, re.M):
                medians[name] = statistics.median(int(us) for us in re.split(r"[,\s]+", samples.strip())) * slower
    missing = Skipped("no such benchmark in --scripts's folder" if options.scripts else "needs --scripts")
    return [medians.get(row["benchmark"], missing) for row in group["rows"]]


def _benchmark_scripts(published, folder):
    """Ours, and those that were run on the board if they are there: with fewer repetitions, which vary little here."""
    yield HERE / "scripts" / "additions.py"
    if published is None:
        yield HERE / "scripts" / "functions.py"
        return
    for number, path in enumerate(sorted(published.rglob("*Script.py"))):
        text = re.sub(r"^ITERATIONS = \d+", "ITERATIONS = 51", path.read_text(), flags=re.M)
        script = folder / f"{number}.py"
        script.write_text(text + '\nprint("benchmarks", "done")\n')
        yield script


def fastest_transforms(script, group, options):
    """Microseconds of the fastest call, by MaixPy's own clock."""
    image = file_in(options.images, MAIXPY_WITH_ULAB, "--images")
    console = options.emulator.run(image, "--script", HERE / "scripts" / script, until="benchmarks done")
    times = dict(re.findall(r"^fft (\d+) fastest (\d+) us", console, re.M))
    return [int(times[str(row["points"])]) for row in group["rows"]]


def ulab(group, options):
    """In software."""
    return fastest_transforms("fft.py", group, options)


def hardware_fft(group, options):
    """In the FFT block, with what MicroPython does before and after."""
    return fastest_transforms("hardware_fft.py", group, options)


def faces(group, options):
    """A face detector in MaixPy: milliseconds of a look at a picture, and of sending a picture to the LCD."""
    image = file_in(options.images, MAIXPY, "--images")
    model = file_in(options.models, FACE_MODEL, "--models")
    console, tracks = options.emulator.profile(image, "--flash", f"0x300000={model}", "--script",
                                               HERE / "scripts" / "faces.py", until="benchmarks done")
    frames = [sent["dur"] for sent in tracks["spi0"] if sent["args"]["bytes"] == LCD_FRAME_BYTES]
    looks = [int(us) for us in re.findall(r"^look (\d+) us", console, re.M)]
    figures = {"look": statistics.median(looks) / 1e3, "lcd": statistics.median(frames) / 1e3}
    return [figures[row["figure"]] for row in group["rows"]]


def snapshots(group, options):
    """Pictures a second."""
    image = file_in(options.images, MAIXPY_WITH_OPENMV, "--images")
    console = options.emulator.run(image, "--board", "m5stickv", "--script", HERE / "scripts" / "snapshots.py",
                                   until="benchmarks done")
    times = dict(re.findall(r"^snapshot at (\d+) Hz (\d+) us", console, re.M))
    return [1e6 / int(times[str(row["xclk_hz"])]) for row in group["rows"]]


ALL = {workload.__name__: workload for workload in
       (kpu_layers, operators, sdk_face_detect, coremark, micropython, ulab, hardware_fft, faces, snapshots)}
