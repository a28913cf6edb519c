"""What the driver `openstack` says: its plan, what it read back, what it leaves to a person."""

from collections.abc import Iterable, Mapping

from aupkeep.enforcement.openstack.aim import AimSettings
from aupkeep.enforcement.openstack.record import CloudHold, HeldField
from aupkeep.model.action import Action
from aupkeep.model.ladder import Measure


def mark_of(reference: str, action: str, owner: str = "") -> str:
    """What a lock says to whoever asks, and to other homes."""
    whose = f" target {owner}" if owner else ""
    return f"aupkeep case {reference} action {action}{whose}"


def planned_ops(action: Action, settings: AimSettings) -> Iterable[str]:
    """What apply does, in OpenStack's words."""
    resource = action.scope.resource
    if action.measure is Measure.SUSPEND_ACCOUNT:
        return [f"disable the project of {resource} and all below it, the lowest first"]
    if resource.startswith("image:"):
        return [f"deactivate {resource}"]
    if resource.startswith("floatingip:"):
        return [f"detach {resource}"]
    ports = f"set {settings.isolate} of the ports of {resource} to {settings.isolated}"
    if action.measure is Measure.ISOLATE:
        return [ports]
    stop = [f"bring {resource} to {settings.power}"] if settings.power else []
    return [ports, *stop, f"lock {resource}"]


def note_of(action: Action) -> str | None:
    """Why a measure cannot go narrower, or what it leaves, or None."""
    if action.measure is Measure.ISOLATE and action.scope.resource.startswith("floatingip:"):
        return "the machine behind it still reaches out by its router's address"
    if action.measure is Measure.ISOLATE:
        return "touches the whole port with every address of it"
    if action.measure is Measure.SUSPEND_ACCOUNT:
        return "nobody can log in to it; its machines run on"
    return None


def shown(value: str | None) -> str:
    """A value in a sentence, short and plain: a lock's words may be anybody's."""
    if value is None:
        return "nothing"
    return value[:100].encode("ascii", "backslashreplace").decode() or "none"


def lost_words(hold: CloudHold, locks: Iterable[str]) -> list[str]:
    """Of locks that are ours and whose record is gone."""
    return [
        f"{name}: it had our lock and no record of ours: how the machine was before nobody knows, "
        f"so a person starts it after case {hold.reference}"
        for name in locks
    ]


def left_words(hold: CloudHold, held: HeldField, now: str) -> str:
    """Of a field that another changed since."""
    return (
        f"{held.field}: left as it is, {shown(now)}: we had set it from {shown(held.former)} to "
        f"{shown(held.ours)}, case {hold.reference}"
    )


def held_words(hold: CloudHold, values: Mapping[str, str | None]) -> str:
    """What was read back, as a sentence."""
    fields = ", ".join(f"{name} {shown(value)}" for name, value in values.items())
    return f"openstack: {hold.place}: {fields}; case {hold.reference}, action {hold.action}"
