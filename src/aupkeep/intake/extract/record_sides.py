"""Which address of a record of fields was the source: the one that the record's own field says.

`Attacker: 192.0.2.1` beside `Affected host: 198.51.100.2` in one block accuses the attacker alone,
whatever the other field is called. Where no field says so and several differ in name, or several
that say so do, nobody knows which came: nobody is accused. Fields of one name are a list where each
is a record of its own: it stands alone with them, says more on its line, bears a number, or has the
further fields again. `Source: 192.0.2.1` twice beside one `Time: …` is one event with two values.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from aupkeep.intake.extract.direction import nearest_cue
from aupkeep.intake.extract.lines import LineClaim
from aupkeep.intake.extract.record_blocks import RecordBlocks
from aupkeep.intake.side_words import PREPOSITION, SENDERS

LONGEST = 90  # characters of a label and what stands before it
LABEL = re.compile(r"[>\s*\u2022-]{0,6}([^\n:=]{1,60}?)\s{0,3}[:=]\s{0,12}[\[(\"'<]{0,2}", re.ASCII)
# what tells fields of one name apart, and no side
SAME = re.compile(
    r"\b(?:ipv?[46]?|adresse?n?|address(?:es)?|addr|adres|indirizzo|endereço|dirección)\b|[\W\d_]+"
)
FIELD = re.compile(r"^[>\s*\u2022-]{0,6}([^\W\d_][^\n:=]{0,40}?)\s{0,3}[:=](?=\s)", re.MULTILINE)
# behind an address: a port, a name, and nothing that another field would say
ALONE = re.compile(
    r"[\])>\"']{0,2}(?::\d{1,5})?[\])>\"',;]{0,2}"
    r"(?: {1,3}\([^()\n]{1,80}\))?[ \t\r]*(?=\n|\Z)",
    re.ASCII,
)
LISTED = re.compile(
    r"[\s#_-]\d{1,3}\.?$|(?:ips|sources|hosts|addresses|attackers|offenders)$", re.ASCII
)
Labelled = tuple[LineClaim, str]


def one_sided(text: str, claims: Sequence[LineClaim], blocks: RecordBlocks) -> list[LineClaim]:
    """The claims without those of a record's fields that are not its source."""
    records: defaultdict[tuple[int, int], list[Labelled]] = defaultdict(list)
    for claim in claims:
        label = None if claim.log or claim.tabled else _label(text, claim)
        if label:
            records[blocks.block(claim.base + claim.spot.start)].append((claim, label))
    dropped = {
        id(claim) for place, labelled in records.items() for claim in _others(labelled, text, place)
    }
    return [claim for claim in claims if id(claim) not in dropped]


def _label(text: str, claim: LineClaim) -> str | None:
    """The name of the field whose value a claim's address begins."""
    place = claim.base + claim.spot.start
    start = text.rfind("\n", max(0, place - LONGEST), place) + 1
    match = LABEL.fullmatch(text, start, place) if start or place < LONGEST else None
    return match[1].strip().lower() if match else None


def _others(labelled: list[Labelled], text: str, place: tuple[int, int]) -> list[LineClaim]:
    """The claims of one record that are not its source's; all where nothing says which is."""
    if not _differ(labelled):
        return []
    sources = [pair for pair in labelled if _is_source(pair[1])]
    chosen = sources or labelled
    one_name = len({SAME.sub("", label) for _, label in chosen}) == 1
    listed = one_name and _is_list(chosen, text, place)
    kept = {id(claim) for claim, _ in chosen} if listed or not _differ(chosen) else set()
    return [claim for claim, _ in labelled if id(claim) not in kept]


def _is_list(labelled: list[Labelled], text: str, place: tuple[int, int]) -> bool:
    """Whether fields of one name are records of their own, not several values of one."""
    own = {label for _, label in labelled}
    names = Counter(match[1].strip().lower() for match in FIELD.finditer(text, *place))
    again = [number for name, number in names.items() if name not in own]
    alone = not again or max(again) >= len(labelled)
    return alone or all(map(LISTED.search, own)) or all(_is_row(text, c) for c, _ in labelled)


def _is_row(text: str, claim: LineClaim) -> bool:
    """Whether a field says more than its address on its line, as a row of a list does."""
    end = claim.base + (claim.spot.port_end or claim.spot.end)
    return ALONE.match(text, end) is None


def _differ(labelled: list[Labelled]) -> bool:
    """Whether they name two addresses of one family."""
    families = {(claim.spot.address.version, int(claim.spot.address)) for claim, _ in labelled}
    return len(families) > len({version for version, _ in families})


def _is_source(label: str) -> bool:
    return label in SENDERS or nearest_cue(f"{label}: ") >= PREPOSITION
