"""Machine code that is missing is made by a child, or else here and with a word."""

import sys

import pytest

from aupkeep.app.telemetry.machine_code import prepare as room
from aupkeep.telemetry import jit
from telemetry.toys import MODULE, toy

CODE = f"""
import sys
sys.path.insert(0, sys.argv[1])
from aupkeep.telemetry.jit import CompileMode, compile_mode
import {MODULE}
with compile_mode(CompileMode.TO_KEEP):
    {MODULE}.twice(1)
"""
FULL = "import sys; sys.exit('[Errno 28] No space left on device')"


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Has the toy made ready with this code for a child; what was said and what was warned of."""

    def run(code: str, part: str = "count") -> tuple[list[str], list[str]]:
        one, said, warned = toy(tmp_path), [], []
        monkeypatch.setattr(room, "PARTS", {part: lambda: one.twice(1)})
        monkeypatch.setattr(room, "CHILD", (sys.executable, "-c", code, str(tmp_path)))
        jit.COMPILED.clear()
        room.prepare((part,), say=said.append, warn=warned.append)
        assert one.twice(21) == 42
        return said, warned

    return run


@pytest.mark.slow
def test_a_child_compiles(told):
    """This process compiles nothing, and says what takes so long."""
    said, warned = told(CODE)
    assert jit.COMPILED == []
    making, made = said
    assert making.startswith("making machine code to count flows, once")
    assert made.startswith("made machine code to count flows in")
    assert warned == []


@pytest.mark.slow
def test_what_is_kept_is_only_loaded(told):
    """A second start says nothing and starts no child."""
    told(CODE)
    assert told("raise SystemExit('a child was started')") == ([], [])
    assert jit.COMPILED == []


def test_a_child_that_fails(told, tmp_path):
    """The process makes it itself, and says where it could not be kept, why, and at what cost."""
    (warned,) = told(FULL)[1]
    assert warned == (
        f"machine code to count flows could not be made for {tmp_path / '__pycache__'}: [Errno 28] "
        "No space left on device; this process makes it itself and keeps the compiler's memory"
    )
    assert jit.COMPILED == ["twice"]


def test_a_child_that_made_nothing(told):
    """A child that ends well without keeping anything is not believed."""
    (warned,) = told("pass")[1]
    assert "was made and is not there: kernel twice" in warned
    assert jit.COMPILED == ["twice"]


def test_no_folder_can_be_written(told, monkeypatch):
    """No child is started where it could keep nothing."""
    monkeypatch.setitem(vars(jit.config), "CACHE_LOCATOR_CLASSES", f"{jit.__name__}.Chosen")
    monkeypatch.setitem(vars(jit.config), "CACHE_DIR", "")
    said, (warned,) = told("raise SystemExit('a child was started')")
    assert said == []
    assert "expected a folder that can be written (NUMBA_CACHE_DIR), found none" in warned


REASONS = [
    ("pass", ""),
    ("import sys; sys.exit(3)", "exit code 3"),
    ("raise MemoryError('in vain')", "MemoryError: in vain"),
    ("import os; os.kill(os.getpid(), 9)", "killed, as the kernel does when memory is short"),
    ("import os; os.kill(os.getpid(), 11)", "signal 11"),
]


@pytest.mark.parametrize(("code", "reason"), REASONS, ids=[code for code, _ in REASONS])
def test_why_a_child_failed(code, reason):
    """Its last line, its exit code, or the signal that ended it."""
    why = room.child((sys.executable, "-Sc", code), lambda: False)
    assert why.endswith(reason)
    assert bool(why) == bool(reason)


def test_a_child_that_cannot_be_started():
    """The machine's own reason."""
    assert "No such file" in room.child(("/nowhere",), lambda: False)


def test_a_child_that_hangs():
    """It is ended, and so said."""
    words = (sys.executable, "-Sc", "import time; time.sleep(60)")
    assert room.child(words, lambda: False, patience=0.2) == "it took more than 0 s"


def test_whoever_ends_waits_for_no_compiler(told, tmp_path, monkeypatch):
    """A stop while the child works ends both, and nothing is compiled here."""
    one, warned = toy(tmp_path), []
    monkeypatch.setattr(room, "PARTS", {"count": lambda: one.twice(1)})
    monkeypatch.setattr(room, "CHILD", (sys.executable, "-Sc", "import time; time.sleep(60)"))
    jit.COMPILED.clear()
    room.prepare(("count",), say=print, warn=warned.append, ended=lambda: True)
    assert (jit.COMPILED, warned) == ([], [])
