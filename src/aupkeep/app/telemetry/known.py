"""What the collector's process must know of the desk: own space, accepted thresholds.

Asked anew now and then, and remembered in a file for a start while the database is away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from aupkeep.app.desk import Desk
from aupkeep.app.telemetry import keep
from aupkeep.app.telemetry.rules import Accepted
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.subject import parse_address
from aupkeep.telemetry.around import Contact

FILE = "known"
BAD = (KeyError, TypeError, ValueError, Invalid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Our own prefixes, the thresholds that people accepted, and whom feeds call controllers."""

    own: tuple[Network, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    contacts: tuple[Contact, ...] = ()


def nobody(desk: Desk) -> tuple[Contact, ...]:
    """No feed lists anybody."""
    del desk
    return ()


def ask(desk: Desk, listed: Callable[[Desk], tuple[Contact, ...]] = nobody) -> Known:
    """As the desk has it now; `listed` gives whom feeds call controllers."""
    from aupkeep.app.telemetry.thresholds import accepted
    from aupkeep.store import inventory, refresh

    refresh()
    return Known(
        own=tuple(sorted({one.prefix for one in inventory.own_space()}, key=str)),
        accepted=tuple(accepted()),
        contacts=listed(desk),
    )


def remember(folder: Path, known: Known) -> bool:
    """Keep it for the next start."""
    value = {
        "own": [str(one) for one in known.own],
        "accepted": [[one.detector, one.threshold, one.value, one.words] for one in known.accepted],
        "contacts": [[str(one.address), *one[1:]] for one in known.contacts],
    }
    return keep.write(folder, FILE, value)


def remembered(folder: Path) -> Known | None:
    """What was kept last, None when nothing usable was."""
    found: Any = keep.read(folder, FILE)
    try:
        return Known(
            own=tuple(ip_network(str(text)) for text in found["own"]),
            accepted=tuple(
                Accepted(detector=str(a), threshold=str(b), value=float(c), words=str(d))
                for a, b, c, d in found["accepted"]
            ),
            contacts=tuple(
                Contact(parse_address(a), str(b), str(c), int(d))
                for a, b, c, d in found["contacts"]
            ),
        )
    except BAD:
        return None
