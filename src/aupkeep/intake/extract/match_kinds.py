"""The words that say what kind of abuse it was: in one log line, and over a whole mail.

The tables stand in `log_words` and `kind_words`. A kind is a value of `model.taxonomy`. Each
pattern is a plain alternation, read once from left to right.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from aupkeep.intake.extract.kind_words import MAIL
from aupkeep.intake.extract.log_words import LINE, SCANS
from aupkeep.intake.extract.services import RECON

__all__ = ["MAIL", "line_kind", "mail_kind", "shows_packet", "vocabulary"]

PEERS = re.compile(r"bittorrent|peer.to.peer|\bp2p\b|torrent|edonkey|emule", re.IGNORECASE)


def _choices(body: str) -> list[str]:
    """The alternatives of a pattern that stand outside any parenthesis."""
    choices, depth = [""], 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            choices.append("")
        else:
            choices[-1] += sign
    return choices


def _ways(body: str) -> Iterator[str]:
    """The alternatives of a pattern, those that begin with a group each by each of its choices."""
    for choice in _choices(body):
        group = GROUP.match(choice)
        if group is None:
            yield choice
            continue
        rest = choice[group.end() :]
        yield from (f"{way}{rest}" for way in group[1].split("|"))
        if group[2]:
            yield rest


def _by_start(table: dict[str, str]) -> dict[str, str]:
    """The words of a table by their first letters: `START` of them, fewer where a sign follows.

    The answer's values are patterns, compiled when a text has such a word: most never are.
    """
    groups: dict[str, list[str]] = {}
    for choice in (way for body in table.values() for way in _ways(body)):
        plain = PLAIN.match(choice)
        start = plain[0][:START] if plain else ""
        groups.setdefault(start, []).append(choice)
    return {start: "|".join(choices) for start, choices in groups.items()}


START = 3  # letters
GROUP = re.compile(r"\(\?:([^()]*)\)(\?)?")  # in front of a choice; none is nested there
PLAIN = re.compile(r"(?:[^\W_](?![?*]))+")
_LINES = [(kind, re.compile(body)) for kind, body in LINE.items()]
_STARTS = _by_start(MAIL)
ENOUGH = 32_768  # characters of prose that are weighed; a mail says early what it is about
TITLE_WEIGHT = 4
# what a form says of itself: X-ARF's Report-Type and Category, and their like
FIELD = re.compile(
    r"^[>\s*]{0,4}(?:report-type|(?:abuse|attack|incident|report|threat|event) ?type|type"
    r"|alert ?name|scenario"
    r"|class(?:ification)?|category|problem|service|reason|kategorie|angriffsart|vorfallsart|"
    r"vorfall|catégorie|type d'(?:incident|attaque|abus)|motif|categorie|soort|kategori|"
    r"hendelsestype|hendelse|hending|type hendelse|categoría|categoria|tipo|kategoria)"
    r"\s{0,3}[:=]([^\n]{1,80})",
    re.IGNORECASE | re.MULTILINE,
)


TYPED = frozenset(
    {"type", "class", "classification", "problem", "service", "reason", "abusetype", "attacktype",
     "incidenttype", "reporttype", "threattype", "eventtype", "category", "kategorie",
     "angriffsart", "vorfallsart", "vorfall", "catégorie", "motif", "categorie", "soort",
     "kategori", "hendelsestype", "hendelse", "hending", "categoría", "categoria", "tipo",
     "kategoria", "alertname", "scenario"}
)  # fmt: skip  # the words of which a line of FIELD holds one


def line_kind(lower: str) -> str | None:
    """The kind that the words of one line name, or None.

    The line is in lower case with all figures 0, as `lines` remembers it.
    """
    return next((kind for kind, pattern in _LINES if pattern.search(lower)), None)


_SCANS = re.compile(SCANS)


def shows_packet(lower: str) -> bool:
    """Whether a line whose kind is a port scan only shows a packet that came to a port."""
    return not _SCANS.search(lower)


WORD = re.compile(r"\w+")
GAPS = {sign: " " for sign in range(128) if not WORD.match(chr(sign))}


@lru_cache(maxsize=16)  # the parts of one mail, asked about more than once
def vocabulary(text: str) -> frozenset[str]:
    """The distinct words of a text in lower case: what no word of it begins need not be tried."""
    lower = text.lower()
    return frozenset(lower.translate(GAPS).split() if lower.isascii() else WORD.findall(lower))


_pattern = cache(re.compile)  # of this module's tables alone, so it is bounded by them


def _named(text: str) -> Iterator[str]:
    """The words of the mail table in a text, from left to right."""
    starts = {word[:START] for word in vocabulary(text)} & _STARTS.keys()
    lower = text.lower()
    places = sorted((place, start) for start in starts for place in _places(lower, start))
    done = 0
    for place, start in places:
        match = _pattern(_STARTS[start]).match(lower, place) if place >= done else None
        if match:
            done = match.end()
            yield match[0]


def _places(lower: str, start: str) -> list[int]:
    """Where words begin with these letters."""
    places = []
    at = lower.find(start)
    while at >= 0:
        before = lower[at - 1 : at]
        if not (before.isalnum() or before == "_"):
            places.append(at)
        at = lower.find(start, at + 1)
    return places


@lru_cache(maxsize=4096)
def _word_kind(word: str) -> str:
    """The first kind of the table whose words these are."""
    return next(kind for kind, body in MAIL.items() if _pattern(body).fullmatch(word))


def mail_kind(title: str, parts: Sequence[str]) -> tuple[str, float] | None:
    """The kind a whole mail is about with a confidence from 0 to 1, or None.

    Each distinct word counts once, in the title or in a field that names the type four times;
    ties go to the table's order.
    """
    votes: Counter[str] = Counter()
    seen: set[str] = set()
    bodies = [part[:ENOUGH] for part in parts]
    weighed = [(title, TITLE_WEIGHT), (_fields(bodies), TITLE_WEIGHT)]
    for text, weight in (*weighed, *((body, 1) for body in bodies)):
        for word in _named(text):
            if word not in seen:
                seen.add(word)
                votes[_word_kind(word)] += weight
    if not votes:
        return None
    if len(votes) > 1:
        votes.pop(RECON, None)  # that a honeypot was hit: the narrower word says more
    order = list(MAIL)
    kind, most = max(votes.items(), key=lambda item: (item[1], -order.index(item[0])))
    if kind == "content/fraud" and votes["content/phishing"]:
        kind = "content/phishing"  # phishing is a fraud; the narrower word says more
    if kind == "connection/ddos" and votes["vulnerability/open_service"]:
        kind = "vulnerability/open_service"  # what reflects a flood is open, not hostile
    if kind == "copyright/copyright" and any(PEERS.search(part[:ENOUGH]) for part in parts):
        kind = "copyright/p2p"
    return kind, round(min(0.8, 0.4 + 0.4 * most / sum(votes.values())), 2)


def _fields(bodies: Iterable[str]) -> str:
    """What the fields say that name the type of the report."""
    return "\n".join(
        match[1].replace("_", " ")
        for body in bodies
        if TYPED & vocabulary(body)
        for match in FIELD.finditer(body)
    )
