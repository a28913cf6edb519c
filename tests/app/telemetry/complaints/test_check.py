"""The spoof check: our records confirm, contradict, or leave open what somebody complains of."""

import dataclasses
from datetime import timedelta
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conftest import NOON
from app.steps import arrive, follow, told
from app.telemetry.questions.test_baseline import rows_at
from aupkeep.app.case_context import load_case_context
from aupkeep.app.telemetry.collector.state_files import archive_folder
from aupkeep.app.telemetry.complaints.check import check
from aupkeep.app.telemetry.complaints.compare import (
    ComplaintAnswer,
    FlowEvidence,
    chance_missed,
    compare,
)
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.finding import Finding, Role
from aupkeep.model.ladder import Evidence
from aupkeep.model.origin import parse_origin
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.store import actions, cases, raws
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters, FlowRecord, RowField, Rows

OURS, PEER = ip_address("203.0.113.10"), ip_address("198.51.100.0")
CLAIM = Finding(
    kind="connection/login_attack",
    rsit="intrusion-attempts:brute-force",
    role=Role.OFFENDER,
    subject=Subject(address=OURS),
    at=NOON,
    exact=1.0,
    source=parse_origin("mail:cert.example"),
    confidence=0.9,
    target=Endpoint(address=PEER, port=22, protocol="tcp"),
    count=40,
)
ROW = FlowRecord(None, "ipfix", packets=4, sampling=10)
SEEN = FlowEvidence(matching=(ROW,), kept=True, around=50, rate=10)
UNSEEN = dataclasses.replace(SEEN, matching=())


@pytest.mark.parametrize(
    ("changes", "records", "answer", "words"),
    [
        ({}, SEEN, ComplaintAnswer.CONFIRMED, "1 flow to the same address"),
        ({}, UNSEEN, ComplaintAnswer.CONTRADICTED, "50 others"),
        ({}, dataclasses.replace(UNSEEN, kept=False), ComplaintAnswer.OPEN, "not kept"),
        ({}, dataclasses.replace(UNSEEN, around=0), ComplaintAnswer.OPEN, "no exporter told"),
        ({}, dataclasses.replace(UNSEEN, rate=None), ComplaintAnswer.OPEN, "not known"),
        ({}, dataclasses.replace(UNSEEN, rate=10_000), ComplaintAnswer.OPEN, "would hide it"),
        (
            {"count": 1},
            dataclasses.replace(UNSEEN, rate=100),
            ComplaintAnswer.OPEN,
            "would hide it",
        ),
        (
            {"target": Endpoint(port=22)},
            SEEN,
            ComplaintAnswer.OPEN,
            "only 1 flow to the same port",
        ),
        (
            {"target": Endpoint(port=22)},
            dataclasses.replace(SEEN, matching=(ROW,) * 3),
            ComplaintAnswer.CONFIRMED,
            "the same port",
        ),
        ({"target": None}, UNSEEN, ComplaintAnswer.OPEN, "neither who was attacked"),
        ({"at": None}, UNSEEN, ComplaintAnswer.OPEN, "no time"),
        ({"exact": 90_000.0}, UNSEEN, ComplaintAnswer.OPEN, "no time"),
        ({"role": Role.VICTIM}, SEEN, ComplaintAnswer.OPEN, "no address of ours"),
    ],
)
def test_what_records_say(changes, records, answer, words):
    """Each answer with its reason; a record that is missing contradicts nothing."""
    found = compare(dataclasses.replace(CLAIM, **changes), records)
    assert (found.answer, words in found.why) == (answer, True), found.why


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_sampling_error_is_a_chance(rate, count):
    """It lies between 0 and 1, and more events are missed less easily."""
    few = chance_missed(dataclasses.replace(CLAIM, count=count), rate)
    many = chance_missed(dataclasses.replace(CLAIM, count=count * 2), rate)
    assert 0 <= many <= few <= 1


@pytest.fixture
def reported(furnished):
    """A case of one proven reporter, about SSH guessing from .10 that began an hour ago."""
    at = NOON - timedelta(minutes=30)
    lines = "\r\n".join(
        f"{at:%Y-%m-%d %H:%M}:{n:02} +0000 gate sshd[{n}]: Failed password for root from"
        f" 203.0.113.10 port {40_000 + n} ssh2"
        for n in range(6)
    )
    from app.conftest import MAIL, STAMP

    mail = MAIL.format(domain="cert.example", sent=NOON, number="1", lines=lines)
    (case,) = arrive(furnished, (STAMP.format(domain="cert.example") + mail).encode())
    return furnished, case, int(at.timestamp() * 1000)


def keep(context, *batches: Rows):
    """Rows into the desk's archive."""
    archive = Archive(archive_folder(context.home, context.settings), patient=True, reserve=0)
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    for rows in batches:
        archive.append(rows, exporters, int(rows["seen"][-1]))
    archive.close()


def test_confirmed_becomes_a_finding_of_our_own(reported):
    """The rows stand on the case as our own evidence; a person is asked, no rule acts on it."""
    context, case, at = reported
    keep(context, *(rows_at(at + n * 1000, 9, proto=6, dport=22, flags=27) for n in range(5)))
    found = check(context, case.reference, "ada")
    assert {claim.answer.value for claim in found} == {"confirmed"}
    assert case.level is Evidence.E1
    for raw in list(raws.all()):
        if raw.channel == "detector":
            follow(context, raw.id)
    case = cases.get(case.id)
    assert case.level is Evidence.E2
    assert actions.of_case(case.id) == []
    assert any(
        "detector:flow-check" in str(claim.finding.source) for claim in cases.claims(case.id)
    )
    assert told(case, EntryType.CLAIM_CHECKED)[0]["why"].startswith("confirmed: ")


def test_contradicted_supports_no_rule(reported):
    """What our full records know nothing of leads to no step by a rule any more; the case stays."""
    context, case, at = reported
    keep(context, *(rows_at(at + n * 1000, 9, src="203.0.113.11") for n in range(5)))
    assert load_case_context(context, case).facts["evidence.level"] == Evidence.E1
    found = check(context, case.reference, "ada")
    assert {claim.answer.value for claim in found} == {"contradicted"}
    about = load_case_context(context, cases.get(case.id))
    assert about.facts["evidence.level"] == Evidence.E0
    assert len(about.claims) == 6
    assert about.supporting == ()


def test_unknown_sampling_decides_nothing(reported):
    """Rows of an unknown rate contradict nobody."""
    context, case, at = reported
    rows = rows_at(at, 9, src="203.0.113.11")
    rows["has"] &= ~int(RowField.SAMPLING) & 0xFFFFFFFF
    keep(context, rows)
    assert {claim.answer.value for claim in check(context, case.reference, "ada")} == {
        "not-decidable"
    }
    assert load_case_context(context, case).facts["evidence.level"] == Evidence.E1


def test_no_history_and_no_complaint(furnished):
    """Without a history, or without a claim from outside, it says so."""
    with pytest.raises(Missing, match="complaint"):
        check(furnished, "K7QF-2M9X", "ada")
