"""Runs Kendryte K210 firmware without a board.

    import k210emu

    with k210emu.Session("maixpy.bin", camera="portrait.png") as board:
        board.wait_for(">>> ")
        print(board.run_script("print(6 * 7)"))
        board.save_picture("lcd.png")

All times are the guest's, in seconds. The same calls give the same results on every host.
"""

from __future__ import annotations

import datetime
import os
from typing import Any, NamedTuple, Optional, Sequence, Tuple, Union

import numpy

from . import _core

__version__: str = _core.version
__all__ = ["Session", "InputError", "GuestError", "GuestTimeout", "ScriptError", "Message", "board_names"]

InputError = _core.InputError
"""A file, a name or a value that cannot be; the message is one line that says which."""

Path = Union[str, "os.PathLike[str]"]
Scene = Union[Path, "numpy.ndarray[Any, Any]"]


class GuestError(Exception):
    """The guest has crashed, switched its board off, or has nothing left to do."""


class GuestTimeout(GuestError):
    """What was waited for has not come in time."""


class ScriptError(GuestError):
    """A script at the REPL has raised an exception; `traceback` is all that MicroPython said of it."""

    def __init__(self, exception: str, traceback: str):
        super().__init__(exception)
        self.traceback = traceback


class Message(NamedTuple):
    """What the emulator has noticed: `kind` is guest_error, unimplemented, unverified or host."""

    kind: str
    source: str
    text: str
    count: int


def board_names() -> list[str]:
    """The boards that are known by name."""
    return list(_core.board_names())


class Session:
    """A board that runs firmware.

    firmware      a flash image, raw program, kfpkg package or ELF file; without one, `flash` has what boots
    board         a name of board_names() or a board file; without one, the board that the firmware turns out to be for
    flash         "ADDRESS=FILE" or kfpkg packages that lie in the flash, too
    camera        a picture, a folder of them, or pixels of shape (height, width, 3); without one, a test chart
    timing        "approximate" as a board, "instructions" of one cycle each, or "thorough": as the first, with a
                  data cache that sees every access, which takes several times as long
    flash_timing  how long the flash takes to erase and program: "fast", or "real" as a board's
    strict        what misaligned loads and stores do: "trap" as on the chip, "warn" or "off"

    Raises InputError.
    """

    def __init__(self, firmware: Optional[Path] = None, *, board: Optional[Path] = None, flash: Sequence[str] = (),
                 camera: Optional[Scene] = None, timing: str = "approximate", flash_timing: str = "fast",
                 strict: str = "trap") -> None:
        self._core = _core.Session(_text(firmware), _text(board), list(flash), _scene(camera), timing, flash_timing,
                                     strict)

    @classmethod
    def restore(cls, snapshot: Path, *, camera: Optional[Scene] = None) -> "Session":
        """Goes on from what save(), or `k210emu run --save-at`, has written. What the camera sees is not in it.

        The console begins anew. Raises InputError.
        """
        session = cls.__new__(cls)
        session._core = _core.Session(snapshot=os.fspath(snapshot), camera=_scene(camera))
        return session

    def save(self, snapshot: Path) -> None:
        """Writes all that the session has come to: restore() goes on from there, here or on another host."""
        self._core.save(os.fspath(snapshot))

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the machine's memory back."""
        self._core = None

    # --- time ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Guest seconds since the start."""
        return self._core.now

    def run(self, seconds: float) -> None:
        """Lets the guest run for so long. Raises GuestError when it crashes or its board goes off meanwhile."""
        end = self._core.run(seconds, False, False)
        if end != "timeout":
            self._raise(end)

    def wait_for(self, pattern: str, timeout: float = 30) -> str:
        """Runs until the console has said something that matches, and its line is complete; returns the match.

        `pattern` is in RE2 syntax. What matched an earlier call is not looked at again. Raises GuestTimeout.
        """
        self._core.await_(pattern)
        end = self._core.run(timeout, True, False)
        if end != "expected":
            self._raise(end, f"'{pattern}' has not been said")
        return self._core.matched.decode(errors="replace")

    # --- console ------------------------------------------------------------------------------------------------

    @property
    def console(self) -> str:
        """All that the guest has said on its console."""
        return self._core.console.decode(errors="replace")

    def send(self, data: Union[str, bytes], line: str = "console") -> None:
        """Sends to a serial line now, at its speed: "console", or the far end of "uart1" to "uart3"."""
        self._core.send(line, data.encode() if isinstance(data, str) else data)

    def type(self, line: str) -> None:
        """Types a line at the REPL, once it prompts. Enter is added."""
        self._core.type(line)

    def run_script(self, source: str, timeout: float = 60) -> str:
        """Enters Python source at the REPL, runs until it has ended, and returns what it has printed.

        Raises ScriptError when it raises, GuestTimeout when it goes on.
        """
        before = len(self._core.console)
        self._core.enter_script(source)
        end = self._core.run(timeout, False, True)
        if end != "script_ended":
            self._raise(end, "the script has not ended")
        exception, traceback = (text.decode(errors="replace") for text in self._core.script_end())
        if exception:
            raise ScriptError(exception, traceback)
        said = self._core.console[before:].decode(errors="replace").replace("\r\n", "\n")
        pasted = said.rfind("\n=== ")  # the last line of the echo, which is empty
        printed = said[said.find("\n", pasted + 1) + 1:] if pasted >= 0 else said
        return printed.removesuffix(">>> ")

    # --- what people do -----------------------------------------------------------------------------------------

    def press(self, button: str = "boot", seconds: float = 0.1) -> None:
        """Holds a button for so long."""
        self.hold(button)
        self.run(seconds)
        self.release(button)

    def hold(self, button: str = "boot") -> None:
        self._core.press(button, True)

    def release(self, button: str = "boot") -> None:
        self._core.press(button, False)

    def touch(self, x: int, y: int, screen: Optional[str] = None) -> None:
        """Touches there, in pixels of the picture, until lift()."""
        self._core.touch(screen or self._first("touch screen"), (x, y))

    def lift(self, screen: Optional[str] = None) -> None:
        self._core.touch(screen or self._first("touch screen"), None)

    def turn(self, clicks: int, encoder: Optional[str] = None) -> None:
        """Turns the encoder, clockwise by positive numbers."""
        self._core.turn(encoder or self._first("encoder"), clicks)

    def accelerate(self, x: int, y: int, z: int, accelerometer: Optional[str] = None) -> None:
        """What the accelerometer feels from now on, in thousandths of a g; 0, 0, 1000 at rest."""
        self._core.accelerate(accelerometer or self._first("accelerometer"), x, y, z)

    def set_date(self, date: datetime.datetime) -> None:
        """Sets the chip's clock, which counts on from there, until firmware or a reset sets it anew."""
        self._core.set_date((date - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1))

    def drive_pad(self, pad: int, level: Optional[bool]) -> None:
        """Holds a pad of the chip high or low from outside; None lets it go."""
        self._core.drive_pad(pad, level)

    def show(self, scene: Scene) -> None:
        """What the camera sees from the next frame on."""
        self._core.show(_scene(scene))

    def cut_power(self, seed: int = 0) -> None:
        """The power fails and comes back. `seed` decides what a half written page of the flash holds."""
        self._core.cut_power(seed)

    # --- what can be seen ---------------------------------------------------------------------------------------

    @property
    def lcd(self) -> "numpy.ndarray[Any, Any]":
        """What the display shows: (height, width, 3), red, green, blue from 0 to 255."""
        return self._core.lcd

    def save_picture(self, path: Path) -> None:
        """Writes what the display shows as a PNG."""
        self._core.save_picture(os.fspath(path))

    def memory(self, address: int, size: int) -> bytes:
        """What is in memory there. Raises InputError unless all of it is memory."""
        return self._core.memory(address, size)

    def register(self, name: str, hart: int = 0) -> int:
        """A hart's, such as "pc", "a0" and "mepc", or a block's, such as "uarths.div"; nothing notices the look."""
        return self._core.register(name, hart)

    @property
    def board(self) -> str:
        return self._core.board

    @property
    def board_reason(self) -> str:
        return self._core.board_reason

    @property
    def counters(self) -> dict[str, Any]:
        """Cycles, instructions, KPU layers, frames, resets since the start."""
        return self._core.counters

    @property
    def messages(self) -> list[Message]:
        """What the emulator has noticed, each once with its count."""
        return [Message(*entry) for entry in self._core.messages]

    @property
    def ports(self) -> list[Tuple[str, str]]:
        """What the board offers: (name, kind)."""
        return self._core.ports

    # ------------------------------------------------------------------------------------------------------------

    def _first(self, kind: str) -> str:
        for name, its_kind in self._core.ports:
            if its_kind == kind:
                return name
        raise InputError(f"{self.board} has no {kind}")

    def _raise(self, end: str, what: str = "") -> None:
        when = f" after {self.now:.3f} guest seconds"
        if end == "timeout":
            raise GuestTimeout(f"{what}{when}")
        if end == "crashed":
            raise GuestError(f"the guest has crashed{when}\n{self._core.crash_report()}")
        raise GuestError({"powered_off": "the board has switched itself off",
                          "failed": "the guest has failed"}.get(end, "the guest has ended") + when)


def _text(path: Optional[Path]) -> Optional[str]:
    return None if path is None else os.fspath(path)


def _scene(scene: Optional[Scene]) -> Any:
    return scene if scene is None or isinstance(scene, numpy.ndarray) else os.fspath(scene)
