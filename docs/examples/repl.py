# Asks the MicroPython prompt of a running board something:
#   k210emu run maixpy.bin --serial rfc2217:4000
#   python3 repl.py rfc2217://127.0.0.1:4000 'print(6 * 7)'
import sys
import time

import serial

address, line = sys.argv[1:]
with serial.serial_for_url(address, 115200, timeout=20) as board:
    board.write(b"\r")
    board.read_until(b">>> ")
    time.sleep(0.5)  # a board that starts says it twice: for itself, and for what has been typed meanwhile
    board.reset_input_buffer()
    board.write(line.encode() + b"\r")
    print(board.read_until(b">>> ").decode().replace("\r", ""))
