"""What the collector knows of the controller: own space, thresholds, listed contacts, classes.

It is loaded now and then, and kept in a file for a start while the database is away.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.telemetry.collector import state_files
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.subject import parse_address
from aupkeep.model.threshold import Threshold
from aupkeep.telemetry.detect.customer_classes import CustomerClasses, classes_of
from aupkeep.telemetry.detect.network_context import MINING, ListedContact

FILE = "known"
BAD = (AttributeError, KeyError, TypeError, ValueError, Invalid)
LoadContacts = Callable[[AppContext], tuple[ListedContact, ...]]
LoadClasses = Callable[[AppContext, Iterable[str]], CustomerClasses]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerSnapshot:
    """Our own prefixes, the thresholds that people accepted, and whom feeds list.

    `classes` has the addresses of each class of customers that has thresholds of its own.
    """

    own: tuple[Network, ...] = ()
    accepted: tuple[Threshold, ...] = ()
    contacts: tuple[ListedContact, ...] = ()
    classes: CustomerClasses = field(default_factory=CustomerClasses)

    def controllers(self) -> tuple[ListedContact, ...]:
        """The contacts that fast detectors look for; mining pools are left to a slow detector."""
        return tuple(contact for contact in self.contacts if contact.label != MINING)

    def labels(self) -> frozenset[str]:
        """What is listed at all."""
        return frozenset(contact.label for contact in self.contacts)


def no_contacts(context: AppContext) -> tuple[ListedContact, ...]:
    """No feed lists anybody."""
    del context
    return ()


def no_classes(context: AppContext, wanted: Iterable[str]) -> CustomerClasses:
    """No address is of any class."""
    del context, wanted
    return CustomerClasses()


def load_snapshot(
    context: AppContext, listed: LoadContacts = no_contacts, classes: LoadClasses = no_classes
) -> ControllerSnapshot:
    """The snapshot of now.

    `listed` gives whom feeds list, `classes` the addresses of the classes asked for.
    """
    from aupkeep.app.telemetry.tuning.thresholds import accepted
    from aupkeep.store import inventory, refresh

    refresh()
    taken = tuple(accepted())
    return ControllerSnapshot(
        own=tuple(sorted({space.prefix for space in inventory.own_space()}, key=str)),
        accepted=taken,
        contacts=listed(context),
        classes=classes(context, {threshold.of_class for threshold in taken if threshold.of_class}),
    )


def save_snapshot(folder: Path, known: ControllerSnapshot) -> bool:
    """Write it for the next start."""
    value = {
        "own": [str(prefix) for prefix in known.own],
        "accepted": [
            [
                threshold.detector,
                threshold.threshold,
                threshold.value,
                threshold.words,
                threshold.of_class,
                threshold.id,
            ]
            for threshold in known.accepted
        ],
        "contacts": [[str(contact.address), *contact[1:]] for contact in known.contacts],
        "classes": known.classes.to_json(),
    }
    return state_files.write(folder, FILE, value)


def saved_snapshot(folder: Path) -> ControllerSnapshot | None:
    """The snapshot written last, None where none can be read."""
    stored: Any = state_files.read(folder, FILE)
    try:
        return ControllerSnapshot(
            own=tuple(ip_network(str(text)) for text in stored["own"]),
            accepted=tuple(_accepted(*values) for values in stored["accepted"]),
            contacts=tuple(
                ListedContact(parse_address(a), str(b), str(c), int(d))
                for a, b, c, d in stored["contacts"]
            ),
            classes=classes_of(stored.get("classes", {})),
        )
    except BAD:
        return None


def _accepted(
    detector: object,
    threshold: object,
    value: float,
    words: object,
    of_class: object = None,
    id_: object = "",
) -> Threshold:
    """A threshold of the file; one without a class is for all."""
    return Threshold(
        id=str(id_),
        detector=str(detector),
        threshold=str(threshold),
        value=float(value),
        words=str(words),
        of_class=None if of_class is None else str(of_class),
    )
