"""For pytest: the fixture `board` makes sessions, and what they have come to is kept where a test fails.

    def test_prompt(board):
        board("maixpy.bin").wait_for(">>> ")

Where a test fails, --k210emu-artifacts DIR (k210emu-artifacts without) gets the console and the last picture of each
of its sessions.
"""

from __future__ import annotations

import pathlib
import re
from typing import Any, Callable, Iterator, List

import pytest

from . import InputError, Session


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--k210emu-artifacts", default="k210emu-artifacts", metavar="DIR",
                     help="where failed tests leave the console and the last picture of their boards")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().when == "call":
        item.stash[_failed] = outcome.get_result().failed


_failed = pytest.StashKey[bool]()


@pytest.fixture
def board(request: pytest.FixtureRequest) -> Iterator[Callable[..., Session]]:
    """Makes a k210emu.Session with the arguments of its constructor; all of a test's end with it."""
    sessions: List[Session] = []

    def make(*arguments: Any, **options: Any) -> Session:
        sessions.append(Session(*arguments, **options))
        return sessions[-1]

    yield make
    if request.node.stash.get(_failed, False):
        name = re.sub(r"[^\w.-]+", "_", request.node.nodeid)
        folder = pathlib.Path(request.config.getoption("--k210emu-artifacts")) / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, session in enumerate(sessions, 1):
            (folder / f"console-{number}.txt").write_text(session.console)
            try:
                session.save_picture(folder / f"lcd-{number}.png")
            except InputError:  # a board without a display
                pass
    for session in sessions:
        session.close()
