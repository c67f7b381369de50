"""Speaks to MaixPy as the MaixPy IDE does: OpenMV's debug protocol over the console's UART.

Commands: MaixPy-v1 components/micropython/port/src/omv/{ide_dbg.c,include/ide_dbg.h}. A command is 0x30, its code, and
the length of the data that go with it, little endian; those with bit 7 set ask for so many bytes.
"""
import struct
import sys
import time

import serial

CONSOLE_BAUD = 115200
IDE_BAUD = 1500000  # MaixPy-v1 components/micropython/port/builtin_py/_boot.py

FRAME_SIZE, FRAME_DUMP, SCRIPT_RUNNING, QUERY_STATUS, TX_BUF_LEN, TX_BUF = 0x81, 0x82, 0x87, 0x8D, 0x8E, 0x8F
SCRIPT_EXEC, SCRIPT_STOP, FB_ENABLE = 0x05, 0x06, 0x0D
READY = 0xFFEEBBAA


class MaixPyIde:
    def __init__(self, address, ide_baud=IDE_BAUD):
        self.port = serial.serial_for_url(address, CONSOLE_BAUD, timeout=60)
        self._enter(ide_baud)

    def _enter(self, baud):
        self.port.write(b"\r")
        self._read_until(b">>> ")
        self.port.write(b"from machine import UART\r")
        self._read_until(b">>> ")
        init = f"UART.repl_uart().init({baud}, 8, None, 1, read_buf_len=2048, ide=True)"
        self.port.write(init.encode() + b"\r")
        self._read_until(b"ide=True)\r\n")
        time.sleep(0.3)  # there is no answer: what the prompt says goes into a buffer from here on
        self.port.baudrate = baud
        self.port.reset_input_buffer()
        if self._ask_word(QUERY_STATUS) != READY:
            raise RuntimeError("MaixPy is not in IDE mode")

    def _read_until(self, end):
        said = self.port.read_until(end)
        if not said.endswith(end):
            raise TimeoutError(f"no {end!r} in {said!r}")

    def _command(self, code, length, data=b""):
        self.port.write(struct.pack("<BBI", 0x30, code, length) + data)

    def _ask(self, code, length):
        self._command(code, length)
        answer = self.port.read(length)
        if len(answer) != length:
            raise TimeoutError(f"{len(answer)} of {length} bytes in answer to {code:#x}")
        return answer

    def _ask_word(self, code):
        return struct.unpack("<I", self._ask(code, 4))[0]

    def enable_frames(self, enabled=True):
        self._command(FB_ENABLE, 0, struct.pack("<h", enabled))

    def run(self, script):
        self._command(SCRIPT_EXEC, len(script), script.encode())

    def stop(self):
        self._command(SCRIPT_STOP, 0)

    def running(self):
        return self._ask_word(SCRIPT_RUNNING) != 0

    def said(self):
        length = self._ask_word(TX_BUF_LEN)
        return self._ask(TX_BUF, length).decode(errors="replace") if length else ""

    def frame(self):
        """Width, height and JPEG of a new frame; None when there is none yet."""
        width, height, length = struct.unpack("<III", self._ask(FRAME_SIZE, 12))
        return (width, height, self._ask(FRAME_DUMP, length)) if width else None


def main(address, script, frames, folder):
    """Runs the script until that many frames have come into the folder, and stops it. Prints what it has said."""
    with open(script, encoding="utf-8") as file:
        source = file.read()
    ide = MaixPyIde(address)
    ide.enable_frames()
    ide.said()
    ide.run(source)
    said, count = "", 0
    while count < int(frames) and ide.running():
        if (frame := ide.frame()) is not None:
            with open(f"{folder}/{count}.jpg", "wb") as file:
                file.write(frame[2])
            count += 1
        said += ide.said()
    ide.stop()
    until = time.monotonic() + 60
    while not said.endswith(">>> ") and time.monotonic() < until:  # the script has ended, however it did
        said += ide.said()
    print(said)


if __name__ == "__main__":
    main(*sys.argv[1:])
