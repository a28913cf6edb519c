"""Warn, slow, suspend, trust, restore: by people, after a warning that arrived, with an end."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, report, with_settings
from app.steps import arrive, told, vouch
from aupkeep.app.deciding.consider import consider
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.claims import claim_source
from aupkeep.app.reporters.sources import current_lane
from aupkeep.app.sanctions.held_reports import resume_report
from aupkeep.app.sanctions.sanction import find_source, judge_report, take_step
from aupkeep.app.sanctions.source_details import history_of, list_sources, show_source, step_source
from aupkeep.config.settings import SourceSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Evidence
from aupkeep.model.notice import NoticeKind
from aupkeep.model.source import Lane, SanctionStep
from aupkeep.store import cases, notices, raws, reports, sources

CERT = "mail:cert.example"
DAY = timedelta(days=1)


@pytest.fixture
def strict(furnished):
    """A desk whose rule is met by three unfounded reports."""
    chosen = SourceSettings(misuse_count=3, misuse_again=1, good_count=2, good_precision=0.2)
    return with_settings(furnished, sources=chosen)


def lie(context, now, count):
    """So many reports of cert.example that a person calls unfounded."""
    for _ in range(count):
        now.at += timedelta(minutes=1)
        arrive(context, report("203.0.113.10", now.at - timedelta(minutes=9)), weigh=False)
        last = sources.reports_of(CERT, 1)[0]
        judge_report(
            context, last.id, "unfounded", person="ada", reasons="the address was not in use"
        )


def step(context, which, **more):
    """A step about cert.example."""
    more = {"person": "ada", "reasons": "again and again", **more}
    return take_step(context, find_source(CERT), which, **more)


def deliver(context):
    """The relay takes every notice."""
    for notice in notices.recent_to("soc@cert.example", NOON - DAY):
        if notice.sent_at is None:
            sent = dataclasses.replace(notice, sent_at=context.now())
            record(context, entry(context, EntryType.NOTICE_SENT, SYSTEM, {}), rows=[sent])


def slowed(context, now):
    """The desk with cert.example in the slow lane, as the provider's rule leads there."""
    lie(context, now, 3)
    step(context, SanctionStep.WARN)
    deliver(context)
    now.at += 8 * DAY
    lie(context, now, 1)
    return step(context, SanctionStep.SLOW, days=30)


def test_the_way_to_a_suspension(strict, now):
    """Warned by mail, slowed, suspended: each is proposed, then a person's, and in the journal."""
    lie(strict, now, 2)
    assert show_source(strict, CERT).proposed is None
    with pytest.raises(Forbidden, match="found 2 of 2"):
        step(strict, SanctionStep.WARN)
    lie(strict, now, 1)
    assert show_source(strict, CERT).proposed == "warn"
    with pytest.raises(Forbidden, match="A warning comes first"):
        step(strict, SanctionStep.SLOW, days=30)
    step(strict, SanctionStep.WARN)
    (warning,) = [
        one
        for one in notices.recent_to("soc@cert.example", NOON - DAY)
        if one.kind is NoticeKind.WARNING
    ]
    assert "manifestly unfounded" in warning.text
    now.at += 8 * DAY
    lie(strict, now, 1)
    with pytest.raises(Forbidden, match="A warning comes first"):
        step(strict, SanctionStep.SLOW, days=30)  # the relay has not taken the warning
    deliver(strict)
    with pytest.raises(Forbidden, match="not 7 days old"):
        step(strict, SanctionStep.SLOW, days=30)
    now.at += 8 * DAY
    lie(strict, now, 1)
    step(strict, SanctionStep.SLOW, days=30)
    step(strict, SanctionStep.SUSPEND, days=30)
    assert show_source(strict, CERT).lane == "suspended"
    found = [one.entry.payload.get("step") for one in history_of(find_source(CERT))]
    assert [one for one in found if one] == ["suspend", "slow", "warn"]


def test_a_warning_that_came_back_is_none(strict, now):
    """The relay took it, and nobody got it: it does not open the way to the slow lane."""
    lie(strict, now, 3)
    step(strict, SanctionStep.WARN)
    deliver(strict)
    warning = notices.get(find_source(CERT).warning)
    failed = dataclasses.replace(warning, failure="it came back")
    record(strict, entry(strict, EntryType.NOTICE_FAILED, SYSTEM, {}), rows=[failed])
    now.at += 8 * DAY
    lie(strict, now, 1)
    with pytest.raises(Forbidden, match="A warning comes first"):
        step(strict, SanctionStep.SLOW, days=30)


def test_a_suspended_report_is_kept(strict, now):
    """Raw first: it is stored and readable, stands in the inbox with the reason, opens no case."""
    slowed(strict, now)
    step(strict, SanctionStep.SUSPEND, days=30)
    data = report("203.0.113.70", now.at - timedelta(minutes=5))
    assert arrive(strict, data) == []
    last = sources.reports_of(CERT, 1)[0]
    assert last.inbox_reason.startswith("suspended until 20")
    assert raws.read(raws.get(last.raw).digest) == data
    assert last.reading.findings
    assert cases.of_report(last.id) == []


def test_what_cannot_wait_does_not(strict, now):
    """What names the abuse of children is looked at, whoever says it."""
    slowed(strict, now)
    step(strict, SanctionStep.SUSPEND, days=30)
    last = sources.reports_of(CERT, 1)[0]
    raw, reading = raws.get(last.raw), last.reading
    assert claim_source(strict, raw, reading).held.startswith("suspended until")
    grave = dataclasses.replace(reading.findings[0], kind="content/csam")
    urgent = dataclasses.replace(reading, findings=(*reading.findings, grave))
    assert claim_source(strict, raw, urgent).held == ""


def test_what_waited_is_processed(strict, now):
    """A person may take up one report at once, and all of them when the source is restored."""
    slowed(strict, now)
    step(strict, SanctionStep.SUSPEND, days=30)
    for minute in (5, 7):
        arrive(strict, report("203.0.113.70", now.at - timedelta(minutes=minute)))
    first, second = sources.held_reports(CERT)
    assert resume_report(strict, first.id, person="ada", reasons="it names a hospital") > 0
    (case,) = cases.of_report(first.id)
    assert case.level is Evidence.E0
    with pytest.raises(Conflict):
        resume_report(strict, first.id, person="ada", reasons="twice")
    found = step_source(
        strict, CERT, SanctionStep.RESTORE, person="ada", reasons="explained", resume=True
    )
    assert (found.lane, found.resumed) == ("normal", 1)
    (case,) = cases.of_report(second.id)
    assert case.level is Evidence.E1
    assert reports.get(second.id).done_at is not None


def test_no_rule_acts_on_a_slowed_word(strict, now):
    """In the slow lane a proven report opens a case at E0: nobody is told, nothing is limited."""
    slowed(strict, now)
    (case,) = arrive(strict, report("203.0.113.70", now.at - timedelta(minutes=5)))
    assert case.level is Evidence.E0
    consider(strict, case.id)
    assert told(case, EntryType.DECISION_MADE) == []


def test_a_lane_ends_by_itself(strict, now):
    """When its time is over the source is as before, without anybody's doing."""
    slowed(strict, now)
    assert current_lane(strict, find_source(CERT)) is Lane.SLOW
    now.at += 31 * DAY
    assert current_lane(strict, find_source(CERT)) is Lane.NORMAL


def test_one_source_does_not_stand_for_another(strict, now):
    """Who is suspended is that source; a name nobody proved waits like everybody's."""
    slowed(strict, now)
    step(strict, SanctionStep.SUSPEND, days=30)
    arrive(strict, report("203.0.113.70", now.at - timedelta(minutes=5), proven=False))
    (case,) = arrive(
        strict, report("203.0.113.70", now.at - timedelta(minutes=6), domain="a.example")
    )
    assert case.level is Evidence.E1
    assert len(sources.held_reports("mail:?cert.example")) == 0


def test_in_listen_mode_nobody_is_warned(strict, now):
    """Nothing leaves; only a warning given by other means, with how, counts."""
    lie(strict, now, 3)
    set_listening(strict, wanted=True, reason="a drill", person="ada")
    with pytest.raises(Invalid, match="was told"):
        step(strict, SanctionStep.WARN)
    step(strict, SanctionStep.WARN, warned_how="by telephone, with their head of desk")
    now.at += 8 * DAY
    lie(strict, now, 1)
    step(strict, SanctionStep.SLOW, days=30)
    assert show_source(strict, CERT).lane == "slow"


def test_trust(strict, now):
    """A trusted flagger is read first until the trust ends, and is no newcomer."""
    arrive(strict, report("203.0.113.10", now.at - timedelta(minutes=9)), weigh=False)
    step(strict, SanctionStep.TRUST, days=300, reasons="certified under DSA Art. 22")
    assert show_source(strict, CERT).lane == "fast"
    now.at += 301 * DAY
    assert show_source(strict, CERT).lane == "normal"


def test_good_standing_is_earned(strict, now):
    """Claims confirmed often enough put a proven source into the fast lane."""
    for minute in (9, 8, 7):
        arrive(strict, report("203.0.113.10", now.at - timedelta(minutes=minute)), weigh=False)
    for one in sources.reports_of(CERT):
        judge_report(strict, one.id, "confirmed", person="ada", reasons="seen in the flow records")
    (row,) = list_sources(strict)
    assert (row.lane, row.confirmed) == ("fast", 3)
    assert row.precision > 0.4


@pytest.mark.parametrize(
    ("said", "reasons", "error"),
    [("unanswered", "x", Invalid), ("nonsense", "x", Invalid), ("refuted", " ", Invalid)],
)
def test_a_judgement_is_one_of_three_with_a_reason(strict, now, said, reasons, error):
    """Anything else is refused."""
    arrive(strict, report("203.0.113.10", now.at - timedelta(minutes=9)), weigh=False)
    with pytest.raises(error):
        judge_report(strict, sources.reports_of(CERT, 1)[0].id, said, person="ada", reasons=reasons)


def test_unknown_names(strict):
    """Neither a source nor a report is made up."""
    with pytest.raises(Missing):
        find_source("mail:nobody.example")
    with pytest.raises(Missing):
        judge_report(strict, "x", "refuted", person="ada", reasons="x")


def test_a_step_on_what_changed_meanwhile(strict, now):
    """Two people at once: the second looks again."""
    vouch(strict, CERT)
    before = find_source(CERT)
    take_step(strict, before, SanctionStep.TRUST, person="ada", reasons="a", days=5)
    with pytest.raises(Conflict):
        take_step(strict, before, SanctionStep.TRUST, person="bob", reasons="b", days=5)


def test_invariant_10_a_source_reads_nothing_of_whom_it_accused(strict, now):
    """The reasons of a warning and of a lane, written with the case open, name no customer."""
    lie(strict, now, 3)
    words = "Alder (noc@alder.example, vm-a) mended it; a l d e r, 203.0.113.10 was not in use"
    step(strict, SanctionStep.WARN, reasons=words)
    deliver(strict)
    now.at += 8 * DAY
    lie(strict, now, 1)
    step(strict, SanctionStep.SLOW, days=30, reasons=words)
    told = [one.text for one in notices.recent_to("soc@cert.example", NOON - DAY)
            if one.kind in (NoticeKind.WARNING, NoticeKind.LANE)]  # fmt: skip
    assert len(told) == 2
    for text in told:
        assert "203.0.113.10 was not in use" in " ".join(text.split())
        assert not [word for word in ("alder", "Alder", "vm-a", "a l d e r") if word in text]
