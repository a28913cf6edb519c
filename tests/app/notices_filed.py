"""Notices as people file them: the fields of a good one, and filing it as the form does."""

import hashlib

from aupkeep.app.receiving.notice_draft import NoticeDraft, read_draft
from aupkeep.app.receiving.rate_limits import priced_challenge
from aupkeep.app.submissions.filing import FiledNotice, FilingTicket, file_notice
from aupkeep.model.filing import Matter

PEER = "198.51.100.9"
GOOD = {
    "where": "203.0.113.70:40022",
    "at": "2026-03-01T12:50",
    "zone": "Europe/Oslo",
    "why": "It guessed passwords on our mail server all night.",
    "name": "Kari Nordby",
    "email": "kari@reporter.example",
    "good_faith": "yes",
}
COPYRIGHT = GOOD | {
    "where": "https://files.example/film.mkv\nhttp://203.0.113.70/film.mkv",
    "at": "",
    "zone": "",
    "work": "The film Fjord, 2024",
    "authority": "owner",
    "sworn": "yes",
    "signature": "Kari Nordby",
}


def draft_of(context, matter=Matter.BREAK_IN, **more) -> NoticeDraft:
    """A notice with some of its fields changed."""
    uploads = more.pop("uploads", ())
    given = (COPYRIGHT if matter is Matter.COPYRIGHT else GOOD) | more
    return read_draft(given, matter, language="en", now=context.now(), uploads=uploads)


def ticket_of(context, peer=PEER, **more) -> FilingTicket:
    """A solved challenge."""
    found = priced_challenge(context, peer, add=False)
    solution = solve(found.text, found.bits)
    return FilingTicket(peer=peer, challenge=found.text, solution=solution, **more)


def file_one(context, matter=Matter.BREAK_IN, **more) -> FiledNotice:
    """File a notice as somebody with a browser does."""
    return file_notice(context, draft_of(context, matter, **more), ticket_of(context))


def solve(challenge: str, bits: int) -> str:
    """A solution by plain search, as a program would find it: about 2**bits digests."""
    start = hashlib.sha256(f"{challenge}:".encode())
    number = 0
    while True:
        tried = start.copy()
        tried.update(str(number).encode())
        if int.from_bytes(tried.digest(), "big") >> (256 - bits) == 0:
            return str(number)
        number += 1
