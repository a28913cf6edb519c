"""What a mail says of web addresses: those it complains about, and the address of each."""

import re
from dataclasses import replace
from itertools import islice

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses
from aupkeep.intake.extract.lines import LineClaim, LineContext, eligible
from aupkeep.intake.extract.merging import MAX_ALL, FindingMerger
from aupkeep.intake.extract.record_blocks import RecordBlocks, near_time
from aupkeep.intake.extract.roles import role_of
from aupkeep.intake.extract.services import UNCLEAR
from aupkeep.intake.extract.urls import UrlSpan, find_urls
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.subject import Address, Subject

ADVERTISED = re.compile(r"spamvertis|advertised (?:site|page|url|link|in spam)", re.IGNORECASE)
START = 20_000  # characters of a part that say what it is about
BESIDE = 160  # characters behind a URL in which its address may stand
CONTENT = ("content/", "copyright/", "infrastructure/compromised_server")


RUNS = ("vulnerability/",)


def pointed_links(text: str, context: LineContext, merger: FindingMerger) -> list[UrlSpan]:
    """The web addresses a mail about content complains about: those it points at, else its only."""
    about_content = merger.word is not None and merger.word.startswith(CONTENT)
    runs = merger.word is not None and merger.word.startswith(RUNS)
    if not (runs or about_content or _advertised(merger.title) or _advertised(text[:START])):
        return []
    domain = merger.source.identity
    urls = [
        link
        for link in islice(find_urls(text, domain), MAX_ALL + 1)
        if context.want(text.rfind("\n", 0, link.start) + 1)
    ]
    if runs:  # what runs at an address is no page of somebody who tells how to mend it
        return [link for link in urls if link.address is not None]
    strong = [link for link in urls if link.strong or _beside(text, link.end, context)]
    if strong:
        return strong
    return urls if len({link.host for link in urls}) == 1 else []


def _advertised(text: str) -> bool:
    """Whether a text speaks of what spam advertises; most are told by their letters alone."""
    return "vertis" in text.lower() and ADVERTISED.search(text) is not None


def link_finding(
    number: int,
    text: str,
    link: UrlSpan,
    around: tuple[RecordBlocks, list[LineClaim], set[Address]],
    merger: FindingMerger,
) -> Finding:
    """A finding about a URL, with the address that the mail gives for it."""
    blocks, claims, named = around
    kind = merger.word or UNCLEAR
    offsets = {"url" if link.url else "domain": Offset(number, link.start, link.end)}
    near = [
        claim
        for claim in claims
        if len(named) == 1 or blocks.same(claim.base + claim.spot.start, link.start)
    ]
    beside = _beside(text, link.end, merger.context)
    address = link.address
    if address is None and beside is not None:
        address = beside.address
        offsets["address"] = Offset(number, link.end + beside.start, link.end + beside.end)
    elif address is None and len({claim.spot.address for claim in near}) == 1:
        base, spot = near[0].base, near[0].spot
        address = spot.address
        offsets["address"] = Offset(number, base + spot.start, base + spot.end)
    when = blocks.time_on(link.start)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    else:
        when = near_time(number, link.start, address, blocks, offsets)
    domain = None if link.address else link.host
    subject = Subject(address=address, url=link.url or None, domain=domain)
    role = role_of(kind, text, link.start, link.end, merger.title)
    finding = merger.finding(kind, role, subject, when, (merger.word_sure, None, 1, offsets))
    return replace(finding, words_alone=True)


def _beside(text: str, end: int, context: LineContext) -> AddressSpan | None:
    """The one address that follows a URL on its line: `http://… [192.0.2.1]`."""
    rest = text[end : end + BESIDE].partition("\n")[0]
    following = [spot for spot in find_addresses(rest) if eligible(spot, context)]
    return following[0] if len(following) == 1 else None
