"""The file of checkpoints: a crash costs its newest lines alone, everything else is named."""

import pytest

from app.proof.test_verify_outside import lived  # noqa: F401 - a fixture
from aupkeep.app.proof.verify import verify_home, verify_records
from aupkeep.store import checkpoints, opening
from aupkeep.store.guard import writing
from aupkeep.store.models import StampRow

CHANGES = {
    "one gone": lambda lines: lines[:3] + lines[4:],
    "eight gone": lambda lines: lines[:2] + lines[10:],
    "first gone": lambda lines: lines[1:],
    "two swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "one twice": lambda lines: [*lines[:4], *lines[3:]],
    "an old one behind": lambda lines: [*lines, lines[5]],
    "no checkpoint": lambda lines: [*lines[:4], b"a word\n", *lines[4:]],
    "an empty line": lambda lines: [*lines, b"\n"],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_file_is_named_and_never_put_back_by_itself(lived, change):  # noqa: F811
    """Neither a start nor a look at it writes what somebody took away."""
    file = lived.home.checkpoints
    before = file.read_bytes()
    file.write_bytes(b"".join(change(before.splitlines(keepends=True))))
    changed = file.read_bytes()
    for _ in range(2):
        opening.open_database(lived.home)
        told = verify_home(lived)
        assert not told.ok
        assert "file outside the database" in told.reason
        assert file.read_bytes() == changed
    assert verify_records(lived, mend=True).ok
    assert file.read_bytes() == before


def test_a_torn_last_line_is_a_crash(lived):  # noqa: F811
    """Up to eight of the newest, and a piece of a line, are put back by the next start."""
    file = lived.home.checkpoints
    before = file.read_bytes()
    file.write_bytes(b"".join(before.splitlines(keepends=True)[:-3]) + b'"aupkeep.exa')
    assert verify_home(lived).ok
    assert file.read_bytes() == before


def test_an_upgrade_puts_the_file_of_an_older_version_in_order(lived):  # noqa: F811
    """Older versions appended what a crash had left out behind later lines, some twice."""
    file = lived.home.checkpoints
    before = file.read_bytes()
    lines = before.splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], lines[2][:40] + b"\n", *lines[2:], lines[2], lines[0]]))
    stamp = StampRow.objects.get().stamp
    with writing():
        StampRow.objects.update(stamp=" ".join(stamp.split()[:2]))
    opening.open_database(lived.home)
    assert StampRow.objects.get().stamp == stamp
    assert file.read_bytes() == before


def test_who_appends_writes_what_a_dead_process_had_not(lived):  # noqa: F811
    """So that no hole stays behind the lines of those that live."""
    file = lived.home.checkpoints
    before = file.read_bytes()
    lines = before.splitlines(keepends=True)
    texts = checkpoints.read(file)
    file.write_bytes(b"".join(lines[:-3]))
    checkpoints.mend(file)  # a process that starts
    file.write_bytes(b"".join(lines[:-3]))
    checkpoints._reached.clear()
    checkpoints.append(file, texts[-1], after=checkpoints.size_of(texts[-2]))
    assert file.read_bytes() == before
    checkpoints.append(file, texts[-2])  # it lives, and was slow
    assert file.read_bytes() == before


def test_a_file_cut_under_a_process_that_runs_stays_cut(lived):  # noqa: F811
    """It saw the file longer: what it then appends stands behind the gap, which is named."""
    file = lived.home.checkpoints
    texts = checkpoints.read(file)
    checkpoints.mend(file)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-4]))
    checkpoints.append(file, texts[-1], after=checkpoints.size_of(texts[-2]))
    told = verify_home(lived)
    assert not told.ok
    assert "cut" in told.reason
