"""Mail headers pasted into a text: which address handed the mail to whoever complains about it."""

import re

from aupkeep.intake.extract.addresses import Spot, scope, spots

# RFC 5321 section 4.4: "Received: from NAME (NAME [ADDRESS]) by NAME …", folded or not
RECEIVED = re.compile(
    r"^[>\s*|]{0,8}received:[ \t]{0,4}from\s([^\n]{1,400}(?:\n[>\s]{0,4}[ \t][^\n]{1,400}){0,4})",
    re.IGNORECASE | re.MULTILINE,
)
BY = re.compile(r"\sby\s{1,4}([\w.-]{1,255})", re.IGNORECASE | re.ASCII)
MOST = 20  # fields that are looked at
ORGANISATION = 2  # last labels of a name that tell one organisation from another


def handed(text: str, domain: str) -> tuple[Spot, int] | None:
    """The peer in the topmost Received field that a server of `domain` wrote, or in the only one.

    With it comes where its field ends.

    None where a text holds no such field, or several that strangers may have written.
    """
    peers: list[tuple[tuple[Spot, int], str]] = []
    for match, _ in zip(RECEIVED.finditer(text), range(MOST), strict=False):
        by = BY.search(match[1])
        clause = match[1][: by.start()] if by else match[1]
        found = [spot for spot in spots(clause) if scope(spot.address) == "public"]
        if found:
            start = match.start(1)
            last = found[-1]
            moved = Spot(last.address, last.start + start, last.end + start)
            peers.append(((moved, match.end()), by[1].lower() if by else ""))
    own = [peer for peer, by in peers if domain and _of(by, domain)]
    if own:
        return own[0]
    return peers[0][0] if len(peers) == 1 else None


def _of(name: str, domain: str) -> bool:
    return name.split(".")[-ORGANISATION:] == domain.lower().split(".")[-ORGANISATION:]
