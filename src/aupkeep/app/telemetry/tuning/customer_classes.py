"""Classes of customers: the tier, else business or private; and which class holds which address."""

import time
from collections.abc import Iterable, Iterator

from aupkeep.app.context import AppContext
from aupkeep.inventory.ranges import held_ranges
from aupkeep.telemetry.detect.customer_classes import CustomerClasses, Range, address_number

OTHERS = "not assigned"  # what nobody holds, or several do
EVERY = 300.0  # seconds between two readings of the inventory
SHARE = 100  # of the time, reading takes one part in so many at most
MOST = 1 << 18  # ranges, as many as the windows have dense addresses; the rest is judged as all are


def class_of(tier: str | None, kind: str) -> str:
    """The class of a customer of this tier and type.

    >>> class_of("gold", "business"), class_of(None, "private")
    ('gold', 'private')
    """
    return tier or kind


def class_names() -> list[str]:
    """The classes that there are, in order of their names."""
    from aupkeep.store import customers

    return sorted({OTHERS, *(class_of(tier, kind) for _, tier, kind in customers.tiers())})


class ClassRegister:
    """Who holds what, read now and then: a new holder's class counts within minutes."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._found, self._wanted = CustomerClasses(), frozenset[str]()
        self._next = 0.0

    def classes(self, context: AppContext, wanted: Iterable[str]) -> CustomerClasses:
        """The ranges of these classes; where there is none to ask about, nothing is read."""
        asked = frozenset(wanted)
        began = time.monotonic()
        if asked == self._wanted and (began < self._next or not asked):
            return self._found
        self._found, self._wanted = CustomerClasses(_ranges(context, asked) if asked else ()), asked
        ended = time.monotonic()
        self._next = ended + max(EVERY, SHARE * (ended - began))
        return self._found


def _ranges(context: AppContext, wanted: frozenset[str]) -> Iterator[Range]:
    """Each part of our own space whose holder now is of a class that is asked for."""
    from aupkeep.store import customers, inventory

    of = {name: class_of(tier, kind) for name, tier, kind in customers.tiers()}
    now, count = context.now(), 0
    for first, last, held in held_ranges(inventory.own_space(), inventory.held(now), now):
        name = of.get(held.customer, OTHERS) if held else OTHERS
        if name in wanted and count < MOST:
            count += 1
            yield address_number(first), address_number(last), name
