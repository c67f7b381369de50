# UART1 sends to UART2 over two wires: --wire 10=13 --wire 12=11.
import utime
from fpioa_manager import fm
from machine import UART

fm.register(10, fm.fpioa.UART1_TX, force=True)
fm.register(11, fm.fpioa.UART1_RX, force=True)
fm.register(12, fm.fpioa.UART2_TX, force=True)
fm.register(13, fm.fpioa.UART2_RX, force=True)
a = UART(UART.UART1, 115200, 8, 0, 0, timeout=1000, read_buf_len=4096)
b = UART(UART.UART2, 115200, 8, 0, 0, timeout=1000, read_buf_len=4096)
a.write(b"hello over a wire")
utime.sleep_ms(20)
print("uart2 has read", b.read())
b.write(b"and back")
utime.sleep_ms(20)
print("uart1 has read", a.read())
