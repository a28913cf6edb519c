"""The joints under random moves: at each moment only those are limited who may be.

A state machine moves the inventory, tags, permissions, the clock, reports, measurements, decisions,
undoing, the freeze switch and restarts at random. After each move the worker and the agent do what
is due. A plain model, which knows nothing of the product, says who holds which address; what stands
on the network is compared with it, and so is what should stand.

`AUPKEEP_STEPS` says how many moves are made; the night makes 10,000.
"""

import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.conftest import Clock, report, with_settings
from app.steps import agent_of, arrive, enforce, guess, look_at_clocks, post, work
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.permissions import grant
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import Action, ActionState
from aupkeep.model.case import CaseState
from aupkeep.model.errors import AupkeepError
from aupkeep.store import actions, cases, decisions

pytestmark = [pytest.mark.slow, pytest.mark.again("joints")]

STEPS = int(os.environ.get("AUPKEEP_STEPS", "150"))
MOVES = 30  # of one run, all in one life of three customers
TOLERANCE = timedelta(seconds=120)
ADDRESSES = tuple(f"203.0.113.{last}" for last in (10, 11, 12))
NAMES = ("ash", "elm", "oak")
HEAD = b"address,port_from,port_to,customer,resource,from,until\n"
STANDS = {ActionState.WANTED, ActionState.APPLIED}
OTHERS = 200  # customers who are there so that the breaker's share of a day is not the limit

address = st.sampled_from(ADDRESSES)
name = st.sampled_from(NAMES)


@dataclass
class Span:
    """Who held an address from when to when, None for no end."""

    who: str
    since: datetime
    end: datetime | None = None


@dataclass
class Model:
    """What a plain reader would say: who held what when, and who is spared by rules."""

    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    spared: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)  # customers about whom a person said something

    def last(self, where: str) -> Span | None:
        """The newest span of an address."""
        return self.spans[where][-1] if self.spans[where] else None

    def span(self, where: str, at: datetime) -> Span | None:
        """What certainly holds the address: since the tolerance, and for it."""
        for item in self.spans[where]:
            ended = item.end is not None and item.end <= at + TOLERANCE
            if item.since <= at - TOLERANCE and not ended:
                return item
        return None

    def holder(self, where: str, at: datetime) -> str | None:
        """Who certainly holds the address."""
        span = self.span(where, at)
        return span and span.who

    def begins(self, where: str, who: str, at: datetime) -> None:
        """A holding begins; one of the same customer that ended this moment goes on."""
        last = self.last(where)
        if last and last.who == who and last.end == at:
            last.end = None
        else:
            self.spans[where].append(Span(who, at))


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class Joints(RuleBasedStateMachine):
    """One life of three customers and three addresses."""

    context: AppContext
    clock: Clock
    number = 0

    @initialize()
    def begin(self) -> None:
        """New customers; nobody holds the addresses any more; a breaker that has forgotten."""
        type(self).number += 1
        self.clock.at = (self.clock.at + timedelta(days=40)).replace(microsecond=0)
        self.model = Model()
        self.agent = agent_of(self.context)
        self.live: dict[str, datetime] = {}
        thaw("a test", "ada", self.context.home)
        rows = [f"{who}{self.number},{who},desk@{who}.example,en,,2024-01-01" for who in NAMES]
        head = "customer,name,contact,language,tags,since\n"
        import_customers(self.context, (head + "\n".join(rows) + "\n").encode())
        for where in ADDRESSES:
            self._give(where, NAMES[ADDRESSES.index(where)])
        self.clock.at += timedelta(hours=1)

    def _give(self, where: str, who: str) -> None:
        now = self.clock.at.replace(microsecond=0)
        self._close(where, now)
        row = f"{where},,,{who}{self.number},vm-{who},{stamp(now)},\n"
        result = import_assignments(self.context, HEAD + row.encode(), "csv")
        assert not result.dead, result.dead
        self.model.begins(where, who, now)
        self.live[where] = now

    def _close(self, where: str, at: datetime) -> None:
        if where not in self.live:
            return
        span, begun = self.model.last(where), self.live[where]
        assert span is not None
        row = f"{where},,,{span.who}{self.number},vm-{span.who},{stamp(begun)},{stamp(at)}\n"
        result = import_assignments(self.context, HEAD + row.encode(), "csv")
        assert not result.dead, result.dead
        span.end = at
        del self.live[where]

    @rule(where=address, who=name)
    def moves(self, where: str, who: str) -> None:
        """The address goes to somebody else, or to the same anew."""
        if self._fresh(where):
            return
        last = self.model.last(where)
        if where not in self.live and last and last.end and last.end > self.clock.at:
            return  # it has an end to come
        self._give(where, who)
        self._settle()

    def _fresh(self, where: str) -> bool:
        """Whether the record has only just begun: an empty one would be refused."""
        begun = self.live.get(where)
        return begun is not None and self.clock.at - begun < timedelta(seconds=2)

    @rule(where=address, minutes=st.integers(0, 300))
    def is_closed(self, where: str, minutes: int) -> None:
        """The holding ends now or at a known time."""
        if self._fresh(where):
            return
        self._close(where, (self.clock.at + timedelta(minutes=minutes)).replace(microsecond=0))
        self._settle()

    @rule(who=name, tag=st.sampled_from(["protected", "critical"]))
    def is_tagged(self, who: str, tag: str) -> None:
        """The customer is marked; nothing a rule set may stand."""
        import_customers(self.context, f"customer,tags\n{who}{self.number},{tag}\n".encode())
        self.model.spared.add(who)
        self._settle()

    @rule(who=name)
    def is_permitted(self, who: str) -> None:
        """The conduct is permitted for a month."""
        holder, until = f"{who}{self.number}/vm-{who}", self.clock.at + timedelta(days=30)
        kind = "connection/login_attack"
        grant(self.context, holder, kind, until, person="ada", reasons="a research scanner")
        self.model.spared.add(who)
        self._settle()

    @rule(where=address)
    def is_measured(self, where: str) -> None:
        """Our telemetry sees it: who certainly holds the address and is not spared is limited."""
        before = self.model.span(where, self.clock.at - timedelta(minutes=5))
        frozen = self.context.home.freeze.exists()
        for case in post(self.context, guess(where, self.clock.at - timedelta(minutes=5))):
            assert before is not None
            assert case.customer == f"{before.who}{self.number}"
        self._settle()
        now = self.model.span(where, self.clock.at)
        quiet = now is not None and now.who not in self.model.spared | self.model.touched
        if before is not None and before is now and quiet and not frozen:
            assert self._standing(where), f"{where} of {now.who} is not limited"

    @rule(where=address)
    def is_reported(self, where: str) -> None:
        """A proven reporter says it; alone that limits nobody."""
        arrive(self.context, report(where, self.clock.at - timedelta(minutes=4), lines=3))
        self._settle()

    @rule(where=address, hours=st.integers(1, 48))
    def is_decided(self, where: str, hours: int) -> None:
        """A person blocks what the open cases about the holder are about."""
        for who in NAMES:
            for case in self._cases(who):
                with suppress(AupkeepError):
                    decide_case(
                        self.context,
                        case.reference,
                        people=("ada",),
                        reasons="it goes on",
                        measure="block-port",
                        hours=hours,
                        address=where,
                    )
                    self.model.touched.add(who)
        self._settle()

    @rule(where=address)
    def is_undone(self, where: str) -> None:
        """A person lifts what stands at the address."""
        for action in self._standing(where):
            undo_action(self.context, action.id, reason="a mistake", person="ada")
            self._touch(action)
        self._settle()
        assert not self._standing(where)

    @rule(who=name)
    def is_cleared(self, who: str) -> None:
        """A person finds no abuse."""
        for case in self._cases(who):
            close_by_reference(self.context, case.reference, "not-abuse", "a test", "ada")
            self.model.touched.add(who)
        self._settle()

    @rule(minutes=st.integers(1, 900))
    def time_passes(self, minutes: int) -> None:
        """Deadlines, ends of holdings, ends of measures."""
        self.clock.at += timedelta(minutes=minutes)
        self._settle()

    @rule(on=st.booleans())
    def is_frozen(self, on: bool) -> None:  # noqa: FBT001 - drawn
        """The switch: nothing new by a rule; lifts go on."""
        (freeze if on else thaw)("a test", "ada", self.context.home)
        self._settle()

    @rule()
    def restarts(self) -> None:
        """Another process takes over, and another agent."""
        type(self).context = replace(self.context)
        self.agent = agent_of(self.context)
        self._settle()

    def _settle(self) -> None:
        """The worker and the agent do what is due; then nobody stands limited who may not be."""
        work(self.context)
        look_at_clocks(self.context)
        enforce(self.context, self.agent)
        now = self.clock.at
        for action in actions.standing():
            if action.until <= now:
                continue
            where, who = str(action.scope.address), action.scope.resource.removeprefix("vm-")
            assert self.model.holder(where, now) == who, f"{where}: {who} is limited"
            assert action.scope.customer == f"{who}{self.number}"
            span = self.model.span(where, now)
            assert span is not None
            assert span.end is None or action.until <= span.end, f"{where}: outlives its holding"
            assert not (action.automatic and who in self.model.spared), f"{who} is spared"

    def _standing(self, where: str) -> list[Action]:
        now = self.clock.at
        return [
            action
            for action in actions.standing()
            if str(action.scope.address) == where and action.until > now
        ]

    def _cases(self, who: str) -> list:
        known = cases.of_customer(f"{who}{self.number}")
        return [case for case in known if case.state is not CaseState.CLOSED]

    def _touch(self, action: Action) -> None:
        decision = decisions.get(action.decision)
        assert decision is not None
        self.model.touched.add(action.scope.resource.removeprefix("vm-"))

    def teardown(self) -> None:
        """Nobody holds anything any more; now and then the journal is verified."""
        for where in list(self.live):
            self.clock.at += timedelta(seconds=2)
            self._close(where, self.clock.at.replace(microsecond=0))
        if type(self).number % 20 == 1:
            assert verify_home(self.context).ok


def test_only_those_are_limited_who_may_be(context: AppContext, now: Clock):
    """No difference between the product and the plain model in all moves."""
    _set_up(context, now)
    run_state_machine_as_test(
        Joints,
        settings=settings(
            max_examples=max(1, STEPS // MOVES),
            stateful_step_count=MOVES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_report_about_another_address_takes_nothing_from_a_measurement(
    context: AppContext, now: Clock
):
    """One machine at two addresses: what was measured at one is limited there, and not again."""
    _set_up(context, now)
    joints = Joints()
    joints.begin()
    joints.moves(where=ADDRESSES[1], who="ash")
    joints.time_passes(minutes=9)
    for _ in range(2):
        joints.is_reported(where=ADDRESSES[0])
        joints.is_measured(where=ADDRESSES[1])
        assert len(joints._standing(ADDRESSES[1])) == 1
        assert not joints._standing(ADDRESSES[0])


def test_what_a_person_lifted_no_report_about_another_address_brings_back(
    context: AppContext, now: Clock
):
    """Nor what came to its end: the place itself has to be seen again."""
    _set_up(context, now)
    joints = Joints()
    joints.begin()
    joints.moves(where=ADDRESSES[1], who="ash")
    joints.time_passes(minutes=9)
    joints.is_measured(where=ADDRESSES[1])
    joints.is_undone(where=ADDRESSES[1])
    joints.is_reported(where=ADDRESSES[0])
    assert not joints._standing(ADDRESSES[1])
    assert not joints._standing(ADDRESSES[0])


def _set_up(context: AppContext, now: Clock) -> None:
    now.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    declare_space(context, "203.0.113.0/24", "main")
    rows = [f"other{n},Other {n},desk@o{n}.example,en,,2024-01-01" for n in range(OTHERS)]
    import_customers(
        context, ("customer,name,contact,language,tags,since\n" + "\n".join(rows) + "\n").encode()
    )
    Joints.context = with_settings(context, deciding={"breaker_l3": 100, "breaker_share": 0.02})
    Joints.clock = now
