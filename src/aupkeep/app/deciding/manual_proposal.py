"""A person's choice in the shape that the gate judges: measure, scope, duration, cause."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.policy_documents import clause_at_act
from aupkeep.casework.proposal import ATTACKED, Proposal, aim
from aupkeep.casework.reach import within_reach
from aupkeep.model.case import Claim
from aupkeep.model.counted import figure
from aupkeep.model.decision import BY_PERSON, Scope
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import (
    LEVELS,
    MEASURES,
    OF_AN_ACCOUNT,
    PROTECTIVE,
    Cause,
    Evidence,
    Level,
    Measure,
)
from aupkeep.model.moments import parse_day
from aupkeep.model.subject import Address, parse_address
from aupkeep.notify.letter_drafts import refuse_open
from aupkeep.store import customers

USUAL_HOURS = {Level.L3: 24, Level.L4: 24, Level.L5: 24 * 7, Level.L6: 24 * 7, Level.L7: 24 * 30}
LONGEST_ANSWER = 720  # hours: thirty days
USUAL_PROTECTION = 4  # hours: most floods end within one
IN_EVIDENCE = {"address": "address", "url": "url", "name": "domain"}  # of these one may be chosen
NAMED_PEER = {"port", "destination"}  # what a person may name where no claim does, with a note


def manual_proposal(
    context: AppContext,
    about: CaseContext,
    measure: Measure,
    reasons: str,
    choice: Mapping[str, Any],
) -> Proposal:
    """A person's choice in the shape the gate judges.

    `choice` may hold hours (of what asks for an answer: until when), cause, address, url, name,
    port, protocol, rate, destination, account and note, what it judges, whether it breaks the
    glass, the runbook it follows, and `on`, the day of an off-boarding. Raises `Invalid`, also for
    reasons with an open place: the customer reads them.
    """
    refuse_open("reasons", reasons)
    pack = adopted_policy(context)
    clause = clause_at_act(pack, about.case.clause, about)
    level = LEVELS[measure]
    if measure is Measure.END_SERVICE:
        raise Invalid("measure: a person ends a held service by: aupkeep termination finish CASE")
    scope = manual_scope(about, measure, choice)
    return Proposal(
        case=about.case,
        clause=clause,
        measure=measure,
        scope=scope,
        hours=None if level < Level.L3 else _hours(choice.get("hours"), measure),
        versions=about.versions(BY_PERSON, pack.digest),
        reasons=reasons,
        reached=Evidence.E3 if reasons.strip() and level >= Level.L3 else None,
        cause=_cause(choice.get("cause")),
        judges=choice.get("judges"),
        break_glass=bool(choice.get("break_glass")),
        runbook=choice.get("runbook"),
        on=_day(choice.get("on")),
        answer_hours=(
            _answer_hours(choice.get("hours")) if measure is Measure.INFORM_DEADLINE else None
        ),
    )


def manual_scope(about: CaseContext, measure: Measure, choice: Mapping[str, Any]) -> Scope:
    """The scope of a person's choice: aimed by the claims, narrowed by what was chosen.

    When the resource no longer holds the address in evidence but one other host address, the
    measure follows the resource there and the note says so: the act is the resource's, and the
    address is somebody else's by now (invariants 4 and 5). Of several addresses, pages or names in
    evidence a person may choose one; a port or peer that no claim names needs their `note`. What
    protects an attacked address stays at that address.
    """
    seen = _chosen_evidence(about, choice)
    target = MEASURES[measure].aim
    scope = aim(target, about.case, seen)
    if scope.address is None and target in NAMED_PEER:  # the peer is the person's own choice then
        scope = aim("resource", about.case, seen)
    protects = measure in PROTECTIVE
    if protects and scope.address is None:
        scope = aim(ATTACKED, about.case, seen)
    scope = _narrowed(scope, measure, choice, about.case.customer)
    if protects or any(scope.address in net for net in about.inputs.holds_now if scope.address):
        return within_reach(scope, measure, about.inputs.reaches, about.inputs.claims)
    if scope.address is None or len(about.hosts) != 1:
        return scope
    (now_at,) = about.hosts
    note = f"seen at {scope.address}, which changed hands; {about.case.resource} is now at {now_at}"
    moved = dataclasses.replace(scope, address=now_at, note=note)
    return within_reach(moved, measure, about.inputs.reaches, about.inputs.claims)


def _chosen_evidence(about: CaseContext, choice: Mapping[str, Any]) -> list[Claim]:
    """The claims that name the chosen address, page or name. Raises `Invalid` where none does."""
    seen = list(about.claims)
    for name, field in IN_EVIDENCE.items():
        value = choice.get(name)
        wanted = _address(value, name) if name == "address" else value
        seen = [x for x in seen if wanted in {None, getattr(x.finding.subject, field)}]
        if not seen and wanted is not None:
            shown = str(wanted)[:80]
            raise Invalid(f"{name}: expected one in this case's evidence, found {shown}")
    return seen


def _narrowed(scope: Scope, measure: Measure, choice: Mapping[str, Any], customer: str) -> Scope:
    """The scope with what was chosen; of a port the protocol is said, the attack's, or TCP."""
    usual = (scope.protocol if measure in PROTECTIVE else None) or "tcp"
    chosen: Mapping[str, Any] = {
        "port": choice.get("port"),
        "protocol": choice.get("protocol") or (usual if choice.get("port") else None),
        "rate": choice.get("rate"),
        "destination": _address(choice.get("destination"), "destination"),
        "account": _account(measure, choice.get("account"), customer),
        "note": choice.get("note"),
    }
    return dataclasses.replace(
        scope, **{name: value for name, value in chosen.items() if value is not None}
    )


def usual_hours(measure: Measure) -> int:
    """How long such a restriction usually lasts."""
    if measure in PROTECTIVE:
        return USUAL_PROTECTION
    return USUAL_HOURS.get(LEVELS[measure], 24)


def parse_measure(text: object) -> Measure:
    """The measure of that name. Raises `Invalid`."""
    try:
        return Measure(str(text))
    except ValueError as error:
        known = ", ".join(Measure)
        raise Invalid(f"measure: expected one of {known}, found {str(text)[:40]!r}") from error


def _hours(value: object, measure: Measure) -> float:
    """How long a restriction lasts; blank is refused (invariant 6)."""
    if value is None or not str(value).strip():
        usual = f"usual at {LEVELS[measure].name}: {usual_hours(measure)}"
        raise Invalid(f"hours: expected how long it lasts ({usual}), found nothing")
    return _number(value)


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError as error:
        raise Invalid(f"hours: expected a number, found {str(value)[:40]!r}") from error


def _answer_hours(value: object) -> float | None:
    """How long the customer has to answer; blank is as long as the kind gives. Raises `Invalid`."""
    if value is None or not str(value).strip():
        return None
    hours = _number(value)
    if not 1 <= hours <= LONGEST_ANSWER:
        raise Invalid(f"hours: expected 1 to {LONGEST_ANSWER} to answer, found {figure(hours)}")
    return hours


def _day(text: object) -> datetime | None:
    """The day of an off-boarding. Raises `Invalid`."""
    return parse_day(str(text), "on") if text else None


def _account(measure: Measure, text: object, customer: str) -> str | None:
    """The account whose mail is meant; for any other measure it means nothing.

    Raises `Invalid` for the name of another customer.
    """
    name = str(text).strip() if text and measure in OF_AN_ACCOUNT else ""
    if name and name != customer and customers.get(name) is not None:
        raise Invalid(f"account: expected one that {customer} has, found customer {name[:60]!r}")
    return name or None


def _address(text: object, what: str) -> Address | None:
    return parse_address(str(text), what) if text else None


def _cause(text: object) -> Cause:
    try:
        return Cause(str(text)) if text else Cause.UNKNOWN
    except ValueError as error:
        known = ", ".join(Cause)
        raise Invalid(f"cause: expected one of {known}, found {str(text)[:40]!r}") from error
