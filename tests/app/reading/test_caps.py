"""A mail of many rows from nobody we know: little is read, nothing lost, a word reads it all."""

import pytest

from app.conftest import NOON
from app.steps import follow
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.read_whole import read_whole
from aupkeep.app.reading import caps
from aupkeep.app.receiving import fair_queue, receive
from aupkeep.app.receiving.receive import RawEnvelope
from aupkeep.app.reprocess import reprocess_row
from aupkeep.intake.reading import read as reader
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.raw import Channel
from aupkeep.store import cases, outbox, reports

ROWS = "".join(f"203.0.113.{n % 250},{NOON:%Y-%m-%dT%H:%M:%SZ},login-attack\n" for n in range(40))
MAIL = (
    "From: soc@cert.example\r\nSubject: bots\r\nMIME-Version: 1.0\r\nContent-Type: text/csv\r\n\r\n"
    "ip,timestamp,type\n" + ROWS
).encode()


def came(context, **more):
    """The mail, received and read; its report."""
    envelope = RawEnvelope(channel=more.pop("channel", Channel.LMTP), peer="198.51.100.9", **more)
    raw = receive.receive(context, MAIL, envelope).raw
    follow(context, raw, weigh=False)
    (found,) = reports.by_raw(raw)
    return found


def test_of_a_stranger_the_first_rows_are_read_and_on_a_word_all(furnished, monkeypatch):
    monkeypatch.setattr(caps, "MOST_ROWS", 25)
    report = came(furnished)
    assert len(report.reading.findings) == 25
    assert report.inbox_reason.startswith(caps.CUT)
    assert "found 40 and" in report.inbox_reason
    with pytest.raises(Forbidden):
        read_whole(furnished, report.id, person="nobody", reader=reader, lookup=None)
    person = "ada"
    changed = read_whole(furnished, report.id, person=person, reader=reader, lookup=None)
    (report,) = reports.by_raw(report.raw)
    assert len(report.reading.findings) == 40
    assert report.reading.findings[:25] == came(furnished).reading.findings[:25]
    assert not caps.was_cut(report.reading)
    assert changed == []  # the rest is about addresses of nobody's
    with pytest.raises(Conflict):
        read_whole(furnished, report.id, person=person, reader=reader, lookup=None)
    assert verify_home(furnished).ok


def test_on_a_word_it_is_known_who_held_what_was_read_first(furnished, monkeypatch):
    """The records named its holder after receipt; it becomes a claim with the rest, once."""
    monkeypatch.setattr(caps, "MOST_ROWS", 25)
    report = came(furnished)
    held = cases.claims_by_report(report.id)
    rows = "address,customer,resource,from,until\n203.0.113.5,birch,vm-n,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows.encode(), "csv")
    (case,) = read_whole(furnished, report.id, person="ada", reader=reader, lookup=None)
    assert (case.customer, case.events) == ("birch", 1)
    assert len(cases.claims_by_report(report.id)) == len(held) + 1


def test_rows_are_mended_once_all_of_it_is_read(furnished, monkeypatch):
    """What a person writes into a report is not lost when the rest of it is read."""
    monkeypatch.setattr(caps, "MOST_TEXT", 1_000)
    monkeypatch.setitem(globals(), "MAIL", MAIL.replace(b"203.0.113.3,", b"203.0.113.3O,"))
    report = came(furnished)
    ask = {"person": "ada", "reader": reader, "lookup": None}
    with pytest.raises(Conflict, match="read all of it first"):
        reprocess_row(furnished, report.id, 1, f"203.0.113.3,{NOON:%FT%TZ},login-attack", **ask)
    read_whole(furnished, report.id, **ask)
    reprocess_row(furnished, report.id, 1, f"203.0.113.3,{NOON:%FT%TZ},login-attack", **ask)
    assert len(reports.get(report.id).reading.findings) == 40


def test_a_stranger_s_mail_too_large_is_kept_unread_and_a_word_reads_it(furnished, monkeypatch):
    monkeypatch.setattr(caps, "MOST_BYTES", 100)
    report = came(furnished)
    assert (report.reading.findings, report.reading.parts) == ((), ())
    assert report.inbox_reason.startswith(caps.CUT)
    person = "ada"
    changed = read_whole(furnished, report.id, person=person, reader=reader, lookup=None)
    assert [case.customer for case in changed] == ["alder"]
    (report,) = reports.by_raw(report.raw)
    assert len(report.reading.findings) == 40


@pytest.mark.parametrize(
    "more", [{"channel": Channel.FILE}, {"channel": Channel.API, "token": "x"}]
)
def test_what_a_person_hands_in_or_a_token_sends_has_no_caps(furnished, monkeypatch, more):
    monkeypatch.setattr(caps, "MOST_ROWS", 25)
    assert len(came(furnished, **more).reading.findings) == 40


def test_large_mails_have_a_lane_of_their_own_and_wait_for_small_ones(furnished, monkeypatch):
    monkeypatch.setattr(receive, "LARGE", 100)
    monkeypatch.setattr(fair_queue, "UNHURRIED", 100)
    envelope = RawEnvelope(channel=Channel.LMTP, peer="198.51.100.9")
    receive.receive(furnished, MAIL, envelope)
    now = furnished.now()
    assert outbox.lease(["read"], now, 60, 9, "worker", large=False) == []
    (one,) = outbox.lease(["read"], now, 60, 9, "large", large=True)
    assert (one.effect.flow, one.effect.lane) == ("large:peer:198.51.100.0/24", "slow")
