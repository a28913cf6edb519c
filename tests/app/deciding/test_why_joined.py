"""Why each claim is in its case, by the entries of the journal alone."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from aupkeep.app.deciding.why_joined import JoinedClaim, JoinReason, joined_claims
from aupkeep.model.entry import EntryType
from aupkeep.model.subject import Subject
from casework import scenes
from casework.scenes import NOW

CLAIMS = [scenes.claim(name) for name in ("1", "2", "3")]
INCIDENTS = {"claim 1": "i1", "claim 2": "i1", "claim 3": "i2"}
MINUTE = timedelta(minutes=1)


def line(index, kind, *claims: object, level: str | None = None):
    """An entry of the case, so many minutes after noon."""
    payload = {"claims": list(claims), "level": level}
    made = SimpleNamespace(type=kind, payload=payload, at=NOW + index * MINUTE)
    return SimpleNamespace(index=index, entry=made)


OPENED = line(1, EntryType.CASE_OPENED, "claim 1", level="E1")
CHANGED = line(2, EntryType.CASE_CHANGED, "claim 2", level="E2")
CLOSED = line(3, EntryType.CASE_CLOSED)
WAS = "198.51.100.7 was vm1 of c1 then"


def told(*lines: object, claims=CLAIMS, incidents=None, **more: object):
    given = INCIDENTS if incidents is None else incidents
    return joined_claims(claims, lines, given, **more)


def test_the_first_opened_the_case():
    """All that is said of it; of what opened it no incident is told."""
    assert told(OPENED) == {
        "claim 1": JoinedClaim(
            reason=JoinReason.OPENED,
            at=NOW + MINUTE,
            entry=1,
            incident="i1",
            same_incident=False,
            raised="E1",
            first=True,
            words=f"It opened the case: {WAS}, and no case about this kind was open there. "
            "It brought the evidence to E1.",
        )
    }


def test_others_joined_it():
    """The same incident or another one; what raised the evidence no higher says nothing of it."""
    found = told(OPENED, CHANGED, line(4, EntryType.CASE_CHANGED, "claim 3", level="E1"))
    second, third = found["claim 2"], found["claim 3"]
    assert (second.reason, second.same_incident, second.raised) == (JoinReason.JOINED, True, "E2")
    assert second.words == (
        f"It joined the open case: {WAS} too, and the kind is the same. The same incident: within "
        "24 hours of what was reported before. It brought the evidence to E2."
    )
    assert (third.entry, third.same_incident, third.raised) == (4, False, None)
    assert third.words == (
        f"It joined the open case: {WAS} too, and the kind is the same. Another incident: more "
        "than 24 hours from what was reported before."
    )


def test_what_came_after_the_case_was_closed():
    found = told(OPENED, CLOSED, line(4, EntryType.CASE_CHANGED, "claim 2"))["claim 2"]
    assert (found.reason, found.raised) == (JoinReason.LATE, None)
    assert found.words.startswith(
        f"It joined the closed case: {WAS}, and it happened before the case was closed as fixed. "
    )


def test_several_of_one_entry():
    """Its first says it for all; those of one incident besides follow it."""
    both = line(1, EntryType.CASE_OPENED, "claim 1", "claim 2", "claim 3", level="E2")
    found = told(both)
    assert [x.first for x in found.values()] == [True, False, False]
    assert [x.same_incident for x in found.values()] == [False, True, False]
    assert [x.raised for x in found.values()] == ["E2"] * 3
    assert "The same incident" in found["claim 2"].words
    assert "incident" not in found["claim 3"].words


def test_a_level_that_fell_is_raised_again():
    """An entry without a level leaves it as it was."""
    rows = [
        line(1, EntryType.CASE_OPENED, "claim 1", level="E2"),
        line(2, EntryType.CASE_CHANGED, "claim 2", level="E1"),
        line(3, EntryType.CASE_CHANGED, "claim 3", level="E2"),
    ]
    assert [x.raised for x in told(*rows).values()] == ["E2", None, "E2"]
    rows[1] = line(2, EntryType.CASE_CHANGED, "claim 2")
    assert [x.raised for x in told(*rows).values()] == ["E2", None, None]
    rows[2] = line(3, EntryType.CASE_CHANGED, "claim 3", level="E3")
    assert told(*rows)["claim 3"].raised == "E3"


def test_what_nobody_knows_is_not_told():
    """A claim that is not asked for, one that stands twice, an entry that is erased."""
    again = line(4, EntryType.CASE_CHANGED, "claim 1")
    other = line(5, EntryType.CASE_NOTED, "claim 3")
    erased = line(6, EntryType.CASE_CHANGED)
    erased.entry.payload = {"claims": None}
    found = told(OPENED, CHANGED, again, other, erased, claims=CLAIMS[:1])
    assert list(found) == ["claim 1"]
    assert found["claim 1"].entry == 1
    assert told(erased) == {}


def test_an_incident_of_a_claim_that_is_not_asked_for_counts():
    found = told(OPENED, CHANGED, claims=CLAIMS[1:2])
    assert found["claim 2"].same_incident
    unknown = told(OPENED, CHANGED, incidents={})
    assert (unknown["claim 2"].incident, unknown["claim 2"].same_incident) == (None, False)
    assert "incident" not in unknown["claim 2"].words


@pytest.mark.parametrize("language", ["en", "nb"])
def test_in_both_languages(language):
    """A subject without an address is named as it is."""
    named = replace(CLAIMS[0].finding, subject=Subject(url="https://a.example/"))
    found = told(OPENED, claims=[replace(CLAIMS[0], finding=named)], language=language)
    begins = {"en": "It opened the case: ", "nb": "Den åpnet saken: "}[language]
    ends = {"en": " It brought the evidence to E1.", "nb": " Den hevet bevisene til E1."}[language]
    words = found["claim 1"].words
    assert words.startswith(f"{begins}{named.subject} ")
    assert words.endswith(ends)


def test_incidents_in_norwegian():
    rows = [OPENED, CHANGED, line(4, EntryType.CASE_CHANGED, "claim 3")]
    found = told(*rows, language="nb")
    assert " Samme hendelse: innen 24 timer" in found["claim 2"].words
    assert " En annen hendelse: mer enn 24 timer" in found["claim 3"].words
