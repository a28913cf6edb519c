"""Which of the URLs in a copyright notice are said to infringe, by the words around each.

A notice names the work that was copied, the copies, the claimant's own pages and the law. Three
things speak about a URL: the words before it in its line, the nearest line above that says
something, and the question or heading it answers. Where the heading agrees with the words, or one
of them is silent, that decides; where they contradict each other, and where nothing speaks, the URL
is in doubt. URLs in doubt count where others of the same host are claimed, or when none is. What
stands in a question or heading itself, and pages about law and rules, are never claimed. The only
page of a letter is what it is about where words point at it, since the law asks it to name one.

Linear in the text: each line is looked at once, through a window of fixed size.
"""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.extract.urls import TRAILING, URL, read_url
from aupkeep.intake.mail.quotes import LEAVE

MOST = 2_000  # URLs of one notice
BEFORE = 160  # characters in a line before a URL that explain it
LONGEST_HEADING = 700
MOST_WAITING = 1_000  # lines above a URL that are kept before they are asked
SHORT = 100  # characters of a line that says nothing and changes nothing
BULLET = re.compile(r"[\s\d.)(*•·●▪◦‣\-\u2013+#>:;,\"'|<\[]*")
ITEM = re.compile(r"[ \t\\#*(]{0,4}\d{1,2}[.)]")
HEADING = re.compile(r"\*\*|__|#{1,6} |<b>")
GOES_ON = re.compile(r"[\s)>\"',]{0,4}(?:is|are|was|were|has|have|contains?|hosts?|which|that)\b")
APPENDED = re.compile(r"(?:appendix|annex|schedule|exhibit|attachment)\b", re.IGNORECASE)
PARTED = ("|", "\t", ";", ",", "  ")  # what parts the cells of a table
ANOTHER = re.compile(r"[,;]http")
ORIGINALS = re.compile(
    r"original|copyrighted|authentic|genuine|our|owner|source work|legitimate|official|œuvre|"
    r"werk\b|obra|opera|verk\b",
    re.IGNORECASE,
)
INFRINGING = re.compile(
    r"infring|cop(?:y|ies|ied)|pirat|unauthori|illegal|stolen|verletz|rechtswidrig|kopi[ae]|krenk|"
    r"contrefa|inbreuk|infract|infraz|url to remove|offending",
    re.IGNORECASE,
)
FORMS = re.compile(r"(?:href=[\"']?|\]\()$")
POLICY = re.compile(
    r"://(?:[\w-]+\.){0,3}(?:lumendatabase|chillingeffects|copyright|wipo|eur-lex|creativecommons"
    r"|gnu|opensource|choosealicense|law|wikipedia)\.|/(?:site-policy|articles?|legal|[\w-]{0,20}terms[\w-]{0,20}|policy"
    r"|policies|licen[sc]es?|tos|dmca|contact|privacy|copyright)\b(?!/blob)",
    re.IGNORECASE,
)
WORK = (
    r"(?:site|website|web ?page|page|work|product|store|shop|company|repository|repo|profile|policy"
    r"|documentation|book|app|software|licen[sc]e|code|game|course|project|content|material|links?"
    r"|url|listing)s?"
)
THEIRS = re.compile(
    rf"original|\bofficial|legitimate|authentic|genuine|copyrighted {WORK}\b"
    r"|\bcompany (?:web ?)?site"
    rf"|\b(?:our|my|its|client'?s|company'?s) (?:[\w-]+ ){{0,4}}?{WORK}\b|owned by"
    r"|\bowners? of\b|documentary|protected works?\b"
    r"|belong(?:s|ing)? to"
    r"|(?:sold|sells?|selling|purchas\w+|buy|bought|available|published|distributed|licensed"
    r"|registered|developed)\b.{0,30}\b(?:on|at|from|by|via|here)\b|\bunder .{0,30}licen[sc]e"
    r"|licen[sc]e (?:agreement|terms|located|at|is|can|does)|trademark|registration|more info"
    r"|further info|see also|for details|details,? see|contact|about us|behalf of|represent"
    r"|nature of|ownership|technological|guide|fair use|telephone|(?:street|postal|mail|physical"
    r"|our|my|company) address|e-?mail\b|profile|\b(?:web ?site|web|home ?page) ?:"
    rf"|{WORK} (?:that |which )?(?:was |is |has been |have been |being )?(?:allegedly )?(?:being )?"
    r"infringed|\bused by\b|\bpolic(?:y|ies)\b|platform",
    re.IGNORECASE,
)
COPIES = re.compile(
    r"infring(?:es?|ing|ements?|ers?)\b|tak(?:e|en|ing) ?down|takedown|remov(?:e|ed|al|ing)\b"
    r"|disabl|delet"
    r"|unauthori[sz]ed|illegal|unlawful|violat|breach|without (?:\w+ ){0,4}(?:permission"
    r"|authori[sz]ation|consent|licen[sc]e)|stole|stolen|copied|copies|copying|\bcopy\b|pirat|leak"
    r"|clone|unofficial|re-?upload|upload|offending|accused|in question|reported|forks?\b|forked"
    r"|hosted|hosting|(?:following|these|this|below|above|entire|full|specific|whole) (?:[\w-]+ )"
    r"{0,2}(?:repositor|repos?\b|files?|content|material|projects?)"
    r"|(?:circumvent|bypass)\w*[^.?]{0,40} (?:technological|protection|licen[sc]e|activation)"
    r"|\b(?:ships|redistributes|reproduces|rehosts|mirrors) (?:our|my)\b"
    r"|contains? (?:our|my|the)|\bhe |\bshe |\bthey |the user|someone|github (?:user|account)",
    re.IGNORECASE,
)
# what only points, and takes a side where nothing else does
POINTS = re.compile(
    r"(?:following|these|this|below|above|entire|full|specific|whole) (?:[\w-]+ ){0,2}"
    r"(?:links?|urls?|pages?|address)",
    re.IGNORECASE,
)
OF_THE_WORK = re.compile(
    # somebody else put it there, whatever it is
    r"\b(?:students?|employees?|someone|somebody|he|she|they|users?|persons?|developers?|interns?"
    r"|contractors?|colleagues?|customers?|individuals?)\b[^.:?]{0,40}\b(?:posted|published|put|shared"
    r"|released|uploaded|pushed|leaked|made)\b[^.?]{0,120}"
    r"|(?:cop(?:y|ies|ied|ying)|cloned?|stolen|forked|infring\w{1,6}|violat\w{1,4}|derived|ripped"
    r"|(?:files?|repositor\w{1,3}|repo|project|content)s? (?:(?:that|which) )?"
    r"(?:is|are|contains?|includes?|has|have))"
    r"(?: (?:from|of|upon|on|onto|to|in|is|are|the|our|my|its|their|an?|all|any|exact|direct"
    r"|original|official|copyrighted|exclusive|proprietary|[\w-]{1,20}'s)){1,8}"
    rf"(?: [\w.-]{{1,30}}){{0,3}}? {WORK}\b",
    re.IGNORECASE,
)


class UrlSide(Enum):
    """What words say about the URL behind them."""

    COPY = "copy"
    THEIRS = "theirs"


class ClaimedUrl(NamedTuple):
    """One URL said to infringe; `text[start:end]` is where it stands."""

    url: str
    host: str
    start: int
    end: int

    @property
    def deep(self) -> bool:
        """True when it names more than a site."""
        return len(self.url.partition("://")[2].partition("/")[2]) > 1


class JudgedUrl(NamedTuple):
    """A URL with what is said about it; `disputed` when the words and the heading disagree."""

    link: ClaimedUrl
    side: UrlSide | None
    disputed: bool = False


def claimed_urls(text: str, own: str = "") -> list[ClaimedUrl]:
    r"""The URLs of a notice that are said to infringe, each once; `own` is the claimant's domain.

    >>> [one.url for one in claimed_urls("Our original work: https://a.example/w\n"
    ...                             "Please take down https://b.example/copy.")]
    ['https://b.example/copy']
    """
    judged = [url for url in islice(_judged(text), MOST) if not _of(url.link.host, own)]
    said = [url.link for url in judged if url.side is UrlSide.COPY]
    theirs = [url.link for url in judged if url.side is UrlSide.THEIRS]
    named = {link.url for link in theirs}
    doubt = [url for url in judged if url.side is None and url.link.url not in named]
    if said:
        hosts = {link.host for link in said}
        return _each_once([*said, *(url.link for url in doubt if url.link.host in hosts)])
    likely = _likeliest(doubt, {link.host for link in theirs})
    alone = len(named) == 1 and not doubt
    return _each_once(likely or (_pointed_at(text, theirs) if alone else []))


def _pointed_at(text: str, links: list[ClaimedUrl]) -> list[ClaimedUrl]:
    """The URLs at which the words before them point."""
    return [link for link in links if POINTS.search(text, max(0, link.start - BEFORE), link.start)]


def _likeliest(doubt: list[JudgedUrl], theirs: set[str]) -> list[ClaimedUrl]:
    """Of URLs in doubt those somebody said something about, best on hosts not the claimant's."""
    disputed = [judged.link for judged in doubt if judged.disputed] or [
        judged.link for judged in doubt
    ]
    return [link for link in disputed if link.host not in theirs] or disputed


def _each_once(links: list[ClaimedUrl]) -> list[ClaimedUrl]:
    """In the order of the text; the front page of a site falls away beside its pages."""
    deep = {claimed.host for claimed in links if claimed.deep}
    first: dict[str, ClaimedUrl] = {}
    for link in sorted(links, key=lambda claimed: claimed.start):
        if link.deep or not any(_of(host, link.host) for host in deep):
            first.setdefault(link.url.rstrip("/"), link)
    return list(first.values())


def _judged(text: str) -> Iterator[JudgedUrl]:
    """Every URL with its side, line by line."""
    heading: UrlSide | None = None
    columns = UrlColumns()
    above = _Above()
    lead, start = "", 0  # the words just above, which a line may go on
    for line in text.split("\n"):
        links = list(_links(line, start))
        columns.hear(line)
        if links and columns.tells(line):
            for link in links:
                yield JudgedUrl(link, columns.side(line, link.start - start), disputed=False)
            start += len(line) + 1
            continue
        if ITEM.match(line):
            above.settle(None)
        if _is_heading(line):
            heading, lead = _side(line[-LONGEST_HEADING:]), ""
            above.settle(None)
        elif links:
            url_side = above.side()
            for link in links:
                words = _around(line, (link.start - start, link.end - start), lead) or url_side
                disputed = bool(words and heading and words is not heading)
                yield JudgedUrl(link, None if disputed else words or heading, disputed)
            above.settle(_below(line, url_side))
            lead = ""
        elif line.strip():
            lead = f"{lead} {line}"[-2 * BEFORE :]
            above.hear(lead, alone=len(line) >= SHORT)
        else:
            lead = ""
        start += len(line) + 1


class UrlColumns:
    """A table whose header names a column of originals beside one of copies."""

    def __init__(self) -> None:
        self._sides: list[UrlSide | None] = []
        self._parted = ""

    def hear(self, line: str) -> None:
        """A header, where a line names both columns and holds no link; an empty line ends none."""
        if URL.search(line):
            return
        parted = next((sign for sign in PARTED if sign in line), "")
        cells = line.split(parted) if parted else []
        sides = [_column_side(cell) for cell in cells]
        if UrlSide.COPY in sides and UrlSide.THEIRS in sides and len(line) < LONGEST_HEADING:
            self._sides, self._parted = sides, parted

    def tells(self, line: str) -> bool:
        """True for a row of the table."""
        return bool(self._sides) and len(line.split(self._parted)) == len(self._sides)

    def side(self, line: str, place: int) -> UrlSide | None:
        """The side of the column in which a place of a row stands."""
        return self._sides[line[:place].count(self._parted)]


def _column_side(cell: str) -> UrlSide | None:
    """What the name of a column says of the links below it."""
    if ORIGINALS.search(cell):
        return UrlSide.THEIRS
    return UrlSide.COPY if INFRINGING.search(cell) else None


class _Above:
    """The side of the nearest line above that takes one, looked for only where a URL follows."""

    def __init__(self) -> None:
        self._known: UrlSide | None = None
        self._waiting: list[str] = []  # lines not yet asked, behind what is known

    def settle(self, side: UrlSide | None) -> None:
        """Whatever was above, this is the side now."""
        self._known = side
        self._waiting.clear()

    def hear(self, words: str, *, alone: bool) -> None:
        """A line that may take a side; a silent one that stands `alone` hides what is above."""
        if alone:
            self.settle(None)
        elif len(self._waiting) >= MOST_WAITING:
            self.side()
        self._waiting.append(words)

    def side(self) -> UrlSide | None:
        """The side that is above, or None."""
        while self._waiting:
            url_side = _side(self._waiting.pop())
            if url_side:
                self.settle(url_side)
        return self._known


def _below(line: str, above: UrlSide | None) -> UrlSide | None:
    """What a line with URLs hands on: a list what it was told, a sentence what it says last."""
    words = URL.sub(" ", line[-2 * BEFORE :])
    return above if BULLET.fullmatch(words) else _side(words) or above


def _is_heading(line: str) -> bool:
    """A bold line, a title, words of leave, or a question: what is asked and not the answer."""
    text = line.strip()
    if not text or len(text) > LONGEST_HEADING:
        return False
    appended = len(text) <= SHORT and (APPENDED.match(text) or LEAVE.match(text))
    return bool(HEADING.match(text) or appended) or text.rstrip("*_ ").endswith("?")


def _around(line: str, place: tuple[int, int], lead: str) -> UrlSide | None:
    """What the words before a URL say, or those behind it where it begins its line."""
    start, end = place
    before = URL.sub(" ", line[max(0, start - BEFORE) : start])
    behind = URL.sub(" ", line[end : end + BEFORE])
    if not BULLET.fullmatch(before):
        words = f"{lead} {before}"[-2 * BEFORE :]
        earlier, stop, sentence = words.rpartition(". ")
        goes_on = behind.partition(". ")[0] if GOES_ON.match(behind) else ""
        return _side(sentence) or _side(goes_on) or _side(f"{earlier}{stop}")
    return None if lead else _side(behind)


def _side(words: str) -> UrlSide | None:
    """The side of the last words that take one; a copy of the work is a copy."""
    copy, theirs = -1, -1
    spans = [match.span() for match in THEIRS.finditer(words)]
    theirs = max((end for _, end in spans), default=-1)
    for pattern in (COPIES, OF_THE_WORK):
        for match in pattern.finditer(words):
            inside = (end for start, end in spans if start <= match.start() < end)
            copy = max(copy, match.end(), *inside)
    if copy < 0 and theirs < 0:
        return UrlSide.COPY if POINTS.search(words) else None
    return UrlSide.COPY if copy >= theirs else UrlSide.THEIRS


def _links(line: str, base: int) -> Iterator[ClaimedUrl]:
    """The URLs of a line that are nobody's rules or forms."""
    for match in URL.finditer(ANOTHER.sub(" http", line)):  # cells of a table
        source = match[0].split("](", 1)[0].split("&lt;", 1)[0].rstrip(TRAILING)
        url = read_url(source)
        host = (
            url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
        )
        before = line[max(0, match.start() - 8) : match.start()]
        if "." not in host or FORMS.search(before) or POLICY.search(url):
            continue
        yield ClaimedUrl(url, host, base + match.start(), base + match.start() + len(source))


def _of(host: str, domain: str) -> bool:
    """True when both share their last two labels."""
    return bool(domain) and host.split(".")[-2:] == domain.split(".")[-2:]
