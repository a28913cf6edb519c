"""The modes of an install, as they are now: listen mode with its grants, and the freeze."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.casework.grants import DAY, Granting, Withheld, judge
from aupkeep.config.home import Home
from aupkeep.enforcement import freeze as switch
from aupkeep.model.action import RECORDING
from aupkeep.model.case import Case
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.grant import Grant, GrantKind, GrantQuestion, UnderGrant
from aupkeep.model.notice import LISTENING
from aupkeep.store import cases, customers, flags, grants, log

LISTEN = "listen"
FREEZE = "freeze"
WORDS = ("reason", "by", "at", "id")
NO_ROOM = "the disk was too full for the reason"


def listening(context: AppContext) -> bool:
    """True in listen mode: set in aupkeep.toml, or by a person on this install.

    While a grant of everything is live it is over; other grants are looked at one by one
    (`withheld`).
    """
    if not switched_on(context):
        return False
    now = context.now()
    return not any(
        grant.kind is GrantKind.EVERYTHING and grant.live(now) for grant in grants.standing(now)
    )


def live_steps(now: datetime) -> tuple[GrantKind, ...]:
    """The kinds of the grants that are live, each once."""
    return tuple(dict.fromkeys(grant.kind for grant in grants.standing(now) if grant.live(now)))


def switched_on(context: AppContext) -> bool:
    """Whether the switch itself is on, whatever the grants allow."""
    return flags.value(LISTEN, "on" if context.settings.provider.listen else "off") == "on"


def withheld(context: AppContext, kind: GrantKind, case: Case | None = None, rule: str = "") -> str:
    """Why nothing may be said of this kind now, "" where it may; `rule` is whose decision it tells.

    What is told of a case is put before the grants with the case's customer and addresses.
    """
    if not listening(context):
        return ""
    now = context.now()
    standing = [grant for grant in grants.standing(now) if grant.kind is kind]
    if not standing:
        return LISTENING
    question = GrantQuestion(kind=kind, case=case.id if case else "", rule=rule)
    if case is not None:
        customer = customers.get(case.customer)
        subjects = [claim.finding.subject.address for claim in cases.claims(case.id)]
        question = replace(
            question,
            addresses=tuple(item for item in subjects if item) if all(subjects) else (),
            tier=customer.tier if customer else None,
            tags=customer.tags if customer else frozenset(),
        )
    answer = judge(standing, {}, question, now)
    return f"{LISTENING}: {answer.reason}" if isinstance(answer, Withheld) else ""


def granting(now: datetime, customer: Customer | None) -> Granting:
    """What a decision may rest on while the install listens."""
    standing = tuple(grants.standing(now))
    return Granting(
        grants=standing,
        used=used_lately(standing, now),
        tier=customer.tier if customer else None,
        tags=customer.tags if customer else frozenset(),
    )


def used_lately(standing: Iterable[Grant], now: datetime) -> dict[str, int]:
    """How many decisions rest on each grant, and on all it took over, in the last 24 hours."""
    lines = {grant.id: _line(grant, now) for grant in standing}
    names = {name for line in lines.values() for name in line}
    counts = grants.used(names, now - DAY) if names else {}
    return {name: sum(counts.get(number, 0) for number in line) for name, line in lines.items()}


def _line(grant: Grant, now: datetime) -> list[str]:
    """The grant, the one that it replaced, and so on, as long as they allowed anything today."""
    line, before = [grant.id], grant.replaces
    while before is not None and before not in line:
        line.append(before)
        older = grants.get(before)
        over = older is None or (older.revoked_at or now) <= now - DAY
        before = None if older is None or over else older.replaces
    return line


def still_granted(under: UnderGrant, now: datetime) -> str:
    """Why the grant of a decision allows it no longer, "" where it does."""
    grant = grants.get(under.grant)
    if grant is None:
        return "it is gone"
    answer = judge([grant], used_lately([grant], now), under.question, now)
    return answer.reason if isinstance(answer, Withheld) else ""


def records_only(context: AppContext) -> bool:
    """True where no driver of this install changes anything: measures are only written down."""
    targets = context.settings.enforcement.all_targets()
    return all(target.driver in RECORDING for target in targets)


def frozen_words(context: AppContext) -> dict[str, str] | None:
    """Who froze this machine or the install, when and why; None when neither is frozen."""
    return frozen_by(context, words_of_install())


def frozen_by(context: AppContext, install: dict[str, str] | None) -> dict[str, str] | None:
    """The same, where what the install says (`words_of_install`) is known."""
    here = words_on_machine(context.home)
    if here is None or (install is None and here["id"] and known_freeze(here["id"])):
        return install  # thawed on another machine, and no worker took this one's file away
    return here


def known_freeze(freeze_id: str) -> bool:
    """Whether the journal has an entry of this freeze."""
    frozen = log.entries(types=(EntryType.FROZEN,))
    return any(logged.entry.payload.get("id") == freeze_id for logged in frozen)


def words_on_machine(home: Home) -> dict[str, str] | None:
    """What this machine's own switch says, each word "" where it does not; None when it is off."""
    if not switch.frozen(home.freeze):
        return None
    mark = switch.read_mark(home.freeze)
    if mark is not None:
        return dict.fromkeys(WORDS, "") | {"reason": NO_ROOM, "id": mark}
    try:
        written = json.loads(home.freeze.read_text("utf-8"))
    except (OSError, ValueError):
        written = {}
    known = written if isinstance(written, dict) else {}
    return {name: str(known.get(name, "")) for name in WORDS}


def words_of_install() -> dict[str, str] | None:
    """Who froze the install, when and why, as the journal has it; None when it is not frozen."""
    if flags.value(FREEZE, "off") != "on":
        return None
    entries = log.newest(EntryType.FROZEN)
    payload = entries.entry.payload if entries else {}
    return {name: str(payload.get(name, "")) for name in WORDS}
