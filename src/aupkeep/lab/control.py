"""Starting a lab's keeper, asking it, ending it."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from aupkeep.lab.exporters import ExportRate
from aupkeep.lab.keeper import LOG, SOCKET
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing, Unavailable

READY = 400.0  # seconds a lab may take to begin: the first start compiles
LONGEST = 900.0  # seconds one question may take
PATH = 100  # bytes of a socket's path (unix(7): 107)
GLANCE = 0.1
Rows = list[dict[str, Any]]


def bring_up(folder: Path, exporter: str, rate: ExportRate) -> Rows:
    """Start a lab that outlives this command; its attacks, none of them run yet.

    Raises `Conflict` where one runs in this folder, `Unavailable` where none can be built.
    """
    path = folder / SOCKET
    if len(os.fsencode(path)) > PATH:
        raise Invalid(f"folder: expected a path of at most {PATH - len(SOCKET)} bytes")
    if _answers(path):
        raise Conflict(f"a lab runs in {folder}: aupkeep lab down ends it")
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "aupkeep.lab.keeper", str(folder), exporter]
    words += [str(rate.seconds), str(rate.sampling)]
    with (folder / LOG).open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603 - our own command
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    until = time.monotonic() + READY
    while not _answers(path):
        if keeper.poll() is not None or time.monotonic() > until:
            keeper.terminate()
            said = (folder / LOG).read_text("utf-8").strip()[-500:]
            raise Unavailable(f"the lab did not begin: {said}")
        time.sleep(GLANCE)
    return ask(folder, do="show")


def ask(folder: Path, **question: str) -> Rows:
    """Ask the lab of a folder. Raises `Missing` where none runs, and what it answers with."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(LONGEST)
        try:
            link.connect(str(folder / SOCKET))
        except OSError as error:
            raise Missing(f"no lab runs in {folder}: aupkeep lab up starts one") from error
        link.sendall(json.dumps(question).encode() + b"\n")
        try:
            said = json.loads(link.makefile("rb").readline())
        except (OSError, ValueError) as error:
            raise Unavailable(f"the lab gave no answer: {folder / LOG} says why") from error
    if "error" in said:
        known = {kind.exit_code: kind for kind in (Invalid, Unavailable)}
        raise known.get(said["exit"], AupkeepError)(said["error"])
    rows: Rows = said["rows"]
    return rows


def take_down(folder: Path) -> Rows:
    """End the lab; what its attacks came to. Returns once nothing of it is left."""
    rows = ask(folder, do="down")
    until = time.monotonic() + READY
    while (folder / SOCKET).exists() and time.monotonic() < until:
        time.sleep(GLANCE)
    return rows


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(path))
        except OSError:
            return False
    return True
