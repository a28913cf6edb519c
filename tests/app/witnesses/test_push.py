"""What a witness may answer, and what comes of it: nothing it says stops the next one."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.conftest import with_settings
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.witnesses.push import WitnessNetwork, push_due
from aupkeep.app.witnesses.standing import witness_troubles
from aupkeep.config.settings import WitnessSettings
from aupkeep.evidence.cosignature import Cosigner, cosign
from aupkeep.evidence.witness import SIZE_TYPE, read_request
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.store import log, witnesses

pytestmark = pytest.mark.network
KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
NAME = "w.example"
SIZED = {"Content-Type": SIZE_TYPE}
LARGE = b"9" * 30 + b"\n"


class Answers(BaseHTTPRequestHandler):
    """Answers what the test says; a witness that signs everything where it says nothing."""

    said: tuple[int, dict, bytes] | None = None

    def do_POST(self):
        note = read_request(self.rfile.read(int(self.headers["Content-Length"]))).checkpoint
        signer = self.server
        status, headers, body = Answers.said or (
            200, {}, cosign(note.text, NAME, KEY, signer.context.now()).encode()
        )  # fmt: skip
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object):
        """Nothing."""


@pytest.fixture
def asked(furnished) -> Iterator:
    """A desk that asks one witness."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    key = Cosigner(NAME, KEY.public_key()).show()
    line = f"http://127.0.0.1:{server.server_port} {key}"
    chosen = WitnessSettings(witnesses=(line,), quorum=1)
    server.context = with_settings(furnished, witness=chosen)
    Answers.said = None
    yield server.context
    server.shutdown()
    server.server_close()
    thread.join()


def ask(context, *, early=True):
    return push_due(context, WitnessNetwork(), early=early)


def write(context, count=1):
    for _ in range(count):
        record(context, entry(context, EntryType.MODE_CHANGED, SYSTEM, {}))


def state():
    (one,) = witnesses.states().values()
    return one


@pytest.mark.parametrize(
    ("said", "why", "disputes"),
    [
        ((200, {}, b""), "found none that holds", False),
        ((200, {}, b"\xff\xfe" * 500), "found none that holds", False),
        ((200, {}, "\N{EM DASH} w.example AAAA\n".encode()), "signature", False),
        ((200, {}, bytes(1 << 20)), "at most 16384 bytes", False),
        ((301, {"Location": "http://127.0.0.1:1/"}, b""), "redirect", False),
        ((403, {}, b"no"), "does not know the key of our log", False),
        ((404, {}, b"no"), "does not know our log", False),
        ((500, {}, b"no"), "500", False),
        ((409, SIZED, LARGE), "expected the size it cosigned last", False),
        ((409, SIZED, "\N{SUPERSCRIPT TWO}".encode()), "expected the size", False),
        ((409, SIZED, b"0\n"), "expected the size", False),
        ((409, SIZED, b"9223372036854775807\n"), "it cosigned 9223372036854775807", True),
        ((409, {}, b"no"), "the journal forked", True),
        ((422, {}, b"no"), "do not begin with", True),
    ],
)
def test_each_answer_has_its_word(asked, said, why, disputes):
    """A dispute is told, is an entry once and fails verification; all else is tried again."""
    Answers.said = said
    for _ in range(2):
        ask(asked)
    assert why in state().error
    told = log.entries(types=(EntryType.WITNESS_DISPUTED,))
    assert (len(told), bool(state().dispute)) == (disputes, disputes)
    verdict = verify_home(asked)
    assert verdict.ok is not disputes, verdict
    assert (witness_troubles(asked) != ()) is disputes
    Answers.said = None
    (answer,) = ask(asked)
    assert (answer.cosigned, state().dispute, state().error) == (True, "", "")
    assert verify_home(asked).ok
    assert witness_troubles(asked) == ()


def test_it_is_asked_when_something_is_new_and_it_is_time(asked, now):
    """Once a minute; later each time it is away; at once where our clock was put back."""
    assert len(ask(asked, early=False)) == 1
    assert ask(asked, early=False) == [], "nothing is new"
    write(asked)
    assert ask(asked, early=False) == [], "not yet a minute"
    now.at += timedelta(seconds=61)
    assert len(ask(asked, early=False)) == 1
    Answers.said = (500, {}, b"")
    waits = []
    for _ in range(9):
        write(asked)
        now.at = max(now.at, state().due_at + timedelta(seconds=1))
        assert len(ask(asked, early=False)) == 1
        waits.append(state().due_at - now.at)
    assert waits == sorted(waits)
    assert max(waits) <= timedelta(hours=1)
    assert "has not cosigned since" in witness_troubles(asked)[0]
    now.at -= timedelta(days=2)
    Answers.said = None
    assert [answer.cosigned for answer in ask(asked, early=False)] == [True]


def test_a_quorum_that_is_not_met_in_time_is_named(asked, now):
    """The first entry that too few cosigned, once it is a day old."""
    ask(asked)
    covered = log.size()
    write(asked, 3)
    assert verify_home(asked).ok
    now.at += timedelta(hours=25)
    verdict = verify_home(asked)
    assert (verdict.ok, verdict.first_bad) == (False, covered)
    assert "expected 1 witnesses over it within 24 hours, found 0" in str(verdict.reason)
    ask(asked)
    assert verify_home(asked).ok


def test_many_entries_go_in_steps(asked, monkeypatch):
    """A witness that was away for long: each proof goes over a bounded number of leaves."""
    monkeypatch.setattr("aupkeep.app.witnesses.push.MOST", 5)
    ask(asked)
    write(asked, 13)
    sizes = []
    while state().size < log.size():
        assert ask(asked, early=not sizes)[0].cosigned
        sizes.append(state().size)
        assert len(sizes) < 6
    assert len(sizes) == 3
    assert verify_home(asked).ok
