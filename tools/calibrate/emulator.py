"""Runs programs on the emulator and reads what they and it have to say."""

import json
import pathlib
import re
import subprocess
import tempfile

TIMED_OUT = 42  # k210emu's exit status
LONGEST_SECONDS = 200


class Skipped(Exception):
    """A workload that cannot run here, and why."""


class Emulator:
    def __init__(self, build, arguments):
        self.program = pathlib.Path(build) / "k210emu"
        self.guests = pathlib.Path(build) / "firmware"
        self.arguments = list(arguments)  # for every run
        self.timings = set()  # timing models of the runs so far

    def run(self, firmware, *arguments, until):
        """What a run prints. It ends when that shows `until`, or after that many seconds of guest time."""
        return self._start("run", firmware, until, arguments)

    def profile(self, firmware, *arguments, until):
        """What a run prints, and the slices of its timeline by the names of their tracks."""
        with tempfile.TemporaryDirectory() as folder:
            trace = pathlib.Path(folder) / "trace.json"
            console = self._start("profile", firmware, until, [*arguments, "--trace", trace])
            events = json.loads(trace.read_text())["traceEvents"]
        tracks = {event["tid"]: event["args"]["name"] for event in events if event.get("name") == "thread_name"}
        slices = {name: [] for name in tracks.values()}
        begun = {name: [] for name in tracks.values()}
        for event in events:
            track = tracks.get(event.get("tid"))
            if event["ph"] == "B":
                begun[track].append(event)
            elif event["ph"] == "E":
                slice = begun[track].pop()
                slices[track].append({**slice, "dur": event["ts"] - slice["ts"]})
        return console, {name: sorted(some, key=lambda slice: slice["ts"]) for name, some in slices.items()}

    def _start(self, command, firmware, until, arguments):
        timed = not isinstance(until, str)
        goal = ["--timeout", str(until)] if timed else ["--expect", until, "--timeout", str(LONGEST_SECONDS)]
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder) / "report.json"
            line = [self.program, command, firmware, "--headless", "--report", report, *goal, *arguments]
            run = subprocess.run([*line, *self.arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                 errors="replace")
            if run.returncode != (TIMED_OUT if timed else 0):
                last = (run.stderr or run.stdout).strip().splitlines()[-1:]
                raise RuntimeError(f"k210emu {command} {firmware} ended with status {run.returncode}: {''.join(last)}")
            self.timings.add(json.loads(report.read_text())["timing"])
        return run.stdout.replace("\r", "")


def file_in(folder, name, option):
    """A file that is not part of the project."""
    if folder is None:
        raise Skipped(f"needs {option}")
    path = pathlib.Path(folder) / name
    if not path.exists():
        raise Skipped(f"no {name} in {option}'s folder")
    return path


def clock_hz(console):
    """The CPU's clock as MaixPy prints it when it starts."""
    return int(re.search(r"cpu:freq:(\d+)", console).group(1))
