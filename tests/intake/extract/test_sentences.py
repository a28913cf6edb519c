"""A paragraph on one line: each sentence is read by itself, and the writer's own accuse nobody."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.intake.extract.sentences import is_paragraph, sentences
from aupkeep.model.origin import parse_origin

SENT = datetime(2026, 3, 2, tzinfo=UTC)
A, B, US = "192.0.2.66", "192.0.2.67", "198.51.100.9"


def accused(text: str, title: str) -> set[str]:
    found, *_ = extract(
        [text], source=parse_origin("mail:?reporter.example"), sent_at=SENT, title=title
    )
    return {str(one.subject.address) for one in found if one.role.value != "victim"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("open resolver", f"{A} is an open recursive resolver. We queried it from {US}."),
        ("open proxy", f"Open proxy on {A} port 3128. Checked from {US}, confirmed by {B}."),
        (
            "open resolver",
            f"Your host {A} is an open resolver. Compare it with 8.8.8.8. The query is from {US}.",
        ),
        (
            "brute force",
            f"Please block {A}: it brute forces our SSH. Do not block {US}; it's ours.",
        ),
        ("brute force", f"Our server {US} logged attacks. The attacker was {A}."),
        ("spam", f"The mail passed our relays {US} and {B}. It originates from {A}."),
        (
            "spam",
            f"Spam came from {A} via our MX {B}, was forwarded by {US} to our mailbox server.",
        ),
        ("spam", f"Der Server {A} versendet Spam. Unser Mailserver {US} hat ihn abgelehnt."),
        ("attaque", f"Notre serveur {US} a été attaqué par {A} (force brute SSH)."),
        ("botnet", f"The bot {A} contacted the sinkhole {US} (Conficker)."),
        ("copyright", f"{A} shares our movie by BitTorrent. Our client {US} recorded it."),
    ],
)
def test_only_who_acted_is_accused(title: str, text: str) -> None:
    """Neither who looked, nor who was hit, nor the reporter's own relays."""
    assert accused(text, title) == {A}


def test_each_sentence_about_the_readers_own_counts() -> None:
    """Two hosts of the reader's in one paragraph are two claims."""
    text = f"Your host {A} attacked us with SSH brute force. Your host {B} did the same."
    assert accused(text, "brute force") == {A, B}


def test_the_only_time_of_a_paragraph_serves_its_sentences() -> None:
    """The day may stand in another sentence than the address."""
    text = f"Our server {US} was hit on 2026-03-01 10:00:00 UTC. The attacker was {A}."
    (found,), *_ = extract([text], source="x", sent_at=SENT, title="brute force")
    assert found.at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    place = found.offsets["at"]
    assert text[place.start : place.end].startswith("2026-03-01 10:00:00")


@pytest.mark.parametrize(
    "line",
    [
        f"Mar  1 10:00:00 mx sshd[9]: Invalid user the a. Your host {US} is from {A} port 4711",
        f"sshd[9]: Invalid user the a. Your host {US} is from {A} port 4711",
        f"10:00:00 it is a. Your host {US} from {A}",
    ],
)
def test_a_line_of_a_log_is_never_taken_apart(line: str) -> None:
    """Whoever logs in may write a sentence as a name."""
    assert not is_paragraph(line)
    assert accused(line, "brute force") == {A}


def test_points_within_sentences_end_none() -> None:
    """Short words and days of a month have a point too."""
    text = "On 1. March, e.g. Monday, kl. 14 it came. Then it left."
    assert [text[start:end] for start, end in sentences(text)] == [text[:42], text[42:]]
