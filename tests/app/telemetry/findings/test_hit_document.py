"""A hit becomes a finding with the rows it rests on, and its mode decides how far it goes."""

import dataclasses
import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.conftest import NOON, report
from app.steps import agent_of, arrive, enforce, follow, told
from app.telemetry.made import HIT, flow, flows, seen, written
from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.permissions import grant, revoke
from aupkeep.app.notifying.evidence_lines import shown_lines
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.retention_holds import retention_holds
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE, rate_unknown
from aupkeep.app.telemetry.findings.read_hits import read_hits
from aupkeep.app.telemetry.questions.explain import explain
from aupkeep.model.action import ActionState
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import NoticeKind
from aupkeep.model.raw import Channel
from aupkeep.store import actions, cases, notices, raws, reports
from aupkeep.telemetry.detect.detector import DetectorHit


def hand_over(context, *hits: DetectorHit):
    """Receive a detector's document and follow it; the cases it joined."""
    data = written(*hits)
    envelope = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    return follow(context, receive(context, data, envelope).raw)


def hit(**changes):
    """The hit, changed as asked."""
    return dataclasses.replace(HIT, **changes)


def test_what_is_written_is_read():
    """Subject, target, time, mode and maker come back; the rows are lines of the part."""
    reading = read_hits(written(HIT))
    (finding,) = reading.findings
    assert str(finding.subject) == "203.0.113.10"
    assert (str(finding.target.address), finding.target.port) == ("198.51.100.9", 22)
    assert finding.target.protocol == "tcp"
    assert finding.at == NOON
    assert (str(finding.source), finding.maker) == ("detector:login-guessing", "login-guessing/1")
    assert (finding.mode, finding.rate_unknown, finding.count) == (Mode.ACT, False, 40)
    assert finding.details["sampling"] == "100"
    (text,) = reading.parts
    place = finding.offsets["address"]
    assert text[place.start : place.end] == "203.0.113.10"
    assert "203.0.113.10 port 40001 > 198.51.100.9 port 22 proto=6" in text


@pytest.mark.parametrize("role", [Role.VULNERABLE, Role.VICTIM])
def test_our_own_port_is_the_subjects(role):
    """Where we are attacked or amplify, the port is ours and not the other side's."""
    one = hit(role=role, port=53, transport="udp")
    (finding,) = read_hits(written(one)).findings
    assert (finding.subject.port, finding.transport) == (53, "udp")
    assert (finding.target.port, finding.target.protocol) == (None, None)


def test_an_amplifier_answers_from_its_own_port():
    """Where the rows leave from the hit's port it is ours, also where our address offends."""
    one = hit(kind="connection/ddos", port=53, transport="udp")
    rows = flows(sport=53, dport=4444, proto=17)
    (finding,) = read_hits(written(one, rows=rows)).findings
    assert (finding.subject.port, finding.transport) == (53, "udp")
    assert (str(finding.target.address), finding.target.port) == ("198.51.100.9", None)


@pytest.mark.parametrize(
    ("sampling", "rows", "expected"),
    [
        (100, flows(), False),
        (1, (), False),
        (None, flows(), True),
        (0, flows(), True),
        ("unknown", flows(), True),
        (100, flows(sampling=None), True),
    ],
)
def test_unknown_sampling_is_seen_in_the_rows_too(sampling, rows, expected):
    """The hit says so, or one of the rows under it does."""
    one = hit(evidence={**HIT.evidence, "sampling": sampling})
    assert rate_unknown(seen(one, rows)) is expected


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"detector": "../x"}, "detector: expected a name"),
        ({"version": "1"}, "version: expected int"),
        ({"findings": []}, "expected 1 to 500 findings"),
        ({"more": 1}, "expected detector, version"),
    ],
)
def test_no_such_document(changed, words):
    """What is no document of ours is told, never half read."""
    found = json.loads(written(HIT)) | changed
    with pytest.raises(Invalid, match=words):
        read_hits(json.dumps(found).encode())


def test_a_wrong_finding_is_dead_alone():
    """The others of the document stand."""
    found = json.loads(written(HIT, HIT))
    found["findings"][0]["mode"] = "attack"
    reading = read_hits(json.dumps(found).encode())
    assert [rejected.row for rejected in reading.dead] == [0]
    assert len(reading.findings) == 1


@pytest.mark.parametrize(
    ("sampling", "words"),
    [(100, "1 packet in 100 counted"), (1, "every packet counted"), (None, "sampling unknown")],
)
def test_the_line_says_what_was_counted_and_how(sampling, words):
    """Counts with units, the sampling and the chance, and no name of a program's variable."""
    evidence = {**HIT.evidence, "sampling": sampling}
    (text,) = read_hits(written(hit(evidence=evidence))).parts
    line = text.splitlines()[0]
    assert line.endswith(f"(40 sessions in 60 s; {words}, chance to see it 0.9)")


def test_an_api_token_is_no_detector(furnished):
    """The same document by the API is a report to read, not our detectors' word."""
    data = written(HIT)
    receipt = receive(furnished, data, RawEnvelope(channel=Channel.API, token="flows"))
    follow(furnished, receipt.raw)
    found = [
        finding for report in reports.by_raw(receipt.raw) for finding in report.reading.findings
    ]
    assert not any(str(one.source).startswith("detector:") for one in found)


def test_act_ends_as_a_narrow_block(furnished):
    """In mode act the rule closes the attacked port of that one address, read back; no more."""
    (case,) = hand_over(furnished, HIT)
    assert (case.customer, case.resource, case.clause) == ("alder", "vm-a", "intrusion")
    assert case.level is Evidence.E2
    (action,) = actions.of_case(case.id)
    assert action.measure is Measure.BLOCK_PORT
    assert (str(action.scope.address), action.scope.protocol, action.scope.port) == (
        "203.0.113.10",
        "tcp",
        22,
    )
    assert action.versions.detector == "login-guessing/1"
    assert enforce(furnished, agent_of(furnished)) == 1
    assert actions.get(action.id).state is ActionState.APPLIED


def test_propose_asks_a_person(furnished):
    """In mode propose nothing is limited or said; the case shows what the rule would have done."""
    (case,) = hand_over(furnished, hit(mode=Mode.PROPOSE))
    assert case.level is Evidence.E2
    assert actions.of_case(case.id) == []
    refused = told(case, EntryType.DECISION_REFUSED)
    assert "block-port" in {one["measure"] for one in refused}
    assert all("person must decide" in one["reason"] for one in refused)


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": Mode.NOTIFY},
        {"evidence": {**HIT.evidence, "sampling": None}},
    ],
)
def test_notify_and_unknown_sampling_only_tell(furnished, changes):
    """The case is there; no rule acts, and it never makes E2."""
    (case,) = hand_over(furnished, hit(**changes))
    assert case.level is Evidence.E1
    assert actions.of_case(case.id) == []
    assert told(case, EntryType.DECISION_MADE) == []
    assert load_case_context(furnished, case).facts["evidence.telemetry"] is False


def test_a_report_beside_it_does_not_lift_the_mode(furnished):
    """One proven reporter and a proposing detector: told, not blocked."""
    hand_over(furnished, hit(mode=Mode.PROPOSE))
    arrive(furnished, report("203.0.113.10", NOON))
    (case,) = cases.of_customer("alder")
    assert actions.of_case(case.id) == []


def test_a_cleared_detector_does_not_act_alone(furnished):
    """After a person found it no abuse, the same detector blocks nothing on that resource."""
    (case,) = hand_over(furnished, hit(mode=Mode.PROPOSE))
    close_case(furnished, case, actor_of("ada"), Outcome.NOT_ABUSE, "a test of their own")
    later = HIT.at + 60_000
    (again,) = hand_over(furnished, hit(at=later, until=later + 1000))
    assert again.id != case.id
    assert actions.of_case(again.id) == []


def test_a_protected_customer_is_not_limited(furnished):
    """Protected assets stay out of automation's reach, whatever a detector saw."""
    (case,) = hand_over(furnished, hit(address=ip_address("203.0.113.200")))
    assert case.customer == "clinic"
    assert actions.of_case(case.id) == []


def test_a_permitted_scanner_is_seen_and_left_alone(furnished):
    """With a live permission the case is there, and no rule tells or limits; after it, one does."""
    until = furnished.now() + timedelta(hours=1)
    words = {"person": "ada", "reasons": "a contract of 1 February"}
    with pytest.raises(Invalid):
        grant(furnished, "alder", HIT.kind, until, **words)
    grant(furnished, "alder/vm-a", HIT.kind, until, **words)
    (case,) = hand_over(furnished, HIT)
    assert load_case_context(furnished, case).facts["permission.live"] is True
    assert actions.of_case(case.id) == []
    assert told(case, EntryType.DECISION_MADE) == []
    revoke(furnished, "alder/vm-a", HIT.kind, person="ada", reasons="the contract has ended")
    hand_over(furnished, hit(at=HIT.at + 1000, until=HIT.until + 1000))
    assert len(actions.of_case(case.id)) == 1
    with pytest.raises(Missing):
        revoke(furnished, "alder/vm-a", HIT.kind, person="ada", reasons="again")


@pytest.mark.parametrize(
    ("kind", "hours", "reasons"),
    [("no/such", 1, "x"), (HIT.kind, -1, "x"), (HIT.kind, 9000, "x"), (HIT.kind, 1, " ")],
)
def test_what_is_no_permission(furnished, kind, hours, reasons):
    """A kind that there is not, an end that is past or far, no reasons."""
    until = furnished.now() + timedelta(hours=hours)
    with pytest.raises(Invalid):
        grant(furnished, "alder/vm-a", kind, until, person="ada", reasons=reasons)


def test_a_victim_of_ours_is_no_offender(furnished):
    """Below propose an inbound attack opens no case; a person is told."""
    one = hit(kind="protection/inbound_ddos", role=Role.VICTIM, port=80, mode=Mode.NOTIFY)
    assert hand_over(furnished, one) == []
    (waiting,) = reports.inbox(5)
    assert waiting.inbox_reason.startswith("our customer is the victim")


def test_the_rows_are_hashed_evidence(furnished):
    """The raw holds the rows with times and ports, under its digest; the accused see their line."""
    (case,) = hand_over(furnished, HIT)
    (claim,) = cases.claims(case.id)
    stored = raws.get(reports.get(claim.report).raw)
    kept = json.loads(raws.read(stored.digest))
    assert kept["flows"] == [[flow._asdict() for flow in flows()]]
    (line,) = shown_lines([claim])
    assert line == (
        "2026-03-01 12:00:00 UTC (± 1 s), 203.0.113.10, to SSH (port 22): 40 sessions in 60 s"
    )


@pytest.mark.parametrize("source", ["own", "outside", "both"])
def test_the_letter_says_who_saw_it(furnished, source):
    """What we measured was not reported to us, and what was reported we did not measure."""
    found = [] if source == "outside" else hand_over(furnished, HIT)
    if source != "own":
        found = arrive(furnished, report("203.0.113.10", NOON))
    (case,) = found
    decide_case(furnished, case.reference, measure="inform", people=("ada",), reasons="seen")
    kinds = {notice.kind: notice for notice in notices.of_case(case.id)}
    text = kinds[NoticeKind.CUSTOMER].text
    assert ("Det er meldt til oss utenfra" in text) is (source != "own")
    assert ("våre egne målinger viser" in text.lower()) is (source != "outside")
    assert ("40 økter på 60 s" in text) is (source != "outside")


def test_explained_with_its_rows(furnished):
    """Thresholds and who set them, how far it goes, the rows of this finding and of no other."""
    found = json.loads(written(hit(mode=Mode.PROPOSE), hit(mode=Mode.PROPOSE, port=23)))
    found["findings"][0]["mode"] = "attack"  # it could not be read
    found["flows"][1] = [flow(9)._asdict()]
    envelope = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    (case,) = follow(furnished, receive(furnished, json.dumps(found).encode(), envelope).raw)
    (one,) = as_json(explain(case.reference))
    assert one["thresholds"] == [{"name": "attempts", "value": 10.0, "by": "default"}]
    assert (one["case"], one["goes"]) == (case.reference, "a person is asked; no rule acts on it")
    assert [each["sport"] for each in one["flows"]] == [40_009]
    assert one["sampling"] == "100"
    assert as_json(explain(one["claim"])) == [one]
    with pytest.raises(Missing):
        explain("K7QF-2M9X")


def test_rows_of_open_cases_are_held(furnished):
    """Flows about the address are kept past their retention while the case is open, not after."""
    (case,) = hand_over(furnished, HIT)
    (hold,) = retention_holds(furnished)
    assert str(hold.prefix) == "203.0.113.10/32"
    assert hold.since < HIT.at < hold.until
    close_case(furnished, cases.get(case.id), actor_of("ada"), Outcome.FIXED, "mended")
    assert retention_holds(furnished) == []


def test_told_twice_is_once(furnished):
    """The same document delivered again changes nothing."""
    (case,) = hand_over(furnished, HIT)
    (again,) = hand_over(furnished, HIT)
    assert len(cases.claims(again.id)) == 1
    assert again.id == case.id


@pytest.mark.parametrize(("heard", "expected"), [(0, False), (700, None), (None, None)])
def test_the_harm_goes_on_while_the_detector_sees_it(furnished, now, heard, expected):
    """A hit of the last minutes is harm in progress; later only who still hears can say no."""
    (case,) = hand_over(furnished, HIT)
    assert load_case_context(furnished, case).facts["harm.in_progress"] is True
    now.at += timedelta(minutes=20)
    if heard is not None:
        last = show_moment(now.at - timedelta(seconds=heard))
        told_now = {"at": show_moment(now.at), "exporters": [{"last": last}]}
        state_files.write(furnished.home.flows, state_files.STATS, told_now)
    assert load_case_context(furnished, case).facts["harm.in_progress"] is expected
