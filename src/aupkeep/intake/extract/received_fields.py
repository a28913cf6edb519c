"""Mail headers pasted into a text: which address handed the mail to whoever complains about it."""

import re
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses, scope

# RFC 5321 section 4.4: "Received: from NAME (NAME [ADDRESS]) by NAME …", folded or not
RECEIVED = re.compile(
    r"^[>\s*|]{0,8}received:[ \t]{0,4}from\s([^\n]{1,400}(?:\n(?:[>\s]{0,4}[ \t]|(?:by|for"
    r"|with|id) )[^\n]{1,400}){0,4})",
    re.IGNORECASE | re.MULTILINE,
)
EXTENDED = re.compile(r"[>\s*|]{0,8}x-[\w-]{1,40}\s?:", re.IGNORECASE | re.ASCII)
# a field of a mail's header beside which "X-…" is another
FIELD = re.compile(
    r"^[>\s*|]{0,8}(?:received|return-path|delivered-to|from|to|cc|reply-to|sender|subject|date"
    r"|message-id|mime-version|content-type|dkim-signature|authentication-results|list-[a-z]{1,20})"
    r"\s?:",
    re.IGNORECASE | re.MULTILINE,
)
BY = re.compile(r"\sby\s{1,4}([\w.-]{1,255})", re.IGNORECASE | re.ASCII)
NAMES = re.compile(r"(?:^|\()\s{0,4}(?:helo[= ])?([a-z0-9][\w.-]{0,250})", re.IGNORECASE | re.ASCII)
RECIPIENT = re.compile(
    r"^[>\s*|]{0,8}(?:to|delivered-to|x-original-to|envelope-to):[^\n]{0,200}?@([\w.-]{1,253})",
    re.IGNORECASE | re.MULTILINE,
)
SHOWN = re.compile(r"^[>\s*|]{0,8}(?:subject|from):", re.IGNORECASE | re.MULTILINE)
CLOSED = re.compile(r"^[>\s]{0,4}(?:-{2,}|={3,}|_{3,}|\*{3,})", re.MULTILINE)
BLOCK = 4_000  # characters of a header before and behind a field
MOST = 20  # fields that are looked at
ORGANISATION = 2  # last labels of a name that tell one organisation from another


class HandingPeer(NamedTuple):
    """Who handed a mail over, where that field ends, and whether its writer is the complainant's.

    Anybody may put a field of another server's into what they send.
    """

    spot: AddressSpan
    end: int
    trusted: bool


class ReceivedHop(NamedTuple):
    """One Received field: the peer, where the field ends, who wrote it.

    `names` are the name that the peer gave itself and the one that the writer looked up.
    """

    spot: AddressSpan
    end: int
    by: str
    names: tuple[str, ...]


def handing_peer(text: str, domain: str) -> HandingPeer | None:
    """The peer in the topmost Received field that a server of `domain` wrote, or in the only one.

    A relay of the domain itself is passed over when its own
    receiver knew it by name and the field below was written there; a name that the peer only gave
    itself leaves it open.

    Where no field is the complainant's the topmost counts that the mail's recipient's server wrote.
    None where a text holds no such field, or several that strangers may have written.
    """
    hops = _hops(text)
    own = [number for number, hop in enumerate(hops) if domain and _of(hop.by, domain)]
    for number in own:
        hop = hops[number]
        if not any(_of(name, domain) for name in hop.names):
            return HandingPeer(hop.spot, hop.end, trusted=True)
        relay = len(hop.names) > 1 and _of(hop.names[-1], domain)
        if not relay or number + 1 not in own:
            return None
    if own or not hops:
        return None
    first, to = hops[0], RECIPIENT.search(text)
    taken = to is not None and _of(first.by, to[1])  # who got the mail wrote the topmost field
    known = len(hops) == 1 or (taken and not any(_of(name, first.by) for name in first.names))
    return HandingPeer(first.spot, first.end, trusted=taken) if known else None


def is_sent_along(text: str, place: int) -> bool:
    """Whether a place stands in a field that whoever sent a mail wrote: `X-…` among a mail's own.

    What a receiving server writes of its peer is a Received field with "from". In a block of fields
    without any, and beside one, the sender may have written the rest.
    """
    start = text.rfind("\n", 0, place) + 1
    if EXTENDED.match(text, start) is None:
        return False
    if RECEIVED.search(text) is not None:
        return True
    first, last = text.rfind("\n\n", 0, start) + 1, text.find("\n\n", start)
    first = max(first, start - BLOCK)
    return (
        FIELD.search(text, first, last if 0 <= last < start + BLOCK else start + BLOCK) is not None
    )


def above_mail(text: str) -> str:
    r"""A text without the body of the mail whose header is pasted at its end: its sender's words.

    A header is a Received field with a subject or a sender near it. Where words follow a signature
    or a line of dashes below it, they may be the letter's own, and stay.

    >>> header = "Received: from a by b\nSubject: x\n"
    >>> above_mail(f"Stop it.\n\n{header}\nYou won.") == f"Stop it.\n\n{header}"
    True
    """
    field = RECEIVED.search(text)
    end = text.find("\n\n", field.end()) if field else -1
    if field is None or end < 0 or SHOWN.search(text, field.start(), end + 1) is None:
        return text
    own = CLOSED.search(text, end)
    return text[: end + 1] + (text[own.start() :] if own else "")


def _hops(text: str) -> list[ReceivedHop]:
    """The fields whose peer has a public address, as they stand."""
    hops = []
    for match in islice(RECEIVED.finditer(text), MOST):
        by = BY.search(match[1])
        clause = match[1][: by.start()] if by else match[1]
        addresses = [spot for spot in find_addresses(clause) if scope(spot.address) == "public"]
        if addresses:
            start, last = match.start(1), addresses[-1]
            moved = AddressSpan(last.address, last.start + start, last.end + start)
            names = tuple(name[1] for name in islice(NAMES.finditer(clause), 2))
            hops.append(ReceivedHop(moved, match.end(), by[1].lower() if by else "", names))
    return hops


def _of(name: str, domain: str) -> bool:
    return name.lower().split(".")[-ORGANISATION:] == domain.lower().split(".")[-ORGANISATION:]
