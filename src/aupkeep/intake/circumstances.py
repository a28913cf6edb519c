"""What a report says of a claim beside the claim: that it is promoted, or harmless after all.

The policy forbids to engage in abuse, and to promote or encourage it. A claim is of the first
unless the report says that the thing is offered, advertised or called for. A report may also say
that what it found is an exercise, a sinkhole or gone by now. Both only ever hold a rule back or
lead to a word, so a wrong reading here limits nobody.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from aupkeep.model.finding import Conduct, Finding, Offset
from aupkeep.model.report import Reading

LONGEST = 20_000  # characters of a letter about one subject that are looked at
PARAGRAPH = 2_000  # of a paragraph; in a longer one the line counts
STEMS = (
    "for hire",
    "for sale",
    "for rent",
    "-for-",
    "-as-",
    "as a service",
    "advertis",
    "promot",
    "spamvertis",
    "encourag",
    "recruit",
    "sell",
    "offer",
    "selger",
    "tilbyr",
    "reklamerer",
    "oppfordrer",
    "archiv",
    "wayback",
    "arkivkopi",
    "expired",
    "utløpt",
    "parked",
    "nxdomain",
    "longer",
    "already",
    "fjernet",
    "offline",
    "honey",
    "honning",
    "mirror",
    "reseller",
    "copy",
    "commons",
    "public domain",
    "lisensiert",
    "eicar",
    "password",
    "passord",
    "sample",
    "simul",
    "exercise",
    "drill",
    "awareness",
    "øvelse",
    "sinkhole",
)  # without one of these nothing below is said
THINGS = (
    r"(?:ddos|denial|attacks?|booters?|stressers?|botnets?|malware|exploits?|ransomware|phishing"
    r"|spam\w*|mailing lists?|stolen|carding|credit cards?|hacking|piracy|pirated|angrep|skadevare"
    r"|piratkopi\w*)"
)
BETWEEN = r"[ \t\n]+(?:[\w'-]{1,30}[ \t\n]+){0,4}?"
PROMOTES = re.compile(
    r"\bconduct[\"']?\s{0,3}[:=]\s{0,3}[\"']?promoting\b"
    r"|\bspamvertis\w{1,4}\b"
    rf"|\b{THINGS}[ -](?:for[ -](?:hire|sale|rent)|as[ -]a[ -]service)\b"
    r"|\b(?:advertis(?:es?|ing|ed)|promot(?:es?|ing|ed)|encourag(?:es?|ing)|recruit(?:s|ing)?"
    r"|sells?|selling|offers?|offering|selger|tilbyr|reklamerer for|oppfordrer til)"
    rf"{BETWEEN}{THINGS}\b",
    re.IGNORECASE,
)
SIGNS = {
    "archive": r"archived (?:copy|version|page)|(?:wayback|archive\.org) (?:copy|snapshot)"
    r"|arkivkopi",
    "gone": r"expired domain|domain (?:has )?expired|domain is parked|parked domain|nxdomain"
    r"|no longer (?:online|reachable|available)|already (?:removed|taken down|offline)"
    r"|url_status[\"']?\s{0,3}[:=,]\s{0,3}[\"']?offline|fjernet allerede|domenet er utløpt",
    "honeypot": r"(?:is|as|be) (?:an? )?honey ?pot|er en honningfelle|[\"']honeypot[\"']",
    "licensed": r"(?:licensed|official|authori[sz]ed) (?:mirror|reseller|copy)"
    r"|creative commons|public domain|lisensiert speil",
    "sample": r"\beicar\b|password[- ]protected (?:archive|zip|sample)"
    r"|(?:malware|virus) samples? (?:repository|collection|archive)|passordbeskyttet arkiv",
    "simulation": r"(?:phishing|attack|security) (?:simulation|exercise|drill)"
    r"|simulated (?:phishing|attack)|awareness training|sikkerhetsøvelse|simulert",
    "sinkhole": r"(?:is|as|be|known) (?:an? )?(?:\w{1,20} )?sinkhole"
    r"|er et sinkhole|[\"']sinkhole[\"']",
}  # LOOKALIKES
LOOKS = {sign: re.compile(words, re.IGNORECASE) for sign, words in SIGNS.items()}
DENIED = re.compile(
    r"(?:\bnot|n't|\bno|\bnever|\bikke|\bingen)\W{1,3}(?:\w{1,20}\W{1,3}){0,3}$", re.IGNORECASE
)


def with_circumstances(finding: Finding, reading: Reading) -> Finding:
    """The finding with its `conduct` and `lookalikes`, as the report states them.

    Words count in the finding's own paragraph and in what the source said of it in fields; in the
    whole letter only where it is about one subject. Quoted mail and denied words do not count.
    """
    if finding.source.own:
        return finding
    passages = [x for x in _passages(finding, reading) if _hints(x[2].casefold())]
    signs = tuple(sign for sign, words in LOOKS.items() if any(_stated(words, p) for p in passages))
    place = next((x for x in (_stated(PROMOTES, p) for p in passages) if x), None)
    if place is None:
        return replace(finding, lookalikes=signs) if signs else finding
    offsets = finding.offsets if place.part < 0 else {**finding.offsets, "conduct": place}
    return replace(finding, conduct=Conduct.PROMOTING, lookalikes=signs, offsets=offsets)


Passage = tuple[int, int, str]  # part (-1: no part), where it begins there, its text


def _passages(finding: Finding, reading: Reading) -> Iterator[Passage]:
    """Where the report may say it: fields first, then the text."""
    if finding.details:
        yield -1, 0, "\n".join(f'{name}: "{value}"' for name, value in finding.details.items())
    alone = len({other.subject for other in reading.findings}) <= 1
    places = [place for place in finding.offsets.values() if place.part < len(reading.parts)]
    part = places[0].part if places else 0
    if alone:
        yield -1, 0, reading.title
    if part >= len(reading.parts):
        return
    text, start, end = reading.parts[part], 0, LONGEST
    if not alone and places:
        start, end = _around(text, min(place.start for place in places))
    elif not alone:
        return
    quotes = [place for place in reading.quoted if place.part == part]
    for begin, finish in _own(start, min(end, len(text)), quotes):
        yield part, begin, text[begin:finish]


def _around(text: str, here: int) -> tuple[int, int]:
    """The paragraph around a place, or in a long one, such as a table, its line."""
    for break_ in ("\n\n", "\n"):
        start = text.rfind(break_, max(0, here - PARAGRAPH), here)
        stop = text.find(break_, here, here + PARAGRAPH)
        if (start >= 0 or here <= PARAGRAPH) and (stop >= 0 or len(text) <= here + PARAGRAPH):
            return start + 1, stop if stop >= 0 else len(text)
    return here, here


def _hints(text: str) -> bool:
    return any(stem in text for stem in STEMS)


def _own(start: int, end: int, quotes: list[Offset]) -> Iterator[tuple[int, int]]:
    """The stretches between `start` and `end` that are no quotes."""
    for quote in sorted(quotes, key=lambda place: place.start):
        if quote.start > start:
            yield start, min(quote.start, end)
        start = max(start, quote.end)
    if start < end:
        yield start, end


def _stated(words: re.Pattern[str], passage: Passage) -> Offset | None:
    """Where a passage says it without denying it."""
    part, begin, text = passage
    for match in words.finditer(text):
        if not DENIED.search(text, max(0, match.start() - 60), match.start()):
            return Offset(part, begin + match.start(), begin + match.end())
    return None
