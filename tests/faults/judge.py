"""What must hold when the faults have stopped: nothing lost, doubled or wrongly ended."""

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError
from django.db.models import QuerySet

from aupkeep.model.action import STANDING, ActionState
from aupkeep.store import checkpoints, log, outbox, raws, refresh
from aupkeep.store.models import (
    ActionRow,
    CaseRow,
    ClaimRow,
    DecisionRow,
    EffectRow,
    NoticeRow,
    RawRow,
    ReportRow,
)
from faults.people import Told
from faults.relay import Relay
from faults.world import World

CONVERGED = 60.0  # seconds after the last fault
PATIENCE = 600.0  # seconds until the test gives up waiting and says what is left
BOX_KILLED = "the box that read it ended (signal 9)"
AT_ONCE = ("read", "consider", "recheck", "enforce", "mail")
ONCE = ("customer", "lifted", "receipt", "outcome")  # kinds of notices that nobody gets twice


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run saw."""

    mails: int
    reports: int
    clicks: int
    cases: int
    measures: int
    notices: int
    copies: int
    boxes: int
    seconds: float

    def __str__(self) -> str:
        """One line for the log and for docs/campaign.md."""
        return (
            f"{self.mails} mails, {self.reports} reports, {self.clicks} clicks, "
            f"{self.cases} cases: lost 0, doubled 0; {self.measures} measures, wrongly ended 0; "
            f"{self.notices} notices, {self.copies} of them twice under one Message-ID; "
            f"{self.boxes} reports in the inbox because their sandbox was killed; "
            f"at rest after {self.seconds:.1f} s"
        )


def at_rest(world: World, since: float) -> float:
    """Wait until nothing is left to do; the seconds since the last fault, at most `CONVERGED`."""
    left, late = ["nothing was looked at"], ["nobody was still waiting for an answer"]
    if time.monotonic() > since + CONVERGED:
        late = ["somebody waited for an answer until then"]
    while left and time.monotonic() < since + PATIENCE:
        time.sleep(0.25)
        try:
            refresh()
            left = _left(world)
        except DatabaseError as error:
            left = [str(error)]
        if time.monotonic() < since + CONVERGED:
            late = left
    seconds = time.monotonic() - since
    assert not left, left
    assert seconds <= CONVERGED, f"at rest after {seconds:.1f} s: {late}"
    return seconds


def _left(world: World) -> list[str]:
    """What is still to be done, in words."""
    left = [
        f"{row.kind} {row.error or ''}"
        for row in EffectRow.objects.filter(done_at=None, dead_at=None, kind__in=AT_ONCE)
        if row.kind != "consider" or row.attempts or row.due_at <= datetime.now(UTC)
    ]
    moving = (ActionState.WANTED.value, ActionState.LIFTING.value)
    left += [f"action {row.id} {row.state}" for row in ActionRow.objects.filter(state__in=moving)]
    if checkpoints.newest_size() != log.size():
        left.append("entries are unsigned")
    told = _standing(world)
    if told != set(_stands().values_list("id", flat=True)):
        left.append(f"the agent carries {len(told)} measures")
    return left


def _stands() -> QuerySet[ActionRow]:
    return ActionRow.objects.filter(state__in=[state.value for state in STANDING])


def _standing(world: World) -> set[str]:
    """Which measures the agent says it carries."""
    try:
        told = json.loads((world.agent_folder / "status.json").read_bytes())
    except (OSError, ValueError):
        return set()
    return {one["id"] for one in told["actions"] if one["state"] in ("recorded", "applied")}


def judge(world: World, told: Told, relay: Relay, since: float) -> Figures:
    """All of it; `since` is the monotonic second of the last fault."""
    seconds = at_rest(world, since)
    _received(told)
    _decided(told)
    _measures(world)
    _notices(relay)
    assert outbox.dead() == []
    verdict = world.run("verify")
    assert verdict["ok"], verdict
    assert not verdict.get("unsigned"), verdict
    return Figures(
        mails=len(told.mails),
        reports=len(told.reports),
        clicks=len(told.clicks),
        cases=CaseRow.objects.count(),
        measures=ActionRow.objects.count(),
        notices=NoticeRow.objects.exclude(sent_at=None).count(),
        copies=relay.copies(),
        boxes=ReportRow.objects.filter(inbox_reason__startswith=BOX_KILLED).count(),
        seconds=seconds,
    )


def _received(told: Told) -> None:
    """Each acknowledged report is there once, whole, read once and on exactly one case."""
    stored = Counter(RawRow.objects.values_list("digest", flat=True))
    assert max(stored.values(), default=1) == 1
    for digest in told.mails | told.reports:
        assert stored[digest] == 1, f"{digest} was acknowledged and is lost"
        assert raws.read(digest), digest
        read = list(ReportRow.objects.filter(raw__digest=digest))
        assert len(read) == 1, f"{digest} was read {len(read)} times"
        if (read[0].inbox_reason or "").startswith(BOX_KILLED):  # a person sees it, with the reason
            continue
        claims = ClaimRow.objects.filter(report=read[0])
        cases = set(claims.values_list("incident__case", flat=True))
        assert len(cases) == 1, (digest, read[0].outcome, cases)
        assert None not in cases, (digest, read[0].outcome)
    assert ReportRow.objects.count() == RawRow.objects.count()


def _decided(told: Told) -> None:
    """Each acknowledged click is one decision, and no click is two."""
    made = Counter(row.reasons for row in DecisionRow.objects.filter(reasons__startswith="click "))
    assert max(made.values(), default=1) == 1, made.most_common(3)
    for number in told.clicks:
        assert made[f"click {number} of the desk"] == 1, number
    actions = Counter(ActionRow.objects.values_list("decision", flat=True))
    assert max(actions.values(), default=1) == 1, "a decision was carried out twice"


def _measures(world: World) -> None:
    """What has time left stands, on the machine too, until its own end; nothing else does."""
    now = datetime.now(UTC)
    for row in ActionRow.objects.all():
        ended = row.until <= now
        stands = row.state in ("recorded", "applied")
        assert stands is not ended, (row.id, row.state, row.until, row.proof)
        assert not row.proof or not row.proof.startswith("not seen any more"), row.proof
    ends = {row.id: row.until for row in _stands()}
    assert _standing(world) == set(ends)
    written = (
        json.loads((world.agent_folder / "record.json").read_bytes()) if ends else {"lines": ()}
    )
    for line in written["lines"]:
        expires = datetime.fromisoformat(line["expires"])
        if expires > now:
            assert expires - ends[line["action"]] <= timedelta(seconds=3), line


def _notices(relay: Relay) -> None:
    """Nobody was told the same twice, and what is called sent was handed over."""
    rows = list(NoticeRow.objects.all())
    about = Counter(
        (row.kind, row.case_id, row.decision_id, row.recipient) for row in rows if row.kind in ONCE
    )
    assert max(about.values(), default=1) == 1, about.most_common(3)
    handed = {mail for mail, _, _ in relay.taken}
    for row in rows:
        assert row.failure is None, (row.kind, row.failure)
        assert row.sent_at is not None, (row.kind, row.id)
        assert any(row.message_id.strip("<>") in mail for mail in handed), row.message_id
    assert len(handed) == len(rows)
