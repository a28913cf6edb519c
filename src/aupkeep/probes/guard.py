"""What a probe may be sent to: the case's own subject, in our own space, held by it now. Pure."""

from collections.abc import Iterable

from aupkeep.model.holding import Network
from aupkeep.model.probe import ProbeTarget
from aupkeep.model.taxonomy import KINDS

UNTOUCHED = "offensive-illegal"  # the clause of what nobody here may look at, not even by a program


def refusal(
    target: ProbeTarget,
    kind: str,
    *,
    evidence: Iterable[ProbeTarget],
    own: Iterable[Network],
    held: bool,
) -> str | None:
    """Why this place is not asked, or None.

    * It is what a claim of the case names, to the letter: address, port and page.
    * It is no address that stands for many, or for this machine.
    * It lies in our own space, and the case's resource certainly holds it now.
    * The case is not about what the law forbids to look at.
    """
    address = target.address
    known = KINDS.get(kind)
    if known is not None and known.clause == UNTOUCHED and target.url is not None:
        return f"{kind}: nobody looks at such a page, and no program either"
    if target not in set(evidence):
        return f"{target.place} is no place that the evidence of this case names"
    if address.is_multicast or address.is_loopback or address.is_unspecified:
        return f"{address} is no host of a customer"
    if not any(address in prefix for prefix in own):
        return f"{address} is not in our own space"
    if not held:
        return f"{address} is not known to be held by this resource now; it is somebody else's"
    return None
