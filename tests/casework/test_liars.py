"""T1: a thousand liars against a hundred innocents for a month, with the sample policy.

The pure core on a clock of its own: claims are joined, the policy proposes, the gate decides, and
a person closes each case as no abuse after some days. Half of the liars forge their sender; the
others write from domains of their own, properly signed, and some copy each other's log lines.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise
from random import Random

import pytest

from aupkeep.app.policies import sample_files
from aupkeep.casework.evidence_level import Trust, only_newcomers
from aupkeep.casework.facts import facts_of
from aupkeep.casework.incidents import CaseFile, JoinRules, join
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import proposals_of
from aupkeep.casework.states import close, decided
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Claim, Outcome
from aupkeep.model.clearance import Clearance
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.decision import Decision
from aupkeep.model.finding import Finding, Role
from aupkeep.model.holding import Held
from aupkeep.model.ladder import Level
from aupkeep.model.origin import parse_origin
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.policy import engine, packs
from casework.scenes import INPUTS, NOW, VERSIONS

LIARS, INNOCENTS, DAYS, DAILY = 1000, 100, 30, 340
pytestmark = [  # a month takes 20 s; test_independence has what holds, by itself
    pytest.mark.slow,
    pytest.mark.nightly("joints"),
]
DAY = timedelta(days=1)
PACK = packs.load(sample_files())
RULE = Actor(kind=ActorKind.RULE, id="a rule")
RULES = JoinRules(trust=Trust(confirmed={"mail:cert.example"}))
KINDS = (
    ("connection/login_attack", "intrusion-attempts:brute-force", 22),
    ("messaging/spam", "abusive-content:spam", 25),
    ("connection/ddos", "availability:ddos", 80),
    ("content/phishing", "fraud:phishing", None),
)
VICTIMS = [
    Customer(id=f"c{n}", name=f"C{n}", since=NOW - 900 * DAY,
             contacts=(Contact(address=f"abuse@c{n}.example"),)) for n in range(INNOCENTS)
]  # fmt: skip


def lie(random, number, now):
    """One claim of a liar: false in everything, and well-formed."""
    liar, victim = random.randrange(LIARS), random.randrange(INNOCENTS)
    kind, rsit, port = random.choice(KINDS)
    address = ip_address(f"203.0.113.{victim}")
    forged = liar % 2 == 0
    finding = Finding(
        kind=kind,
        rsit=rsit,
        role=Role.OFFENDER,
        subject=Subject(address=address, url=f"https://c{victim}.example/p" if not port else None),
        at=now,
        exact=1.0,
        source=parse_origin(
            f"mail:?{'cert' if liar % 4 else 'bank'}.example" if forged else f"mail:l{liar}.example"
        ),
        confidence=0.95,
        count=random.choice((1, 50, 5000)),
        target=Endpoint(address=ip_address("192.0.2.1"), port=port, protocol="tcp"),
        maker="text/1",
    )
    held = Held(
        customer=f"c{victim}",
        resource=f"vm{victim}",
        assignment="a",
        start=NOW - 900 * DAY,
        end=None,
    )
    marks = (f"line:{victim}",) if liar % 10 == 1 else ()
    return Claim(
        id=f"{number}", report=f"r{number}", finding=finding, held=held, at=now, marks=marks
    )


class Month:
    """The desk over a month: folders, what was decided, and who was told when."""

    def __init__(self, rules) -> None:
        self.rules = rules
        self.folders: dict[str, CaseFile] = {}
        self.decisions: dict[str, list[Decision]] = defaultdict(list)
        self.told: dict[str, list] = defaultdict(list)
        self.cleared: dict[str, list[Clearance]] = defaultdict(list)
        self.made: list[Decision] = []
        self._number = 0

    def new_id(self):
        self._number += 1
        return f"n{self._number}"

    def day(self, claims, now):
        """A day's reports, each case then put before the policy; old cases are closed."""
        joined = join(claims, list(self.folders.values()), now=now, new_id=self.new_id,
                      new_reference=self.new_id, rules=self.rules)  # fmt: skip
        for one in joined:
            self.folders[one.case_file.case.id] = one.case_file
            self.consider(one.case_file, now)
        for name, folder in list(self.folders.items()):
            if now - folder.case.opened_at >= 3 * DAY:
                self.close(name, folder, now)

    def consider(self, folder, now):
        """What rules may do about a case, the first that the gate lets through."""
        case, claims = folder.case, folder.claims
        victim = VICTIMS[int(case.customer[1:])]
        inputs = replace(
            INPUTS,
            claims=claims,
            holds_now=(ip_network(f"203.0.113.{case.customer[1:]}/32"),),
            decisions=tuple(self.decisions[case.id]),
            clearances=tuple(self.cleared[case.resource]),
            harm_in_progress=None,
            newcomers=only_newcomers(claims, self.rules.trust),
            told_at=max(self.told[case.customer], default=None),
        )
        facts = facts_of(case, folder.incidents, claims, victim, inputs, now=now, rules=self.rules)
        for ruling in engine.rulings(PACK, facts):
            if any(one.level >= max(ruling.level, Level.L1) for one in inputs.decisions):
                return
            clause = PACK.clauses[ruling.clause]
            wanted = next(proposals_of(ruling, case=case, clause=clause, claims=claims, since=now,
                                       versions=VERSIONS, reasons="a rule"))  # fmt: skip
            found = permit(wanted, [RULE], facts, inputs, id=self.new_id(), now=now)
            if isinstance(found, Decision):
                self.take(folder, found, now)
                return

    def take(self, folder, decision, now):
        """A decision is made; from L1 on the customer hears of it."""
        self.made.append(decision)
        self.decisions[folder.case.id].append(decision)
        moved = decided(folder.case, decision, now, deadline=now + 3 * DAY)
        self.folders[moved.id] = replace(folder, case=moved)
        if decision.level > Level.L0:
            self.told[moved.customer].append(now)

    def close(self, name, folder, now):
        """A person looked: no abuse. Those who said so do not act alone here for a while."""
        del self.folders[name]
        close(folder.case, Outcome.NOT_ABUSE, now)
        sources = {claim.finding.source for claim in folder.claims}
        self.cleared[folder.case.resource] += [
            Clearance(
                id="x1",
                customer="c1",
                resource=folder.case.resource,
                source=one,
                until=now + 14 * DAY,
                by="kari",
            )
            for one in sources
        ]


def run(rules, seed):
    """A month of lies."""
    random, month, number = Random(seed), Month(rules), 0  # noqa: S311 - a simulation
    for day in range(DAYS):
        now = NOW + day * DAY
        claims = [lie(random, number + n, now) for n in range(DAILY)]
        number += DAILY
        month.day(claims, now)
    return month


@pytest.fixture(scope="module")
def month():
    """The month as the desk runs by default: it asks newcomers for a record."""
    return run(RULES, seed=1)


def test_invariant_02_liars_suspend_nobody(month):
    """No measure of any kind comes about: not a suspension, and not a block of one port."""
    assert max((one.level for one in month.made), default=Level.L0) < Level.L3


def test_at_most_one_word_a_week(month):
    """No victim is written to twice within seven days."""
    for moments in month.told.values():
        ordered = sorted(moments)
        assert all(b - a >= 7 * DAY for a, b in pairwise(ordered))


def test_the_lies_were_not_simply_unheard(month):
    """The same month opens cases and tells some victims: the bounds above are what holds."""
    assert sum(map(len, month.told.values())) > 0


def test_without_a_record_two_names_would_do():
    """Where the desk does not ask newcomers for a record, two made-up domains reach a block."""
    blocks = [one for one in run(JoinRules(), seed=1).made if one.level >= Level.L3]
    assert blocks, "then asking for a record would be needless"
    assert max(one.level for one in blocks) < Level.L5
