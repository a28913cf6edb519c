"""What an answer proves: of which notices it says that the customer got them."""

from types import SimpleNamespace

import pytest

from aupkeep.app import notice_proofs as room

ANSWER = SimpleNamespace(id="a1", at="then")


@pytest.mark.parametrize(
    ("payloads", "quotes"),
    [
        ([{"answer": "a1"}], None),  # on the case's page: of every notice
        ([{"answer": "a1", "by": "mail", "quotes": ["<1@x>", "<2@x>"]}], {"<1@x>", "<2@x>"}),
        ([{"answer": "a1", "by": "mail", "quotes": "<1@x>"}], set()),
        ([{"answer": "a1", "by": "mail"}], set()),
        ([{"answer": "a1", "by": "reseller"}], set()),
        ([], set()),  # what was said of it is erased
        ([{"answer": "another"}], set()),
    ],
)
def test_an_answer_proves_the_notices_it_quotes(monkeypatch, payloads, quotes):
    """None where it quotes none, but for one on the page."""
    logged = [SimpleNamespace(entry=SimpleNamespace(payload=payload)) for payload in payloads]
    monkeypatch.setattr(room, "log", SimpleNamespace(entries=lambda _, types: logged))
    (reply,) = room.replies_of("c1", [ANSWER])
    assert (reply.at, reply.quotes) == ("then", quotes)
