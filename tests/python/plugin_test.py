"""What pytest finds after a test on boards has failed."""

pytest_plugins = ["pytester"]

TEST = """
def test_says(board):
    board({guest!r}).wait_for("hello")
    assert {passes}
"""


def run(pytester, passes):
    import os
    pytester.makepyfile(TEST.format(guest=os.environ["K210_GUESTS"] + "/hello.elf", passes=passes))
    return pytester.runpytest_subprocess("-p", "k210emu.pytest_plugin", "--k210emu-artifacts=kept")


def test_a_failed_test_leaves_console_and_picture(pytester):
    run(pytester, False).assert_outcomes(failed=1)
    consoles = list(pytester.path.glob("kept/*/console-1.txt"))
    assert len(consoles) == 1
    assert "hello" in consoles[0].read_text()
    assert consoles[0].with_name("lcd-1.png").read_bytes().startswith(b"\x89PNG")


def test_a_passed_test_leaves_nothing(pytester):
    run(pytester, True).assert_outcomes(passed=1)
    assert not (pytester.path / "kept").exists()
