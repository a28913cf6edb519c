"""Thresholds that a person accepted: a flag of the install, each change in the journal.

One may be for a class of customers alone; one that names no class, as all did once, is for all.
"""

import json
import math
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.telemetry.tuning.customer_classes import class_names
from aupkeep.app.telemetry.tuning.effective_rules import Accepted, Named
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.flag import Flag
from aupkeep.model.moments import show_moment
from aupkeep.store import flags

FLAG = "flows:thresholds"


def accepted() -> list[Accepted]:
    """All that stand, by detector and threshold."""
    return [_read(one) for one in json.loads(flags.value(FLAG, "[]"))]


def accept(
    context: AppContext, detector: Named, threshold: str, value: float,
    *, person: str, reasons: str, of_class: str | None = None,
) -> Accepted:  # fmt: skip
    """Let a threshold be this from now on, above the policy pack's. Raises `Invalid`."""
    if threshold not in detector.defaults:
        names = ", ".join(detector.defaults)
        raise Invalid(f"threshold: expected one of {names}, found {threshold[:60]!r}")
    if not 0 < value < math.inf:
        raise Invalid(f"threshold {threshold}: expected a number above 0, found {value}")
    _check_class(of_class)
    words = f"accepted by {person} on {show_moment(context.now())[:10]}"
    words += f" for {of_class}" if of_class else ""
    one = Accepted(
        detector=detector.name, threshold=threshold, value=value, words=words, of_class=of_class
    )
    _write(context, one, person, reasons, gone=False)
    return one


def _check_class(of_class: str | None) -> None:
    """A class that somebody is of. Raises `Invalid`."""
    there = class_names()
    if of_class is not None and of_class not in there:
        raise Invalid(f"class: expected one of {', '.join(there)}, found {of_class[:60]!r}")


def withdraw(
    context: AppContext, detector: str, threshold: str,
    *, person: str, reasons: str, of_class: str | None = None,
) -> Accepted:  # fmt: skip
    """Let what is below count again: what holds for all, the pack's word. Raises `Missing`."""
    for one in accepted():
        if one.key == (detector, threshold, of_class or ""):
            _write(context, one, person, reasons, gone=True)
            return one
    whose = f" for {of_class[:60]!r}" if of_class else ""
    raise Missing(
        f"threshold: expected an accepted one, found {detector[:60]!r} {threshold[:60]!r}{whose}"
    )


def _write(context: AppContext, one: Accepted, person: str, reasons: str, *, gone: bool) -> None:
    """The flag and its entry; the worker's reconciling needs nothing of it."""
    if not reasons.strip():
        raise Invalid("reasons: expected why, found nothing")
    before = flags.get(FLAG)
    rest = [each for each in accepted() if each.key != one.key]
    stands = rest if gone else [*rest, one]
    value = json.dumps([_plain(each) for each in stands])
    told = {**_plain(one), "accepted": not gone, "reasons": reasons}
    actor = Actor(kind=ActorKind.PERSON, id=person, name=person)
    record(
        context,
        entry(context, EntryType.THRESHOLD_CHANGED, actor, told),
        rows=[Flag(name=FLAG, value=value, changed_at=context.now())],
        seen=[before] if before else [],
    )


def _plain(one: Accepted) -> dict[str, Any]:
    return {
        "detector": one.detector,
        "threshold": one.threshold,
        "value": one.value,
        "words": one.words,
        "class": one.of_class,
    }


def _read(one: dict[str, Any]) -> Accepted:
    return Accepted(
        detector=one["detector"],
        threshold=one["threshold"],
        value=float(one["value"]),
        words=one["words"],
        of_class=one.get("class"),
    )
