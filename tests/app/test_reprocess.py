"""A row that could not be read is seen, mended by a person, and goes through its parser."""

import json
from datetime import timedelta

import pytest

from app.conftest import NOON
from app.steps import follow
from aupkeep.app.pages.inbox.load import inbox_item
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.inbox import list_inbox
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.reprocess import list_rejected, reprocess_here, reprocess_row, show_rejected
from aupkeep.intake.reading import read as reader
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.raw import Channel
from aupkeep.store import cases, log, reports

AT = f"{NOON - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
HEAD = "timestamp,src_ip,src_port,src_asn,src_geo,infection,start_time,end_time,client_version"
ROW = f"{AT},203.0.113.10,4000,64512,ZZ,ssh-brute-force,{AT},{AT},x"
BAD = ROW.replace("203.0.113.10", "203.0.113.1O")


def hand_in(context, *rows: str, head=HEAD, sender="csirt.example"):
    """A mail with a report of these rows, read; its report."""
    name = "2026-03-01-event4_honeypot_brute_force-asn.csv"
    text = "\n".join([head, *rows])
    mail = (
        f"From: a@{sender}\r\nTo: abuse@aupkeep.example\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/csv; name={name}\r\n"
        f"Content-Disposition: attachment; filename={name}\r\n\r\n{text}\r\n"
    )
    envelope = RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1", sender=f"a@{sender}")
    receipt = receive(context, mail.encode(), envelope)
    follow(context, receipt.raw)
    [report] = reports.by_raw(receipt.raw)
    return report


def mend(context, report, text, number=1, person="ada"):
    """Mend a row with the reader of this process."""
    return reprocess_row(
        context, report.id, number, text, person=person, reader=reader, lookup=None
    )


def test_a_dead_row_is_seen_with_its_text_and_reason(furnished):
    """Among the waiting, and alone with its whole text."""
    report = hand_in(furnished, ROW, BAD)
    [row] = list_rejected()
    assert (row.report, row.number, row.row, row.text) == (report.id, 1, 3, BAD)
    assert "203.0.113.1O" in row.reason
    assert "1 row could not be read" in list_inbox(furnished)[0].reason
    assert show_rejected(report.id, 1).text == BAD


def test_a_mended_row_becomes_a_finding_and_joins_its_case(furnished):
    """It goes through the same parser as its neighbours, and stands on its holder."""
    report = hand_in(furnished, ROW, BAD)
    [before] = cases.of_report(report.id)
    mended = ROW.replace("4000", "4001")
    [case] = mend(furnished, report, mended)
    assert case.id == before.id
    found = reports.get(report.id).reading
    assert [one.subject.port for one in found.findings] == [4000, 4001]
    last = found.findings[-1]
    assert (last.kind, last.source) == (found.findings[0].kind, found.findings[0].source)
    part, start, end = last.offsets["address"]
    assert found.parts[part][start:end] == "203.0.113.10"
    assert {one.finding.subject.port for one in cases.claims(case.id)} == {4000, 4001}


def test_the_dead_row_is_marked_done_and_its_report_leaves_the_inbox(furnished):
    """Done, by whom and when; the row as it came is kept."""
    report = hand_in(furnished, ROW, BAD)
    mend(furnished, report, ROW)
    assert list_rejected() == []
    assert list_inbox(furnished) == []
    [row] = list_rejected(report.id)
    assert (row.by, row.text) == ("ada", BAD)
    assert row.done is not None


def test_the_journal_says_who_wrote_what(furnished):
    """The entry holds the row as it was and as it is, and the log still verifies."""
    report = hand_in(furnished, ROW, BAD)
    mend(furnished, report, ROW)
    moment = reports.get(report.id).reading.dead[0].done_at
    [entry] = log.between(EntryType.ROW_MENDED, moment - timedelta(1), moment + timedelta(1))
    told = entry.entry.payload
    assert entry.entry.actor.id == "ada"
    assert told["was"] == BAD
    assert told["text"] == f"{HEAD}\n{ROW}\n"
    assert verify_home(furnished).ok


def test_a_row_that_still_cannot_be_read_changes_nothing(furnished):
    """The parser's reason is told, and the row waits on."""
    report = hand_in(furnished, ROW, BAD)
    for text in (BAD, "", f"{ROW}\n{ROW}", ROW + ",x", "hello"):
        with pytest.raises(Invalid):
            mend(furnished, report, text)
    assert reports.get(report.id) == report


def test_a_row_is_mended_once(furnished):
    """The second person hears that it was done."""
    report = hand_in(furnished, ROW, BAD)
    mend(furnished, report, ROW)
    with pytest.raises(Conflict):
        mend(furnished, report, ROW)


def test_an_unknown_row_is_missing(furnished):
    """A number beyond the rows, and a report that is none."""
    report = hand_in(furnished, ROW, BAD)
    for number in (0, 2):
        with pytest.raises(Missing):
            mend(furnished, report, ROW, number)
    with pytest.raises(Missing):
        list_rejected("nothing")


def test_others_of_the_report_wait_on(furnished):
    """One of two mended: the inbox counts one."""
    report = hand_in(furnished, BAD, ROW, BAD)
    mend(furnished, report, ROW, number=2)
    assert "1 row could not be read" in list_inbox(furnished)[0].reason
    assert [row.number for row in list_rejected()] == [1]


def test_a_report_of_nothing_but_broken_rows_is_read_in_the_end(furnished):
    """It stood in the inbox as unreadable; its one row mended makes a case."""
    report = hand_in(furnished, BAD)
    assert cases.of_report(report.id) == []
    [case] = mend(furnished, report, ROW)
    assert case.customer == "alder"
    [finding] = reports.get(report.id).reading.findings
    assert str(finding.source) == "mail:?csirt.example"


def test_what_hid_behind_the_dead_row_is_told_then(furnished):
    """A finding without a holder waits in the inbox once every row is read."""
    report = hand_in(furnished, ROW.replace("203.0.113.10", "203.0.113.99"), BAD)
    mend(furnished, report, ROW)
    assert "1 of 2 findings" in list_inbox(furnished)[0].reason


def test_a_row_of_a_json_list_is_mended_as_json(furnished):
    """The object goes back into a list of one."""
    names = HEAD.split(",")
    good, bad = (json.dumps(dict(zip(names, row.split(","), strict=True))) for row in (ROW, BAD))
    name = "2026-03-01-event4_honeypot_brute_force-asn.json"
    mail = (
        "From: a@csirt.example\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: application/json; name={name}\r\n"
        f"Content-Disposition: attachment; filename={name}\r\n\r\n[{good},\n{bad}]\r\n"
    )
    receipt = receive(furnished, mail.encode(), RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1"))
    follow(furnished, receipt.raw)
    [report] = reports.by_raw(receipt.raw)
    assert show_rejected(report.id, 1).text == bad
    mend(furnished, report, good)
    assert len(reports.get(report.id).reading.findings) == 2


def test_a_person_mends_it_on_the_page(furnished):
    """The page offers the row; mending it there reads it in a box."""
    report = hand_in(furnished, ROW, BAD)
    ada = Person(id="ada@aupkeep.example", name="Ada")
    [row] = inbox_item(furnished, ada, report.id).rows
    assert (row.number, row.row, row.text, row.done_at) == (1, 3, BAD, None)
    reprocess_here(furnished, report.id, 1, ROW, person=ada.id)
    [row] = inbox_item(furnished, ada, report.id).rows
    assert row.done_by == "ada@aupkeep.example"
    assert len(reports.get(report.id).reading.findings) == 2


def test_a_report_without_a_row_to_cut_out_is_mended_as_a_whole(furnished):
    """Of two XARF reports one is broken; what a person writes is read as what it is."""
    who = {"org": "R", "contact": "a@reporter.example", "domain": "reporter.example"}
    good = {
        "xarf_version": "4.2.0",
        "report_id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
        "reporter": who,
        "sender": who,
        "source_identifier": "203.0.113.10",
        "source_port": 4000,
        "category": "connection",
        "type": "login_attack",
        "destination_ip": "198.51.100.7",
        "protocol": "tcp",
        "first_seen": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
    }
    bad = {**good, "source_identifier": "nowhere at all"}
    envelope = RawEnvelope(channel=Channel.API, media_type="application/json", token="ci")
    receipt = receive(furnished, json.dumps([good, bad]).encode(), envelope)
    follow(furnished, receipt.raw)
    [report] = reports.by_raw(receipt.raw)
    assert len(report.reading.dead) == 1
    mend(furnished, report, json.dumps({**good, "source_port": 4001}))
    found = reports.get(report.id).reading.findings
    assert [(one.subject.port, str(one.source)) for one in found] == [
        (4000, "api:ci"),
        (4001, "api:ci"),
    ]
