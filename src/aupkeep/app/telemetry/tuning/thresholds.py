"""Thresholds that a person accepted; each change is in the journal.

One may be for a class of customers alone; one that names no class, as all did once, is for all.
"""

import dataclasses
import math

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.telemetry.tuning.customer_classes import class_names
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.model.threshold import Threshold
from aupkeep.store import thresholds
from aupkeep.telemetry.detect.detector import DetectorDescription


def accepted() -> list[Threshold]:
    """All that stand, in the order they were accepted."""
    return thresholds.in_force()


def accept(
    context: AppContext, detector: DetectorDescription, threshold: str, value: float,
    *, person: str, reasons: str, of_class: str | None = None,
) -> Threshold:  # fmt: skip
    """Let a threshold be this from now on, above the policy pack's. Raises `Invalid`."""
    if threshold not in detector.defaults:
        names = ", ".join(detector.defaults)
        raise Invalid(f"threshold: expected one of {names}, found {threshold[:60]!r}")
    if not 0 < value < math.inf:
        raise Invalid(f"threshold {threshold}: expected a number above 0, found {value}")
    _check_class(of_class)
    words = f"accepted by {person} on {show_moment(context.now())[:10]}"
    words += f" for {of_class}" if of_class else ""
    taken = Threshold(
        id=context.new_id(),
        detector=detector.name,
        threshold=threshold,
        value=float(value),
        words=words,
        of_class=of_class,
    )
    before = [known for known in accepted() if known.key == taken.key]
    ended = [dataclasses.replace(known, withdrawn_at=context.now()) for known in before]
    change = _entry(context, taken, person, reasons)
    record(context, change, rows=[*ended, taken], seen=before)
    return taken


def _check_class(of_class: str | None) -> None:
    """A class that somebody is of. Raises `Invalid`."""
    there = class_names()
    if of_class is not None and of_class not in there:
        raise Invalid(f"class: expected one of {', '.join(there)}, found {of_class[:60]!r}")


def withdraw(
    context: AppContext, detector: str, threshold: str,
    *, person: str, reasons: str, of_class: str | None = None,
) -> Threshold:  # fmt: skip
    """Let what is below count again: what holds for all, the pack's word.

    Raises `Missing`, `Forbidden`.
    """
    authorised(person, StaffAct.GRANT)
    for current in accepted():
        if current.key == (detector, threshold, of_class or ""):
            gone = dataclasses.replace(current, withdrawn_at=context.now())
            record(context, _entry(context, gone, person, reasons), rows=[gone], seen=[current])
            return gone
    whose = f" for {of_class[:60]!r}" if of_class else ""
    raise Missing(
        f"threshold: expected an accepted one, found {detector[:60]!r} {threshold[:60]!r}{whose}"
    )


def _entry(context: AppContext, threshold: Threshold, person: str, reasons: str) -> Entry:
    """The entry about a threshold accepted or withdrawn. Raises `Invalid`, `Forbidden`."""
    if not reasons.strip():
        raise Invalid("reasons: expected why, found nothing")
    actor = authorised(person, StaffAct.GRANT)
    payload = {
        "detector": threshold.detector,
        "threshold": threshold.threshold,
        "value": threshold.value,
        "words": threshold.words,
        "class": threshold.of_class,
        "accepted": threshold.withdrawn_at is None,
        "reasons": reasons,
    }
    return entry(context, EntryType.THRESHOLD_CHANGED, actor, payload)
