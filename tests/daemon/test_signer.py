"""The signer as a process: killed at random moments, asked by strangers, away for a while."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from aupkeep.config.home import Home
from aupkeep.store import checkpoints, log, refresh
from daemon.processes import SAMPLE, until

pytestmark = [pytest.mark.slow, pytest.mark.again("kills")]
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
KILLS = max(int(os.environ.get("AUPKEEP_KILLS", "20")) // 10, 2)  # of the signer
NOBODY = 65_534
SOON = 1.0  # seconds in which a signer that runs has signed


def run(*words: object, given: bytes = b"") -> dict:
    """A command's JSON."""
    command = [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"]
    done = subprocess.run(command, check=False, capture_output=True, input=given)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def report(number):
    """A mail that is no other's."""
    return SAMPLE % (b"number %d" % number, b"203.0.113.1 guesses passwords, %d" % number)


@pytest.fixture
def own(sqlite_home, tmp_path):
    """The signer's folder, with the keys of the home."""
    folder = Home(tmp_path / "own")
    run("signer", "take", "--own", folder.path)
    return folder


def start(own: Home) -> subprocess.Popen[bytes]:
    """A signer that will be killed."""
    words = [sys.executable, "-m", "aupkeep", "signer", "--own", str(own.path)]
    with (own.path / "log").open("ab") as file:
        return subprocess.Popen(words, stdout=file, stderr=file)


def all_signed() -> bool:
    """Whether the newest checkpoint covers every entry."""
    refresh()
    return checkpoints.newest_size() == log.size()


@pytest.mark.nightly("kills")
def test_a_signer_killed_at_any_moment_loses_and_doubles_nothing(sqlite_home, own):
    """Mails are taken meanwhile, each at once; in the end all is signed within a second."""
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    for number in range(KILLS):
        signer = start(own)
        taken = run("ingest", "-", given=report(number))
        assert taken
        time.sleep(chance.uniform(0, 1.2))
        signer.send_signal(signal.SIGKILL)
        signer.wait()
    run("ingest", "-", given=report(KILLS))
    signer = start(own)
    try:
        until(all_signed, "the signer")
        assert min(_seconds_to_sign(number) for number in range(KILLS + 1, KILLS + 3)) <= SOON
        second = start(own)
        assert second.wait(60) != 0, "one signer listens at a time"
        verdict = run("verify")
        assert (verdict["ok"], verdict["unsigned"]) == (True, 0)
        assert len(checkpoints.read(sqlite_home.checkpoints)) >= len(checkpoints.stored())
    finally:
        signer.terminate()
        assert signer.wait(60) == 0


def _seconds_to_sign(number: int) -> float:
    """From the end of a command to the checkpoint over its entries."""
    run("ingest", "-", given=report(number))
    begun = time.monotonic()
    until(all_signed, "the signer")
    return time.monotonic() - begun


@pytest.mark.root
def test_another_user_reaches_neither_keys_nor_signer(sqlite_home, own):
    """Whoever is not a client gets no answer, and nobody but its user can read the keys."""
    signer = start(own)
    try:
        until((sqlite_home.signer / "socket").exists, "the signer")
        for folder in (own.path, *own.path.parents, sqlite_home.path, sqlite_home.signer):
            if not folder.stat().st_mode & 0o001:  # that only the last door decides
                folder.chmod(folder.stat().st_mode | 0o111)
        (sqlite_home.signer / "socket").chmod(0o777)
        told = as_nobody(own, sqlite_home)
        assert told == {"keys": "PermissionError", "answer": "user 65534 may not ask"}
    finally:
        signer.terminate()
        signer.wait()


def as_nobody(own: Home, home: Home) -> dict[str, str]:
    """What a process of the user nobody gets of the keys and of the signer."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            os.write(writer, json.dumps(_tried(own, home)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        told = stream.read()
    os.waitpid(child, 0)
    return json.loads(told)


def _tried(own: Home, home: Home) -> dict[str, str]:
    told = {}
    try:
        (own.keys / "journal").read_bytes()
        told["keys"] = "read"
    except OSError as error:
        told["keys"] = type(error).__name__
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(30)
        client.connect(str(home.signer / "socket"))
        client.sendall(b"status 0\n")
        told["answer"] = json.loads(client.makefile("rb").read().partition(b"\n")[2])["reason"]
    return told
