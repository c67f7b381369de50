"""The Python package on a real MaixPy, where K210_IMAGES has it."""

import os
import pathlib

import k210emu
import pytest

IMAGES = pathlib.Path(os.environ.get("K210_IMAGES") or
                      pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") /
                      "k210emu" / "images")
IMAGE = IMAGES / "maixpy_0.6.2_84_ide.bin"

pytestmark = pytest.mark.skipif(not IMAGE.exists(), reason=f"{IMAGE} is not there")


@pytest.fixture(scope="module")
def prompt():
    with k210emu.Session(IMAGE) as session:
        session.wait_for(">>> ")
        yield session


def test_a_script_returns_what_it_prints(prompt):
    assert prompt.run_script("for i in range(3):\n    print(i * i)\n") == "0\n1\n4\n"
    assert prompt.run_script("print('again')") == "again\n"
    assert prompt.run_script("x = 1") == ""


def test_a_script_that_raises_has_its_traceback(prompt):
    with pytest.raises(k210emu.ScriptError, match="ZeroDivisionError: divide by zero") as raised:
        prompt.run_script("def f():\n    return 1 / 0\nf()\n")
    assert "in f" in raised.value.traceback


def test_a_typed_line_is_answered(prompt):
    prompt.type("print(6 * 7)")
    assert prompt.wait_for("^42") == "42"


def test_a_script_that_does_not_end_is_a_timeout(prompt):
    with pytest.raises(k210emu.GuestTimeout):
        prompt.run_script("while True:\n    pass\n", timeout=1)
    prompt.send("\x03")
    prompt.wait_for("KeyboardInterrupt")
