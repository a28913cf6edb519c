"""Starting a lab's keeper, asking it, ending it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aupkeep.lab.exporters import ExportRate
from aupkeep.lab.keeper import LOCK, LOG, SOCKET, remove_leftovers, take_lock
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing, Unavailable

READY = 400.0  # seconds a lab may take to begin: the first start compiles
LONGEST = 900.0  # seconds one question may take
PATH = 100  # bytes of a socket's path (unix(7): 107)
GLANCE = 0.1
NONE = "no lab runs in {}: aupkeep lab up starts one"
Rows = list[dict[str, Any]]


def bring_up(folder: Path, exporter: str, rate: ExportRate) -> Rows:
    """Start a lab that outlives this command; its attacks, none of them run yet.

    Raises `Conflict` where one runs or is built in this folder, `Unavailable` where none can be
    built. Whoever ends this command with INT or TERM meanwhile ends the lab.
    """
    path = folder / SOCKET
    if len(os.fsencode(path)) > PATH:
        raise Invalid(f"folder: expected a path of at most {PATH - len(SOCKET)} bytes")
    folder.mkdir(parents=True, exist_ok=True)
    lock = take_lock(folder)
    try:
        remove_leftovers(folder)
        keeper = _start(folder, exporter, rate, lock)
    finally:
        os.close(lock)
    try:
        with _terms() as terms:
            _begun(keeper, folder, terms)
    except BaseException:
        keeper.terminate()
        keeper.wait(READY)
        raise
    return ask(folder, do="show")


def _start(folder: Path, exporter: str, rate: ExportRate, lock: int) -> subprocess.Popen[bytes]:
    """The keeper, which has the lock from now on."""
    words = [sys.executable, "-m", "aupkeep.lab.keeper", str(folder), exporter]
    words += [str(rate.seconds), str(rate.sampling)]
    with (folder / LOG).open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603 - our own command
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock,),
        )
    os.pwrite(lock, f"{keeper.pid}\n".encode(), 0)
    os.ftruncate(lock, len(f"{keeper.pid}\n"))
    return keeper


def _begun(keeper: subprocess.Popen[bytes], folder: Path, terms: list[int]) -> None:
    """Wait until it answers. Raises `Unavailable` where it does not, `SystemExit` after a TERM."""
    until = time.monotonic() + READY
    while not _answers(folder / SOCKET):
        if keeper.poll() is not None or time.monotonic() > until:
            said = (folder / LOG).read_text("utf-8").strip()[-500:]
            raise Unavailable(f"the lab did not begin: {said}")
        if terms:
            raise SystemExit(128 + signal.SIGTERM)
        time.sleep(GLANCE)


@contextlib.contextmanager
def _terms() -> Iterator[list[int]]:
    """The TERMs that come here: what was begun is ended at a moment of its own."""
    terms: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: terms.append(number))
    try:
        yield terms
    finally:
        signal.signal(signal.SIGTERM, before)


def ask(folder: Path, **question: str) -> Rows:
    """Ask the lab of a folder. Raises `Missing` where none runs, and what it answers with."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(LONGEST)
        try:
            link.connect(str(folder / SOCKET))
        except OSError as error:
            raise Missing(NONE.format(folder)) from error
        link.sendall(json.dumps(question).encode() + b"\n")
        try:
            said = json.loads(link.makefile("rb").readline())
        except (OSError, ValueError) as error:
            raise Unavailable(f"the lab gave no answer: {folder / LOG} says why") from error
    if "error" in said:
        known = {kind.exit_code: kind for kind in (Invalid, Conflict, Unavailable)}
        raise known.get(said["exit"], AupkeepError)(said["error"])
    rows: Rows = said["rows"]
    return rows


def take_down(folder: Path) -> Rows:
    """End the lab, one that is still built too, or remove what a killed one left.

    What its attacks came to; returns once nothing of it is left but the lock's file. Raises
    `Missing` where there is nothing, `Unavailable` where it does not end.
    """
    if not folder.is_dir():
        raise Missing(NONE.format(folder))
    rows, left, asked = list[dict[str, Any]](), False, _answers(folder / SOCKET)
    if asked:
        rows = ask(folder, do="down")
    until = time.monotonic() + READY
    while (lock := _lock_or_none(folder)) is None:
        left = True
        if not asked:
            _tell_to_end(folder)
        if time.monotonic() > until:
            raise Unavailable(f"the lab did not end: {folder / LOG} says why")
        time.sleep(GLANCE)
    try:
        left |= remove_leftovers(folder)
        (folder / LOG).unlink(missing_ok=True)
    finally:
        os.close(lock)
    if not (left or asked):
        raise Missing(NONE.format(folder))
    return rows


def _lock_or_none(folder: Path) -> int | None:
    try:
        return take_lock(folder)
    except Conflict:
        return None


def _tell_to_end(folder: Path) -> None:
    """TERM to the keeper that has the folder and does not answer, e.g. because it is building."""
    with contextlib.suppress(ValueError, ProcessLookupError):  # ValueError: not started yet
        os.kill(int((folder / LOCK).read_text("ascii")), signal.SIGTERM)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(path))
        except OSError:
            return False
    return True
