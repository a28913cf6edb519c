"""A case comes, is decided, lifted and closed; three years later it is erased, and provably so."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import DEFAULT, Mock

import pytest
from django.db import connection

from app.conftest import STAMP
from app.notices_filed import file_one
from app.proof.test_verify import JUST_NOW
from app.steps import arrive, enforce, follow
from aupkeep.app import context as bound_context
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import sample_files
from aupkeep.app.proof.export import export_journal, verify_export
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.read import inbox_done, read_raw
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.retention import run
from aupkeep.app.retention.due import due_now
from aupkeep.app.retention.holds import add_hold, end_hold, list_holds
from aupkeep.app.retention.run import erase_due_by, erase_hourly
from aupkeep.app.retention.table import shown_table
from aupkeep.app.worker import EffectDispatcher
from aupkeep.casework.retention import Keep
from aupkeep.intake.reading import read as reader
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Answer, AnswerKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Erased, Forbidden, Invalid
from aupkeep.model.hold import HoldScope
from aupkeep.model.raw import Channel
from aupkeep.model.retention import RetentionKind
from aupkeep.store import cases, decisions, log, outbox, raws, reports
from aupkeep.store.models import BytesRow
from enrol import signed_in
from verifier.test_verify import VERIFIER

ADA = "ada@aupkeep.example"
WHY = "its time is over"
LINE = (
    b"\r\n2026-03-01 11:56:00 +0000 gate sshd[1]: Failed password for root from 203.0.113.70 port 1"
)
CANARIES = ("Quillan", "qfeathers", "frobisherj", "Larkspur", "zx81kq77", "wombat-reasons")
MAIL = """\
From: Quillan Feathersby <qfeathers@{domain}>\r
To: abuse@aupkeep.example\r
Subject: password guessing, Larkspur Lane {n}\r
Date: Sun, 01 Mar 2026 12:00:00 +0000\r
Message-ID: <zx81kq77-{n}@{domain}>\r
Content-Type: text/plain; charset=utf-8\r
\r
Your host keeps guessing passwords here. All times are UTC.\r
\r
{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[1]: Failed password for frobisherj from {address} port 1\r
\r
Quillan Feathersby, Larkspur Lane {n}\r
"""


def mail(address, n, domain="cert.example"):
    """A report with the name, the street and the user name of somebody."""
    text = MAIL.format(domain=domain, n=n, at=JUST_NOW, address=address)
    return (STAMP.format(domain=domain) + text).encode()


def finished(context, address, n, **more):
    """A case: reported, limited, lifted and closed; its work is done."""
    (case,) = arrive(context, mail(address, n, **more))
    made = decide_case(
        context,
        case.reference,
        people=(ADA,),
        reasons="wombat-reasons",
        measure="block-port",
        hours=2,
        port=22,
        note="as the report says",
    )
    enforce(context)
    for action in made.actions:
        undo_action(context, action, reason="wombat-reasons", person=ADA)
    enforce(context)
    close_by_reference(context, case.reference, "fixed", "wombat-reasons", ADA)
    return cases.get(case.id)


def settle(context):
    """All work of the outbox is done."""
    while leases := outbox.lease(
        ("read", "mail", "consider", "remind", "enforce", "recheck"),
        context.now() + timedelta(days=30), 60, 100, "test"
    ):  # fmt: skip
        for lease in leases:
            outbox.done(lease, context.now())


@pytest.fixture
def old(furnished, now):
    """Two cases closed three years ago and a day, one of them held, and a report of no case."""
    erased = finished(furnished, "203.0.113.10", 1)
    held = finished(furnished, "203.0.113.70", 2)
    receipt = receive(
        furnished,
        mail("198.51.100.9", 3, domain="odd.example"),
        RawEnvelope(channel=Channel.LMTP, peer="198.51.100.1", sender="qfeathers@odd.example"),
    )
    read_raw(furnished, receipt.raw, reader, None)
    (stray,) = reports.by_raw(receipt.raw)
    inbox_done(furnished, stray.id, ADA, "not ours")
    settle(furnished)
    now.at += timedelta(days=1100)
    until = now.at + timedelta(days=100)
    add_hold(furnished, HoldScope.CASE, held.reference, until, person=ADA, reasons="a court")
    return erased, held, receipt.raw


def everything(context, folder: Path) -> bytes:
    """All bytes of the database, of the raw folder and of an export."""
    export_journal(context, folder / "export")
    found = [(folder / "export").read_bytes()]
    found += [path.read_bytes() for path in context.home.path.rglob("*") if path.is_file()]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - ours
                found += [row[0].encode() for row in cursor.fetchall()]
        found += [bytes(row.data) for row in BytesRow.objects.all()]
    return b"\0".join(found)


def left_of(words, context, folder):
    """Each word that is anywhere still, with what stands around it."""
    found = everything(context, folder)
    places = {word: found.find(word.encode()) for word in words}
    return {word: found[max(0, at - 80) :][:200] for word, at in places.items() if at >= 0}


def row_of(context, kind=RetentionKind.CASE):
    return next(row for row in shown_table(context).rows if row.kind is kind)


def page_of(context, case, language):
    """The case's page as Ada's browser gets it."""
    client = signed_in(context, ADA, headers={"Accept-Language": language})
    return client.get(f"/case/{case.reference}")


def test_erased_whole_and_provably(old, furnished, tmp_path, monkeypatch):
    """What is due goes, everywhere; what is held stays; everybody can check it."""
    context, (erased, held, stray) = furnished, old
    (decided, *_) = decisions.of_case(erased.id)
    spared = [one.entry for one in log.entries(held.id)]
    monkeypatch.setattr(bound_context, "_bound", [context])
    assert set(left_of(CANARIES, context, tmp_path)) == set(CANARIES)
    assert (row_of(context).due, dict(row_of(context).kept)) == (1, {Keep.HOLD: 1})
    result = erase_due_by(context, ADA, WHY)
    assert (result.cases, result.reports, result.files, result.left) == (1, 1, 2, 0)
    with pytest.raises(Erased, match="case, 1096 days after closed"):
        replay_decision(context, decided.id)
    assert (raws.get(stray), cases.get(erased.id)) == (None, None)
    for language, word in (("en", "This was erased"), ("nb", "Dette er slettet")):
        shown = page_of(context, erased, language)
        assert (shown.status_code, word in shown.content.decode()) == (410, True)
        assert "case, 1096 days after closed" in shown.content.decode()
    assert ([one.entry for one in log.entries(held.id)], cases.get(held.id)) == (spared, held)
    assert verify_home(context).ok

    (hold,) = list_holds(context)
    end_hold(context, hold.hold, person=ADA, reasons="the court has ruled")
    assert erase_due_by(context, ADA, WHY).cases == 1
    assert left_of([*CANARIES, "a court"], context, tmp_path) == {}
    verdict = verify_home(context)
    assert (verdict.ok, verdict.erased > 40) == (True, True), verdict
    assert verify_export(tmp_path / "export").erased == verdict.erased
    lines = (tmp_path / "export").read_bytes().splitlines(keepends=True)
    assert VERIFIER.check(iter(lines))[1] == verdict.erased
    assert erase_due_by(context, ADA, WHY).entries == 0


def test_killed_in_the_middle(old, furnished, tmp_path, monkeypatch):
    """Each case whole or not at all; the bytes that a killed run leaves go with the next."""
    context, (_, held, _) = furnished, old
    (hold,) = list_holds(context)
    end_hold(context, hold.hold, person=ADA, reasons="the court has ruled")
    kill = Mock(side_effect=[DEFAULT, KeyboardInterrupt], wraps=run.erase)
    with monkeypatch.context() as patched:
        patched.setattr(run, "erase", kill)
        with pytest.raises(KeyboardInterrupt):
            erase_due_by(context, ADA, WHY)
    assert (verify_home(context).ok, cases.get(held.id)) == (True, held)
    assert erase_due_by(context, ADA, WHY).files == 3
    assert (verify_home(context).ok, left_of(CANARIES, context, tmp_path)) == (True, {})


def test_only_who_may_and_only_what_is_due(old, furnished, now, monkeypatch):
    """The worker erases where the pack says so; a case that changed meanwhile stays."""
    context, (erased, _, _) = furnished, old
    with pytest.raises(Forbidden):
        erase_due_by(context, "nobody@aupkeep.example", WHY)
    with pytest.raises(Invalid, match="reasons"):
        erase_due_by(context, ADA, " ")
    assert erase_hourly(context) is None
    automatic = {
        name: data.replace(b"automatic: false", b"automatic: true")
        for name, data in sample_files().items()
    }
    context.home.policy.mkdir()
    for name, data in automatic.items():
        (context.home.policy / name).write_bytes(data)
    due = due_now(context, RetentionKind.CASE)
    until = now.at + timedelta(days=9)
    late = add_hold(context, HoldScope.CUSTOMER, "alder", until, person=ADA, reasons="a claim")
    with monkeypatch.context() as patched:
        patched.setattr(run, "due_now", lambda *asked: due if asked[1:] == ("case",) else [])
        result = erase_hourly(context)
    assert (result.cases, result.skipped, cases.get(erased.id)) == (0, 1, erased)
    end_hold(context, late.hold, person=ADA, reasons="over")
    assert erase_hourly(context).cases == 1
    (context.home.policy / "retention.yaml").write_text("retention: 3")
    EffectDispatcher(context).tick()  # a policy that does not load stops no clock
    (context.home.policy / "retention.yaml").unlink()
    assert [row.days for row in shown_table(context).rows] == [None, None]
    assert erase_hourly(context) is None


def test_a_report_goes_with_the_last_of_its_cases(furnished, now, tmp_path):
    """One mail about two customers, a notice of the public form, and what the desk wrote back."""
    context = furnished
    both = mail("203.0.113.10", 4).replace(b"\r\n\r\nQuillan", LINE + b"\r\n\r\nQuillan")
    alder, birch = arrive(context, both)
    filed = file_one(context)
    follow(context, filed.filing.raw)
    for case in (alder, birch):
        answer = Answer(id=context.new_id(), case=case.id, kind=AnswerKind.FIXED, text="wombat",
                        at=context.now(), read_at=context.now())  # fmt: skip
        said = entry(context, EntryType.ANSWER_GIVEN, SYSTEM, {"text": "wombat"}, case=case.id)
        record(context, said, rows=[answer])
        close_by_reference(context, case.reference, "fixed", "wombat-reasons", ADA)
    settle(context)
    now.at += timedelta(days=1100)
    until = now.at + timedelta(days=9)
    add_hold(context, HoldScope.CUSTOMER, "birch", until, person=ADA, reasons="a court")
    assert erase_due_by(context, ADA, WHY).files == 0
    assert ({"Quillan", "Kari", "wombat"}, True) == (
        set(left_of(["Quillan", "Kari", "wombat"], context, tmp_path)),
        verify_home(context).ok,
    )
    now.at += timedelta(days=10)
    assert erase_due_by(context, ADA, WHY).files == 2
    words = (*CANARIES, "Kari", "kari@", "wombat", "mail server all night")
    assert (left_of(words, context, tmp_path), verify_home(context).ok) == ({}, True)
