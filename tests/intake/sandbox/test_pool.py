"""Boxes read what the reader reads; their mishaps are reasons, and they hold nothing."""

import encodings
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pkgutil import iter_modules

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox import pool
from aupkeep.intake.sandbox.pool import SandboxLimits, SandboxPool
from aupkeep.model.report import ReadingOutcome

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = b"ip,time,kind\n192.0.2.1,2026-03-01T12:00:00Z,spam\n"
PLUGIN = '''
"""A package that installs a parser with a defect for each word of a subject."""
import ctypes, os, signal, socket, subprocess, sys, threading, time
from pathlib import Path
from aupkeep.intake.parser import Parser

PARENT = os.getppid()
LIBC = ctypes.CDLL(None, use_errno=True)

def called(*words):
    if LIBC.syscall(*words) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

TRIES = {
    "open": lambda: open("/etc/hostname"),
    "keys": lambda: os.listdir(os.environ["AUPKEEP_HOME"]),
    "stat": lambda: os.stat("/etc/hostname"),
    "write": lambda: os.mkdir("/tmp/left-behind"),
    "socket": lambda: socket.socket(),
    "pair": lambda: socket.socketpair(),
    "fork": lambda: os.fork(),
    "thread": lambda: called(56 if os.uname().machine == "x86_64" else 220, 0x100, 0, 0, 0, 0),
    "clone3": lambda: called(435, 0, 0),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(PARENT, 0),
    "memory-of": lambda: called(
        311 if os.uname().machine == "x86_64" else 271, PARENT, 0, 0, 0, 0, 0
    ),
    "trace": lambda: called(101 if os.uname().machine == "x86_64" else 117, 16, PARENT, 0, 0),
    "descriptor": lambda: called(438, 0, 0, 0),
    "limits-of": lambda: called(302 if os.uname().machine == "x86_64" else 261, PARENT, 0, 0, 0),
    "code": lambda: called(10 if os.uname().machine == "x86_64" else 226, 0, 4096, 5),
    "space": lambda: called(272 if os.uname().machine == "x86_64" else 97, 0x20000),
    "ring": lambda: called(425, 1, 0),
    "keyring": lambda: called(250 if os.uname().machine == "x86_64" else 219, 0, 0, 0, 0, 0),
}

def parse(mail):
    if "sleep" in mail.subject:
        time.sleep(60)
    if "spin" in mail.subject:
        while True: pass
    if "bytes" in mail.subject:
        bytearray(8 << 30)
    for word in mail.subject.split():
        TRIES.get(word, int)()
    if "exit" in mail.subject:
        os._exit(7)
    if "noise" in mail.subject:
        os.write(1, b"\\0\\0\\0\\4evil")
        os._exit(0)
    yield from ()

PARSER = Parser("defect", 1, lambda mail: mail.subject.startswith("defect"), parse)
'''


@pytest.fixture
def defects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes started now find the defective parser as an installed one."""
    (tmp_path / "defective.py").write_text(PLUGIN)
    info = tmp_path / "defective-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: defective\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[aupkeep.intake.parsers]\ndefect = defective:PARSER\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])


def test_a_box_reads_as_the_reader_does() -> None:
    with SandboxPool() as box:
        assert box.read(REPORT, "a.csv") == read(REPORT, "a.csv")


@pytest.mark.nightly("processes")
def test_a_box_reads_every_sample_as_the_reader_does() -> None:
    """What is loaded on its first use cannot be loaded in a box."""
    paths = [one for one in SAMPLES.rglob("*") if one.suffix in {".eml", ".json", ".xml", ".csv"}]
    assert len(paths) > 100
    with SandboxPool(size=1) as box:
        for path in sorted(paths):
            data = path.read_bytes()
            assert box.read(data, path.name) == read(data, path.name), path


def test_a_box_knows_every_charset() -> None:
    """A charset that no table lists is read in a box as outside of it, where files may open."""
    names = [module.name for module in iter_modules(encodings.__path__)] + [
        "utf-8-sig",
        "no-such-set",
    ]
    with SandboxPool() as box:
        for name in names:
            mail = (
                f"From: a@b.example\nSubject: spam\nContent-Type: text/plain; charset={name}\n\n"
                "Spam from 192.0.2.1 at 2026-03-01T12:00:00Z\n"
            ).encode()
            assert box.read(mail, "a.eml") == read(mail, "a.eml"), name


@pytest.mark.parametrize(
    ("what", "word"),
    [
        pytest.param("sleep", "longer than 2 s", marks=pytest.mark.nightly("processes")),
        ("spin", "ended"),
        ("bytes", "MemoryError"),
        pytest.param("exit", "exit 7", marks=pytest.mark.nightly("processes")),
        ("noise", "expected names with readings"),
    ],
)
@pytest.mark.usefixtures("defects")
def test_invariant_12_a_mishap_in_the_box_is_a_reason(what: str, word: str) -> None:
    limits = SandboxLimits(wall=2.0 if what == "sleep" else 60.0, cpu=1)
    with SandboxPool(limits=limits) as box:
        [(name, reading)] = box.read(f"Subject: defect {what}\n\nx".encode(), "bad.eml", "mail")
        assert (name, reading.outcome) == ("bad.eml", ReadingOutcome.INBOX)
        assert word in (reading.reason or "")
        assert box.read(REPORT, "a.csv")[0][1].findings, "the next report gets a new box"


TRIES = (
    *("open", "keys", "stat", "write", "socket", "pair", "fork", "thread", "clone3", "exec"),
    *("signal", "memory-of", "trace", "descriptor", "limits-of", "code", "space", "ring"),
    "keyring",
)


@pytest.mark.usefixtures("defects")
def test_hostile_code_in_the_box_reaches_nothing() -> None:
    """Each way out is refused by the kernel, and the box goes on to read."""
    with SandboxPool() as box:
        assert box.lacking() == []
        first = box._idle.queue[0].process.pid
        for word in TRIES:
            [(_, reading)] = box.read(f"Subject: defect {word}\n\nx".encode(), "bad.eml", "mail")
            assert "Operation not permitted" in (reading.reason or ""), (word, reading.reason)
        assert box._idle.queue[0].process.pid == first


def test_things_given_together_are_answered_in_their_order() -> None:
    """More than a batch takes by number and by bytes, one that is longer than a batch, and none."""
    rows = [b"ip,time,kind\n192.0.2.%d,2026-03-01T12:00:00Z,spam\n" % n for n in range(40)]
    rows[20] += b"192.0.2.200,2026-03-01T12:00:00Z,spam\n" * 20_000
    known = [("gone.csv", read(b"", "gone.csv")[0][1])]
    things = [(data, f"{number}.csv", "auto") for number, data in enumerate(rows)]
    with SandboxPool() as box:
        found = list(box.read_all([*things[:30], known, *things[30:]]))
        assert list(box.read_all([])) == []
    expected = [read(data, name) for data, name, _ in things]
    assert found == [*expected[:30], known, *expected[30:]]


@pytest.mark.parametrize(
    "what",
    [
        "exit",
        *(pytest.param(it, marks=pytest.mark.nightly("processes")) for it in ("sleep", "noise")),
    ],
)
@pytest.mark.usefixtures("defects")
def test_invariant_12_one_mishap_costs_none_of_the_others_in_its_batch(what: str) -> None:
    bad = f"Subject: defect {what}\n\nx".encode()
    things = [(REPORT, "a.csv", "auto"), (bad, "bad.eml", "mail"), (REPORT, "b.csv", "auto")]
    with SandboxPool(limits=SandboxLimits(wall=2.0)) as box:
        first, second, third = box.read_all(things)
    assert first[0][1].findings
    assert third[0][1].findings
    assert second[0][1].outcome is ReadingOutcome.INBOX


@pytest.mark.parametrize("start", ["import time; time.sleep(3)", "raise SystemExit"])
def test_a_slow_start_is_not_the_reports_time(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box may start for longer than a job may take; one that cannot start is told of."""
    (tmp_path / "sitecustomize.py").write_text(start)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with SandboxPool(limits=SandboxLimits(wall=2.0)) as box:
        [(_, reading)] = box.read(REPORT, "a.csv")
    assert bool(reading.findings) == ("sleep" in start)
    assert reading.findings or "ended" in (reading.reason or "")


def test_a_box_killed_while_idle_costs_no_report() -> None:
    with SandboxPool() as box:
        process = box._idle.queue[0]
        os.kill(process.process.pid, signal.SIGKILL)
        process.process.wait()
        assert box.read(REPORT, "a.csv")[0][1].findings


def test_a_box_killed_while_it_reads_costs_no_report() -> None:
    """Whoever kills one for want of memory: it is read once more, in a new one."""
    rows = b"ip,time,kind\n" + b"192.0.2.1,2026-03-01T12:00:00Z,spam\n" * 15_000
    with SandboxPool() as box, ThreadPoolExecutor(1) as thread:
        box.read(REPORT, "first.csv")
        pid = box._idle.queue[0].process.pid
        reading = thread.submit(box.read, rows, "a.csv")
        while not box._idle.empty():
            time.sleep(0.01)
        time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        assert reading.result()[0][1].findings
        assert box._idle.queue[0].process.pid != pid


def test_what_is_killed_twice_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be what kills them: two are enough, and its bytes wait for a person."""
    tries: list[int] = []

    def job(process: pool._Process, *_: object) -> list[bytes]:
        tries.append(process.process.pid)
        raise pool._Killed(pool.CRASHED.format(status="signal 9"))

    with SandboxPool() as box:
        monkeypatch.setattr(pool._Process, "job", job)
        [(_, reading)] = box.read(REPORT, "a.csv")
    assert reading.outcome is ReadingOutcome.INBOX
    assert "signal 9" in (reading.reason or "")
    assert len(set(tries)) == 2


def test_a_box_is_replaced_after_its_jobs() -> None:
    with SandboxPool(limits=SandboxLimits(jobs=2)) as box:
        first = box._idle.queue[0].process.pid
        pids = []
        for _ in range(2):
            box.read(REPORT, "a.csv")
            pids.append(box._idle.queue[0].process.pid)
    assert pids[0] == first != pids[1]


def test_threads_share_a_pool() -> None:
    found: list[bool] = []
    with SandboxPool(size=2) as box:

        def work() -> None:
            found.extend(bool(box.read(REPORT, "a.csv")[0][1].findings) for _ in range(10))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 40


def test_a_closed_pool_leaves_no_process() -> None:
    box = SandboxPool(size=2)
    box.start()
    running = [one.process for one in box._idle.queue]
    box.close()
    assert all(process.poll() is not None for process in running)


def test_50_mb_fit_into_500_mb() -> None:
    mail = b"Subject: big\nContent-Type: application/octet-stream; name=a\n\n" + b"a" * (50 << 20)
    with SandboxPool(limits=SandboxLimits(memory=500 << 20)) as box:
        before = time.monotonic()
        [(_, reading)] = box.read(mail, "big.eml", "mail")
        assert time.monotonic() - before < 20
    assert "no known format" in (reading.reason or "")


def test_a_box_holds_neither_django_nor_a_database() -> None:
    with SandboxPool() as box:
        maps = Path(f"/proc/{box._idle.queue[0].process.pid}/maps").read_text()
    assert "django" not in maps
    assert "sqlite" not in maps
