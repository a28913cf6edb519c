"""Goes through a text line by line: what each line claims, and the further offenders of a sentence.

Only lines with an address are looked at; one of more than 4,096 characters is read in pieces.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from aupkeep.intake.extract.addresses import AddressSpan, scope
from aupkeep.intake.extract.direction import WINDOW
from aupkeep.intake.extract.line_shape import HEADER, shape_of
from aupkeep.intake.extract.lines import LineClaim, LineContext, eligible, port_at, read_line
from aupkeep.intake.extract.sentences import about_writer, addresses_reader, is_paragraph, sentences
from aupkeep.intake.extract.stated_times import StatedTime, best_time, find_times
from aupkeep.intake.extract.tables import TextTable, cells, column, find_tables, table_at
from aupkeep.intake.extract.visitors import is_message
from aupkeep.intake.extract.wrapped_lines import rejoined, whole_lines
from aupkeep.intake.formats.columns import SOURCES, folded, is_address
from aupkeep.intake.formats.verdicts import SelfStatement, denial, takes_back
from aupkeep.intake.numbers import line_of_nothing, nothing_happened
from aupkeep.intake.zones import UNREADABLE, whole_zone

MOST_LINES = 50_000  # lines of a mail with an address in them
JOIN = re.compile(r"[\])]?(?:[\s,;/&]|and|und|et|en|og){1,8}[\[(]?", re.IGNORECASE)
LONGEST_JOIN = 8
# a further offender in a sentence: "… and by 192.0.2.9"; not whoever saw or received it
ALSO = re.compile(
    r"(?<!\w)(?:from|by|von|durch|fra|depuis|par|van|door)\s{1,2}(?:(?:ip|host)\s)?[\[(\"']?$",
    re.IGNORECASE,
)
LONGEST_ALSO = 16  # characters
BY_US = re.compile(
    r"(?:report|detect|block|bann?|receiv|logg?|seen|observ|caught|record|forward|notic|find|found|"
    r"drop|reject|listed|captur|monitor|protect|hosted)\w{0,4}\s(?:\w{2,5}\s)?$",
    re.IGNORECASE,
)
# a field of a record whose value is the peer's own words
SAID = re.compile(
    r"[>\s*-]{0,6}(?:user[ -]?agent|referr?er|user ?name|password|payload|helo|ehlo)\s?[:=]\s",
    re.IGNORECASE,
)
# what a registry of addresses says of a network: who holds it, and where to complain
REGISTRY = re.compile(
    r"^[> \t]{0,6}(?:inet6?num|netrange|cidr|route6?)[ \t]{0,4}:[^\n]*(?:\n[^\n]*\S[^\n]*){0,8}?"
    r"\n[> \t]{0,6}(?:netname|descr|origin|mnt-by|admin-c|org(?:ani[sz]ation|name)?)[ \t]{0,4}:"
    r"[^\n]*(?:\n[^\n]*\S[^\n]*){0,80}",
    re.IGNORECASE | re.MULTILINE,
)
PAIR = re.compile(r'([A-Za-z_][\w.-]{0,40})=(?:"([^"\n]{1,100})"|([^\s|,;"]{1,100}))(?=[\s|,;]|$)')
CELL = re.compile(r"\s{0,9}(\d{1,5})\s{0,9}", re.ASCII)


def line_claims(
    text: str, context: LineContext, lines: Iterator[int], left: list[str]
) -> Iterator[LineClaim | None]:
    """Every claim in a text, line by line, in order; None where there is more than is read.

    `lines` counts those with an address that the mail's parts have had. `left` takes why a row of
    a table says itself that it accuses nobody.
    """
    known: list[TextTable] | None = None
    wanted = _wanted(text, context)
    for start, end, placed in whole_lines(text):
        if next(lines) >= MOST_LINES:
            yield None
            return
        if not wanted(start):
            continue
        line, group = text[start:end], _moved(placed, -start)
        line = rejoined(line) if "\n" in line else line
        if _accuses_nobody(line, text, start, end):
            continue
        known = find_tables(text) if known is None else known
        table = table_at(known, start) if known else None
        claim = _row(line, group, table, context, start) if table else None
        if why := _taken_back(line, table):
            left.append(why)
            continue
        if table and claim is None and _is_hit(line, group, table, context):
            continue
        if claim is None and len(group) > 1 and is_paragraph(line):
            yield from _paragraph(line, group, context, start)
            continue
        claim = claim or read_line(line, group, context, start)
        if claim is not None:
            yield claim
            if len(group) > 1 and not claim.log:
                yield from _further(line, claim, group, context)


def _wanted(text: str, context: LineContext) -> Callable[[int], bool]:
    """Whether the line at a place is looked at: not where a registry says who holds a network."""
    registry = [match.span() for match in REGISTRY.finditer(text)]
    return lambda start: context.want(start) and not any(at <= start < to for at, to in registry)


def _accuses_nobody(line: str, text: str, start: int, end: int) -> bool:
    """Whether a line is a field of the peer's own words, or tells of nothing that happened."""
    said = SAID.match(line) is not None or is_message(text, start, end)
    return said or line_of_nothing(line)


def _paragraph(
    line: str, group: list[AddressSpan], context: LineContext, base: int
) -> Iterator[LineClaim]:
    """What the sentences of a line claim: the surest about others, and all about the reader's.

    Where the writer speaks of himself in each, the surest.
    """
    claims: list[tuple[LineClaim, str, list[AddressSpan]]] = []
    waiting = deque(group)
    for start, end in sentences(line):
        held = []
        while waiting and waiting[0].start < end:
            held.append(waiting.popleft())
        inside = _moved(held, -start)
        claim = read_line(line[start:end], inside, context, base + start) if inside else None
        if claim is not None:
            claims.append((claim, line[start:end], inside))
    others = [claimed for claimed in claims if not about_writer(claimed[1])]
    surest = max(others or claims, key=lambda claimed: claimed[0].confidence, default=None)
    chosen = [
        claimed
        for claimed in others or claims
        if claimed is surest or (others and addresses_reader(claimed[1]))
    ]
    lacking = any(claim.when is None for claim, *_ in chosen)
    only = _only(find_times(line, context.clock)) if lacking else None
    for claim, sentence, inside in chosen:
        by = base - claim.base
        timed = claim if claim.when or not only else claim._replace(when=_shifted(only, by))
        yield timed
        yield from _further(sentence, timed, inside, context)


def _only(moments: list[StatedTime]) -> StatedTime | None:
    """The one time that a paragraph states, for those of its sentences that state none."""
    return best_time(moments) if len({when.at for when in moments}) == 1 else None


def _shifted(when: StatedTime, by: int) -> StatedTime:
    return when._replace(start=when.start + by, end=when.end + by)


def _row(
    line: str, group: list[AddressSpan], table: TextTable, context: LineContext, base: int
) -> LineClaim | None:
    """What a row of a table says by its columns, None where they say nothing of its addresses."""
    spans = cells(table, line, (spot.start for spot in group))
    if spans is None:
        return None
    weights = tuple(table.weights[column(spans, spot.start)] for spot in group)
    if table.zone is not None:
        said = line[slice(*spans[table.zone])].strip()
        clock = replace(context.clock, stated=whole_zone(said) or UNREADABLE)
        context = replace(context, clock=clock) if said else context
    sided = any(weight > 0 for weight in weights) and not _is_torn(weights, group)
    claim = read_line(line, group, context, base, weights) if sided else None
    if claim is None:
        return None
    own, hit = (
        _figures(line, spans[at]) if at is not None else None for at in (table.own, table.hit)
    )
    own, hit = own or claim.own_port, hit or claim.hit_port
    return claim._replace(
        telling=True, tabled=True, own_port=own, hit_port=hit
    )  # the column says who came


def _is_hit(line: str, group: list[AddressSpan], table: TextTable, context: LineContext) -> bool:
    """Whether the columns of a row name only who was hit or tells of it, or several who came."""
    spans = cells(table, line, (spot.start for spot in group))
    if spans is None:  # of other columns, where no word says which came
        return _is_torn(shape_of(line, group).weights, group)
    weights = [table.weights[column(spans, spot.start)] for spot in group]
    return (max(weights) < 0 and not context.located) or _is_torn(weights, group)


def _is_torn(weights: Sequence[int], group: list[AddressSpan]) -> bool:
    """Whether several columns speak alike for addresses that differ."""
    pairs = zip(weights, group, strict=True)
    best = [spot.address for weight, spot in pairs if weight == max(weights)]
    public = {address for address in best if scope(address) == "public"}
    return len(public) > len({address.version for address in public})


def _taken_back(line: str, table: TextTable | None) -> str | None:
    """The cell by which a row says itself that it accuses nobody, or 0 in all that count."""
    if table is None:
        return denial(SelfStatement(_pairs(line)), None)
    spans = cells(table, line)
    if spans is None:
        return None
    if table.counted and nothing_happened(
        (name, line[slice(*spans[at])]) for at, name in table.counted
    ):
        return "nothing happened"
    said = tuple(zip(table.names, (line[slice(*span)] for span in spans), strict=False))
    sourced = any(folded(name) in SOURCES and is_address(value) for name, value in said)
    return takes_back(SelfStatement(said, sourced=sourced))


def _pairs(line: str) -> tuple[tuple[str, str], ...]:
    """The fields of a line that is made of `name=value` alone."""
    pairs = list(PAIR.finditer(line)) if "=" in line else []
    whole = sum(len(match[0]) + 1 for match in pairs) >= len(line.strip())
    return tuple((match[1], match[2] or match[3]) for match in pairs) if whole else ()


def _figures(line: str, span: tuple[int, int]) -> tuple[int, int, int] | None:
    """The port that a cell holds, or None."""
    match = CELL.fullmatch(line, *span)
    return port_at(line, match.span(1)) if match else None


def _moved(group: list[AddressSpan], by: int) -> list[AddressSpan]:
    return [
        AddressSpan(s.address, s.start + by, s.end + by, s.port, s.port_start + by, s.port_end + by)
        if s.port
        else AddressSpan(s.address, s.start + by, s.end + by)
        for s in group
    ]


def _further(
    line: str, claim: LineClaim, group: list[AddressSpan], context: LineContext
) -> Iterator[LineClaim]:
    """The other offenders of a sentence, each once."""
    starts = {claim.spot.start}
    for further in (*_siblings(line, claim, group, context), *_others(line, claim, group, context)):
        if further.spot.start not in starts:
            starts.add(further.spot.start)
            yield further


def _siblings(
    text: str, claim: LineClaim, group: list[AddressSpan], context: LineContext
) -> Iterator[LineClaim]:
    """The other addresses of an enumeration in prose: `192.0.2.1, 192.0.2.2 and 192.0.2.3`."""
    at = next(index for index, spot in enumerate(group) if spot.start == claim.spot.start)
    for step in (1, -1):
        index, edge = at + step, claim.spot
        while 0 <= index < len(group):
            near = group[index]
            first, second = (edge, near) if step > 0 else (near, edge)
            gap = text[first.port_end or first.end : second.start]
            if len(gap) > LONGEST_JOIN or not JOIN.fullmatch(gap) or not eligible(near, context):
                break
            if scope(near.address) != scope(claim.spot.address):
                break
            yield claim._replace(spot=near)
            index, edge = index + step, near


def _others(
    line: str, claim: LineClaim, group: list[AddressSpan], context: LineContext
) -> Iterator[LineClaim]:
    """The addresses of a sentence that a word of their own names as offenders.

    Not of one about what runs somewhere: "from" tells there who looked.
    """
    if context.located or HEADER.match(line):
        return
    ends = [0, *(spot.port_end or spot.end for spot in group)]
    for spot, after in zip(group, ends, strict=False):
        before = line[max(after, spot.start - WINDOW) : spot.start]
        by = ALSO.search(before, max(0, len(before) - LONGEST_ALSO))
        if by is None or BY_US.search(before[: by.start()]):
            continue
        alike = eligible(spot, context) and scope(spot.address) == scope(claim.spot.address)
        if alike and spot.address != claim.spot.address:
            yield claim._replace(spot=spot)
