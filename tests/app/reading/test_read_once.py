"""A raw is read once, by whomever, however often, and nobody's change is overwritten."""

import dataclasses
import json
from datetime import timedelta

from app.conftest import JUST_NOW, report
from app.steps import arrive, follow, guess, post
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading import read as room
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.findings.posted import receive_findings
from aupkeep.app.worker import EffectDispatcher
from aupkeep.intake.reading import read as reader
from aupkeep.model.raw import Channel
from aupkeep.store import cases, outbox, reports


def leased(context, kind):
    """The due effects of one kind."""
    return outbox.lease([kind], context.now(), 60, 50, "test")


def test_effect_of_a_raw_read_before_is_done(furnished):
    """The worker that comes after the command line has nothing left to do, for good."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    (one,) = leased(furnished, "read")
    read_raw(furnished, str(one.effect.payload["raw"]), reader, None, done=one)
    assert outbox.pending(["read"]) == 0


def test_two_readers_at_once_read_once(furnished):
    """While one reads, another finishes: one report, six claims."""
    envelope = RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1")
    raw = receive(furnished, report("203.0.113.10", JUST_NOW), envelope).raw

    def slow(data, name, form) -> list:
        found = reader(data, name, form)
        read_raw(furnished, raw, reader, None)
        return found

    first = read_raw(furnished, raw, slow, None)
    assert [one.id for one in first] == [one.id for one in reports.by_raw(raw)]
    (case,) = cases.of_report(first[0].id)
    assert case.events == 6
    assert verify_home(furnished).ok


def test_case_changed_meanwhile_is_read_again(furnished, monkeypatch):
    """A claim that comes while another is written joins what is there by then."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    real, between = room.join_cases, []

    def join(context, claims, turn) -> ChangeSet:
        found = real(context, claims, turn)
        if not between:
            between.append(1)
            post(context, guess("203.0.113.10", JUST_NOW), weigh=False)
        return found

    monkeypatch.setattr(room, "join_cases", join)
    later = JUST_NOW + timedelta(minutes=1)
    arrive(furnished, report("203.0.113.10", later, lines=2), weigh=False)
    assert cases.get(case.id).events == 6 + 1 + 2
    assert len(cases.claims(case.id)) == 9


def test_nothing_to_read_stands_in_the_inbox(furnished):
    """A reader that finds nothing leaves a report with a reason, not an effect that fails."""
    raw = receive(furnished, b"x", RawEnvelope(channel=Channel.FILE)).raw
    (found,) = read_raw(furnished, raw, lambda *_: [], None)
    assert "nothing" in found.inbox_reason


def test_failed_reading_ends_in_the_inbox(furnished, now):
    """Bytes whose reading fails every time are put before a person, not lost (invariant 12)."""
    raw = receive(furnished, b"x", RawEnvelope(channel=Channel.FILE)).raw
    dispatcher = EffectDispatcher(furnished)
    dispatcher._pool.read = lambda *_: 1 / 0
    for _ in range(12):
        for one in leased(furnished, "read"):
            dispatcher.do(one)
        now.at += timedelta(hours=13)
    (found,) = reports.by_raw(raw)
    assert "ZeroDivisionError" in found.inbox_reason


def test_broken_policy_loses_no_case(furnished, now):
    """While the policy does not load cases wait with an entry; once mended they are considered."""
    from aupkeep.store import decisions

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    folder = furnished.home.policy
    folder.mkdir()
    (folder / "pack.yaml").write_text("rules: [}")
    dispatcher = EffectDispatcher(furnished)
    for _ in range(12):
        for one in leased(furnished, "consider"):
            dispatcher.do(one)
        now.at += timedelta(hours=13)
    assert decisions.of_case(case.id) == []
    assert outbox.pending(["consider"]) == 1
    (folder / "pack.yaml").unlink()
    folder.rmdir()
    now.at += timedelta(hours=13)
    for one in leased(furnished, "consider"):
        dispatcher.do(one)
    assert decisions.of_case(case.id)


def test_lost_lease_stops_no_other_work(furnished, now):
    """What another worker took over is left to it, and the turn goes on."""
    arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    (one,) = leased(furnished, "consider")
    now.at += timedelta(minutes=5)
    (other,) = leased(furnished, "consider")
    dispatcher = EffectDispatcher(furnished)
    dispatcher.do(one)
    dispatcher.do(other)
    assert outbox.pending(["consider"]) == 0


def test_claim_without_a_time_is_a_day_exact(furnished):
    """A source that states no time is taken at receipt, a day exact: a late move is disputed."""
    raw = receive(
        furnished, report("203.0.113.70", JUST_NOW), RawEnvelope(channel=Channel.LMTP)
    ).raw

    def timeless(data, name, form) -> list:
        ((_, found),) = reader(data, name, form)
        bare = tuple(dataclasses.replace(finding, at=None) for finding in found.findings)
        return [(name, dataclasses.replace(found, findings=bare))]

    (found,) = read_raw(furnished, raw, timeless, None)
    assert "disputed between 2" in found.inbox_reason


def test_ten_thousand_findings_fit_one_reading(furnished):
    """The largest list allowed is read in one go, each row on its holder."""
    rows = [
        guess("203.0.113.10", JUST_NOW - timedelta(milliseconds=300 * n)) for n in range(10_000)
    ]
    raw = receive_findings(furnished, json.dumps(rows).encode(), token="flows", key=None).raw
    (case,) = follow(furnished, raw, weigh=False)
    assert case.events == 10_000
