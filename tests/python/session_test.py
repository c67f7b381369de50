"""The Python package on programs of our own. K210_GUESTS is the folder of those."""

import datetime
import os
import pathlib

import k210emu
import numpy
import pytest

GUESTS = pathlib.Path(os.environ["K210_GUESTS"])


def guest(name):
    return GUESTS / f"{name}.elf"


def test_waits_for_what_the_guest_says(board):
    session = board(guest("hello"))
    assert session.wait_for("h.l+o") == "hello"
    assert "hello" in session.console
    assert session.board == "maix_bit"
    assert 0 < session.now < 1


def test_two_sessions_do_the_same(board):
    def figures():
        session = board(guest("flash_log"))
        session.run(0.3)
        return session.console, session.counters, session.now

    assert figures() == figures()


def test_time_is_the_guests(board):
    session = board(guest("flash_log"))
    session.run(0.25)
    assert 0.25 <= session.now < 0.2501


def test_what_does_not_come_is_a_timeout_with_its_pattern(board):
    with pytest.raises(k210emu.GuestTimeout, match="'never' has not been said after 0.2"):
        board(guest("flash_log")).wait_for("never", timeout=0.2)


def test_a_crash_is_told_with_registers(board):
    with pytest.raises(k210emu.GuestError, match="(?s)crashed.*mepc"):
        board(guest("crash")).run(5)


@pytest.mark.parametrize("options, complaint", [
    ({"board": "maix_bot"}, "maix_bot"),
    ({"flash_timing": "slow"}, "flash_timing 'slow': is none of fast, real"),
    ({"timing": "exact"}, "timing 'exact': is none of approximate, instructions, thorough"),
    ({"strict": "no"}, "strict 'no': is none of trap, warn, off"),
    ({"camera": "missing.png"}, "missing.png"),
    ({"camera": numpy.zeros((2, 2), numpy.uint8)}, r"\(height, width, 3\)"),
    ({"flash": ["x=missing"]}, "bad address"),
])
def test_bad_input_is_one_line(board, options, complaint):
    with pytest.raises(k210emu.InputError, match=complaint) as refused:
        board(guest("hello"), **options)
    assert "\n" not in str(refused.value)


def test_a_missing_firmware_is_named(board):
    with pytest.raises(k210emu.InputError, match="missing.bin"):
        board("missing.bin")


def test_a_pattern_that_is_none_is_refused(board):
    with pytest.raises(k210emu.InputError):
        board(guest("hello")).wait_for("(")


def test_buttons_and_lines_are_named(board):
    session = board(guest("flash_log"))
    session.press("reset", 0.01)
    session.run(0.1)
    assert session.counters["resets"] == 1
    with pytest.raises(k210emu.InputError, match="no button 'fire'"):
        session.press("fire")
    with pytest.raises(k210emu.InputError, match="no touch screen"):
        session.touch(1, 2)
    with pytest.raises(k210emu.InputError, match="no accelerometer"):
        session.accelerate(0, 0, -1000)


def test_the_clock_is_set_and_pads_are_driven(board):
    session = board(guest("flash_log"))
    session.set_date(datetime.datetime(2024, 2, 28, 23, 59, 58))
    session.run(3)
    assert session.register("rtc.date") >> 8 & 0x1f == 29
    with pytest.raises(k210emu.InputError, match="years 1 to 3199"):
        session.set_date(datetime.datetime(4000, 1, 1))
    session.drive_pad(20, True)
    session.drive_pad(20, None)
    with pytest.raises(k210emu.InputError, match="pad 16 is driven by boot"):
        session.drive_pad(16, True)


def test_the_lcd_is_an_array_and_the_camera_takes_one(board, tmp_path):
    demo = board(guest("demo"), camera=numpy.full((240, 320, 3), (200, 0, 0), numpy.uint8))
    demo.wait_for("frame 2")
    before = demo.lcd
    assert before.shape == (240, 320, 3)
    assert before.any()
    demo.show(numpy.full((240, 320, 3), (0, 0, 200), numpy.uint8))
    demo.wait_for("frame 4")
    assert (demo.lcd != before).any()
    demo.save_picture(tmp_path / "lcd.png")
    assert (tmp_path / "lcd.png").read_bytes().startswith(b"\x89PNG")


def test_power_that_fails_starts_the_guest_over(board):
    session = board(guest("hello"))
    session.wait_for("hello")
    session.cut_power()
    session.wait_for("hello")


def test_a_saved_session_goes_on_as_if_nothing_had_been(board, tmp_path):
    first = board(guest("flash_log"))
    first.wait_for("record 3\r")
    first.save(tmp_path / "session")
    said = len(first.console)
    second = k210emu.Session.restore(tmp_path / "session")
    assert second.now == first.now
    for session in first, second:
        session.run(0.5)
    assert second.counters == first.counters
    assert first.console[said:] == second.console
    second.close()


def test_a_damaged_snapshot_is_refused(board, tmp_path):
    session = board(guest("hello"))
    session.save(tmp_path / "session")
    damaged = bytearray((tmp_path / "session").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    with pytest.raises(k210emu.InputError, match="damaged"):
        k210emu.Session.restore(tmp_path / "damaged")


def test_memory_and_registers_can_be_looked_at(board):
    session = board(guest("flash_log"))
    session.run(0.1)
    assert len(session.memory(0x80000000, 16)) == 16
    assert session.memory(0x80000000, 4) == session.memory(0x40000000, 4)
    assert session.register("pc") >> 28 == 8
    with pytest.raises(k210emu.InputError, match="no 4 bytes of memory at 0x38000000"):
        session.memory(0x38000000, 4)
    with pytest.raises(k210emu.InputError, match="no register 'q7' of hart 1"):
        session.register("q7", 1)


def test_boards_have_names():
    assert {"maix_bit", "m5stickv", "amigo"} <= set(k210emu.board_names())
