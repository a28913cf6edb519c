"""A difference makes the very bytes that were signed, and whatever else is refused or left."""

import json
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.enforcement import desired_patch
from aupkeep.enforcement.desired import MAX_BYTES, DesiredState, sign
from aupkeep.enforcement.desired_patch import NAME, difference, patched, tag_of
from aupkeep.enforcement.fetch import HttpSource, server_at
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.errors import Unreadable
from enforcement.orders import NOW, order
from enforcement.test_desired import KEY


def state(numbers: Sequence[int], serial: int = 1, seconds: float = 60, **changes: object) -> bytes:
    """A signed state with these actions, in this order."""
    wanted = DesiredState(
        target="router",
        serial=serial,
        made_at=NOW,
        actions=tuple(order(number=number, seconds=seconds + number) for number in numbers),
        **changes,  # type: ignore[arg-type]
    )
    return sign(wanted, KEY)


NUMBERS = st.lists(st.integers(0, 12), max_size=9, unique=True)


@given(NUMBERS, NUMBERS, st.sampled_from([60, 61]))
def test_any_two_states(before: list[int], after: list[int], seconds: int):
    """Whatever came, went, moved or changed, the newer state is put together byte for byte."""
    old, new = state(before), state(after, serial=2, seconds=seconds)
    assert patched(old, difference(old, new)) == new


def test_other_fields():
    """Protect entries, the nonce and a freeze travel too."""
    old = state([1], protect=read_protect(["192.0.2.0/24"]), nonce="0f" * 16)
    new = state([1], 2, protect=read_protect(["resource:vm-7"]), nonce="1f" * 16, frozen=True)
    assert patched(old, difference(old, new)) == new


def test_what_is_sent():
    """Runs of what stays and what is new, the fields that changed, and nothing twice."""
    old, new = state([1, 2, 3, 4]), state([1, 2, 9, 4], serial=2)
    sent = json.loads(difference(old, new))
    shown = [part if isinstance(part, list) else part["id"][-1] for part in sent["actions"]]
    assert shown == [[0, 2], "9", [3, 1]]
    assert sent["state"] == {"serial": 2}
    assert sent["envelope"].keys() == {"signature"}
    assert tag_of(b"") == '"e3b0c44298fc1c149afbf4c8996fb924"'


def test_a_patch_too_long_is_named_as_one():
    """Before it is read."""
    with pytest.raises(Unreadable, match=r"^patch: expected"):
        patched(state([1]), b" " * (MAX_BYTES + 1))


def test_why_a_patch_fits_not(monkeypatch):
    """In words; a state of as many actions as there may be is put together, one more is not."""
    old = state([1, 2, 3])
    monkeypatch.setattr(desired_patch, "MAX_ACTIONS", 5)
    for runs, fits in (([[0, 3], [0, 2]], True), ([[0, 3], [0, 3]], False), ([[0, 4]], False)):
        patch = json.dumps({"envelope": {}, "state": {}, "actions": runs}).encode()
        if fits:
            assert len(json.loads(patched(old, patch))["state"]["actions"]) == 5
            continue
        with pytest.raises(Unreadable) as caught:
            patched(old, patch)
        assert str(caught.value) == "patch: expected a run of 3 actions"
    with pytest.raises(Unreadable) as caught:
        patched(old, b"{}")
    words = "patch: expected one of a desired state, found KeyError('actions')"
    assert str(caught.value) == words


@pytest.mark.slow
def test_one_more_among_thousands():
    """What is sent for one more is one action, not the thousands."""
    old, new = state(range(2000)), state([*range(1000), 5000, *range(1000, 2000)], serial=2)
    patch = difference(old, new)
    assert len(patch) < 2000 < len(new) // 100
    assert patched(old, patch) == new


def test_a_field_that_left():
    """It stays in what is put together, so that its tag is another and the whole is asked for."""
    old, new = state([1], nonce="0f" * 16), state([1], 2)
    assert tag_of(patched(old, difference(old, new))) != tag_of(new)


@pytest.mark.parametrize(
    "parts",
    [
        None,
        [[0]],
        [[0, 2]],
        [[-1, 1]],
        [[0, -1]],
        [["0", 1]],
        [5],
        "all",
        [[0, 1, 2]],
        [[0.0, 1]],
        [None],
        [{"a": [1]}, [9, 1]],
    ],
)
def test_no_patch(parts: object):
    """Anything that is none is refused, and never an exception of another kind."""
    whole = {"envelope": {}, "state": {}, "actions": parts}
    with pytest.raises(Unreadable):
        patched(state([1]), json.dumps(whole).encode())
    for text in (b"", b"[]", b"{}", b'{"actions": []}', b'{"actions": [], "state": 1}'):
        with pytest.raises(Unreadable):
            patched(state([1]), text)


@pytest.mark.parametrize("former", [b"", b"{}", b"[]", b"nonsense", b'{"state": {}}'])
def test_no_former_state(former: bytes):
    """Nor does one that was never a state end in anything else."""
    with pytest.raises(Unreadable):
        patched(former, difference(state([1]), state([2])))


class Changing(BaseHTTPRequestHandler):
    """Serves `states` one after another; remembers what was asked and how much was sent."""

    states: list[bytes] = []
    known: dict[str, bytes] = {}
    answered: list[int] = []
    broken = False

    def do_GET(self) -> None:
        """The next state: whole, what differs, or nothing new."""
        data = Changing.states.pop(0) if len(Changing.states) > 1 else Changing.states[0]
        before = Changing.known.get(self.headers.get("If-None-Match", ""))
        code, body = 200, data
        if before == data:
            code, body = 304, b""
        elif before and self.headers["A-IM"] == NAME:
            code, body = 226, difference(before, data)
            body = body.replace(b"router", b"rooter") if Changing.broken else body
        Changing.known[tag_of(data)] = data
        Changing.answered.append(code)
        self.send_response(code)
        self.send_header("ETag", tag_of(data))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture
def source() -> Iterator[HttpSource]:
    """A source at such a server."""
    Changing.known, Changing.answered, Changing.broken = {}, [], False
    with ThreadingHTTPServer(("127.0.0.1", 0), Changing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield HttpSource(server_at(url, "t0ken", timeout=5), "/state")
        server.shutdown()


@pytest.mark.network
def test_only_what_differs_is_sent(source: HttpSource):
    """Whole at first, then the very same object, then a difference, each the bytes as signed."""
    first, second = state([1, 2]), state([2, 3], serial=2)
    Changing.states = [first, first, second]
    whole = source()
    assert whole == first
    assert source() is whole
    assert source() == second
    assert Changing.answered == [200, 304, 226]


@pytest.mark.network
def test_a_difference_that_does_not_fit(source: HttpSource):
    """Then the whole is asked for, at once."""
    first, second = state([1, 2]), state([5, 6], serial=2)
    Changing.states = [first, second]
    Changing.broken = True
    assert source() == first
    assert source() == second
    assert Changing.answered == [200, 226, 200]
