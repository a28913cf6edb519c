"""The agent's key in its folder: made once, closed to others, its numbers only grow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.enforcement.agent_key import ROOM, request_signer
from aupkeep.enforcement.signed_request import MOST, AgentRequest, verified
from aupkeep.model.errors import Invalid, Unavailable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = AgentRequest(method="GET", path="/api/v1/desired/main")


def signer(folder, at=NOON):
    return request_signer(folder, lambda: at)


def number(it, above=0):
    """The number of its next request."""
    signature = verified(ASKED, it.headers(ASKED, above))
    assert signature.public == it.public
    return signature.number


def test_a_key_is_made_once_and_closed(tmp_path):
    """A restart signs with the same one; only its owner reads it."""
    first = signer(tmp_path / "main")
    assert (tmp_path / "main" / "key").stat().st_mode & 0o777 == 0o600
    assert signer(tmp_path / "main").public == first.public
    assert signer(tmp_path / "edge").public != first.public


def test_two_that_start_at_once_have_one_key(tmp_path):
    """Say the loop, and `--once` by hand."""
    with ThreadPoolExecutor(8) as pool:
        keys = {it.public for it in pool.map(signer, [tmp_path / "main"] * 16)}
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "main").iterdir()] == ["key"]


def test_numbers_grow_whatever_the_clock_does(tmp_path):
    """Two days ahead, set right, over a restart, and with the file of numbers lost."""
    ahead = number(signer(tmp_path, NOON + timedelta(days=2)))
    assert ahead == int((NOON + timedelta(days=2)).timestamp() * 1000)
    assert [number(signer(tmp_path)), number(signer(tmp_path))] == [ahead + 1, ahead + 2]
    (tmp_path / "sent").write_bytes(b"x")
    lost = signer(tmp_path)
    assert number(lost) < ahead
    assert number(lost, above=ahead + 2) > ahead + 2


def test_a_server_cannot_use_the_numbers_up(tmp_path):
    """What it says it knows is believed within bounds."""
    it = signer(tmp_path)
    noon = int(NOON.timestamp() * 1000)
    assert [number(it, MOST), number(it, MOST - ROOM)] == [noon, noon + 1]


def test_each_request_names_the_one_before(tmp_path):
    """Of its folder, whatever a server says it knows, by whichever process."""
    said = [verified(ASKED, signer(tmp_path).headers(ASKED, above)) for above in (0, 1 << 45, 0)]
    assert [it.previous for it in said] == [0, said[0].number, said[1].number]


def test_a_damaged_key_is_named(tmp_path):
    """It is not made anew in silence: the server would not know it."""
    (tmp_path / "key").write_bytes(b"short\n")
    with pytest.raises(Invalid, match="agent key add"):
        signer(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """The loop reports it and goes on."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        signer(tmp_path / "file" / "main")
