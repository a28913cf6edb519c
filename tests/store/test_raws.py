"""Raw bytes: durable before anything else, once, and never taken away while somebody needs them."""

import errno
import os
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from aupkeep.config.home import Home
from aupkeep.model.errors import Broken, Conflict, Missing, Unavailable
from aupkeep.model.raw import Channel, Raw
from aupkeep.store import raws

HOUR = timedelta(hours=1)


def soon(hours: int = 0) -> datetime:
    """Files carry the machine's own time."""
    return datetime.now(tz=UTC) + timedelta(hours=hours)


def raw_of(make, data: bytes, **values: object) -> Raw:
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    return Raw(
        id=make.id(),
        digest=digest,
        size=len(data),
        channel=Channel.LMTP,
        received_at=make.now,
        **values,
    )


def test_kept_bytes_are_read_back(home):
    assert raws.read(raws.keep(b"a mail\x00\xff")) == b"a mail\x00\xff"


def test_the_same_bytes_are_kept_once(home):
    assert raws.keep(b"a mail") == raws.keep(b"a mail")


def test_bytes_that_are_not_there_are_missing(home):
    with pytest.raises(Missing):
        raws.read("0" * 64)


def test_changed_bytes_are_noticed(sqlite_home):
    digest = raws.keep(b"a mail")
    raws._place(digest).write_bytes(b"a lie")
    with pytest.raises(Broken, match=digest):
        raws.read(digest)


def test_the_same_key_with_other_bytes_is_a_conflict(journal, make):
    raw = raw_of(make, b"one", key="k1")
    journal.record(make.entry(), rows=[raw])
    assert raws.known(raw.digest, "k1") == raws.known(raw.digest) == raw
    assert raws.known(raw_of(make, b"two").digest, "k2") is None
    with pytest.raises(Conflict, match="'k1'"):
        raws.known(raw_of(make, b"two").digest, "k1")


def test_the_same_bytes_are_one_raw_even_when_two_look_at_once(journal, make):
    """Both looked before either wrote: the database itself refuses the second."""
    journal.record(make.entry(), rows=[raw_of(make, b"one")])
    with pytest.raises(Conflict):
        journal.record(make.entry(), rows=[raw_of(make, b"one")])


def test_orphans_go_and_bytes_with_a_row_stay(journal, make):
    orphan, needed = raws.keep(b"orphan"), raws.keep(b"needed")
    journal.record(make.entry(), rows=[raw_of(make, b"needed")])
    assert raws.reap(HOUR, soon()) == 0
    assert raws.reap(HOUR, soon(hours=2)) == 1
    assert raws.read(needed) == b"needed"
    with pytest.raises(Missing):
        raws.read(orphan)


def test_a_repeat_saves_an_orphan_from_the_reaper(sqlite_home):
    """A sender repeats what a crash left behind: the bytes count from the repeat on."""
    digest = raws.keep(b"orphan")
    old = soon(hours=-2).timestamp()
    os.utime(raws._place(digest), (old, old))
    raws.keep(b"orphan")
    assert raws.reap(HOUR, soon()) == 0
    assert raws.read(digest) == b"orphan"


def test_keeping_and_reaping_at_once_loses_nothing(sqlite_home):
    """Whoever is told that bytes are kept finds them, however busy the reaper is."""
    stop = threading.Event()

    def reap() -> None:
        while not stop.is_set():
            raws.reap(HOUR, soon())
        connection.close()

    reaper = threading.Thread(target=reap)
    reaper.start()
    old = soon(hours=-2).timestamp()
    try:
        for _ in range(300):
            digest = raws.keep(b"again and again")
            assert raws.read(digest) == b"again and again"
            os.utime(raws._place(digest), (old, old))
    finally:
        stop.set()
        reaper.join()


@pytest.mark.parametrize("call", ["fsync", "rename", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_invariant_12_a_failing_disk_accepts_nothing(sqlite_home, monkeypatch, call, code):
    """Whichever call fails, the answer is Unavailable and no part of a file is left."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    owner = Path if call == "rename" else os
    monkeypatch.setattr(owner, call, fail)
    with pytest.raises(Unavailable, match=os.strerror(code)):
        raws.keep(b"a mail")
    monkeypatch.undo()
    files = [path for path in sqlite_home.raw.rglob("*") if path.is_file()]
    assert all(path.stat().st_size == 0 for path in files)


def test_a_folder_that_was_not_synced_is_synced_by_the_repeat(sqlite_home, monkeypatch):
    """The rename went through, its folder's sync did not: the repeat must not trust the file."""
    real, broken = os.fsync, []

    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}") and not broken:  # noqa: PTH112 - a descriptor
            broken.append(descriptor)
            raise OSError(errno.EIO, "no")
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115 - a descriptor
        real(descriptor)

    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Unavailable):
        raws.keep(b"a mail")
    synced.clear()
    digest = raws.keep(b"a mail")
    folder = raws._place(digest).parent
    assert {str(folder), str(folder.parent), str(sqlite_home.raw)} <= set(synced)


@pytest.mark.root
def test_a_full_disk_accepts_nothing_then_recovers(sqlite_home, monkeypatch):
    """A real file system of 256 KiB: full, then freed."""
    small = sqlite_home.path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        word = f"mount: expected a tmpfs, found {mounted.stderr.decode().strip()}"
        pytest.fail(word) if os.environ.get("CI") == "true" else pytest.skip(word)
    try:
        Home(small).raw.mkdir()
        monkeypatch.setattr(settings, "AUPKEEP_HOME", str(small))
        (small / "ballast").write_bytes(bytes(200_000))
        with pytest.raises(Unavailable, match="No space left"):
            raws.keep(os.urandom(100_000))
        (small / "ballast").unlink()
        data = os.urandom(100_000)
        assert raws.read(raws.keep(data)) == data
    finally:
        subprocess.run(["umount", small], check=True)
