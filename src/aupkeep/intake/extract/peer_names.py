"""Which addresses of a log's line stand in a name that a peer gave: "for user x from 192.0.2.1".

Whoever logs in may call itself anything, and programs write it down. A name begins behind a word
for one (`user`, `account`, `set_id=`, `for` …) or between an access log's client and its time, and
ends with its quotes, else with the next sign between fields. An address in a name gives way to one
outside of all names; behind a word without any sign, only to one that stands before. Where none
is outside, the program wrote the last one, behind the name.
"""

import re
from bisect import bisect_left
from operator import itemgetter

from aupkeep.intake.extract.addresses import AddressSpan
from aupkeep.intake.side_words import OTHER_SCORE, PREPOSITION

# in no name, in a line's header, behind a word, in a name, what a peer calls itself
FREE, HEADER, LOOSE, NAME, IDENTITY = range(5)
FIXED = 8  # a place with this weight outranks every word
LONGEST = 160  # characters of a name that is looked at
BEGIN = itemgetter(0)  # of a place
WORD = re.compile(
    r"(?<![\w@.-])(?:\w{0,12}user(?:[ _]?name)?|\w{0,12}account(?: name)?|acct|uname|"
    r"(?:login|nick)?name|set_id|authid|plaintext|workstation|for|as|für|pour|para|per|dla|voor|för|"
    r"benutzer|utilisateur|usuario|utente|gebruiker|bruker|brukar|użytkownik\w?)"
    r"(?:([=:]) ?| (?:(?<=for )|(?<=as )|(?!(?:or|and|is|was|has) )))"
    r"([\"'<\[(`]{0,2})|\]\\(\[)|(?<=from ')(\")",
    re.IGNORECASE,
)
# what an identity stands right behind: of a certificate, a tunnel, a host that was asked for
CALLED = re.compile(
    r"(?<![\w@.-])(?:(?:eap[ _-]?)?identit(?:y|é|ät)|(?:peer|common|user|login|nick|account) ?name|"
    r"(?!abuser)\w{0,12}(?:user|workstation)(?:_?name)?|acct|cn|ou|uid|dn|sni|jid|principal|authid|set_id|clientid|account|id(?:[ir]|ii)?|"
    r"id mismatched|subject|host header|server name|realm)(?:\s?[=:]\s?|\s)[\"'\[<(]{0,2}"
    r"(?:[\w.+-]{1,64}[@\\])?$|\bworker\[$",
    re.IGNORECASE,
)
# quotes behind a word that is none for an address: "authentication of '192.0.2.1' failed"
QUOTED = re.compile(
    r"(?<![\w@])(?!(?:ip|addr(?:ess)?|from|host|client|remote|peer_?ip|by|attacker|sender|rhost) )"
    r"[a-z]{2,20} ([\"'])$",
    re.IGNORECASE,
)
# programs whose peers tell who they are before anybody knows it: their addresses have ports
IDENTIFIED = re.compile(
    r"\b(?:charon(?:-\w{1,9})?|openvpn|pppd|radiusd|freeradius|mosquitto|emqx|tinc|stunnel\d?|sudo)"
    r"(?:\[0{1,9}\])?(?:\([a-z]{1,9}\))?: ",
    re.IGNORECASE,
)
PORTED = re.compile(r"(?::\d{1,5}|\[\d{1,5}\])(?!\d)")
ENDS = "..."  # between the two ends of a tunnel
HEAD = 200  # characters in which a program is named
NEAR = 80  # characters before an address
# what a peer sent and a program only copies: quoted text, a link, a request's path, a mailbox
SENT = re.compile(
    r"\"(?:[^\"\\\n]|\\.){0,400}\"|(?<!\w)b'[^'\n]{1,200}'(?=[/\],])|"
    r"(?<=[\s=:(])'[^'\n]{1,200}'(?=[\s,.;:)\]]|$)|\b[a-z]{2,10}://[^\s\"<>]{1,400}|"
    r"\b(?:GET|POST|HEAD|PUT|DELETE|CONNECT|OPTIONS|PROPFIND) [^\s\"]{1,400}|"
    r"<[^<>@\s]{0,200}@[^<>]{1,200}>|"
    r"<(?i:user[\w.-]{0,12}|agent|login|name|pass(?:word|wd)?|payload|message|comment|referr?er|ur[il]"
    r"|path|query|request|input|command)>[^<>\n]{1,400}</",
    re.ASCII,
)
# what stands before the quotes around a message of the program itself, and what parts words in them
MESSAGE = re.compile(
    r"\b(?:msg|message|log|text|event|reason|error|detail|info|ext\. s)\"?\s?[=:]\s?$",
    re.IGNORECASE,
)
BLANK = re.compile(r"\s")
BETWEEN = frozenset(" ,:;)")  # with which the words between two quoted ones begin
# the next value of a list of texts, and the one before
LISTED = re.compile(r"[\"'],\s{0,3}[\"']")
LISTED_BEFORE = re.compile(r"\d[\"'],\s{0,3}[\"']$", re.ASCII)
SSHD = re.compile(r" port \d{1,5} ssh\d", re.ASCII)
CLOSE = {"[": "]", "(": ")", "<": ">"}
END = re.compile(r"[,;)]|\s-\s|\s?::|$")
CLIENT = re.compile(r" - (?![- ])[^\"\[]{0,160}(?= [\"\[])")
Place = tuple[int, int, int]
Name = tuple[int, int, int]  # how it stands, start, end


def name_positions(line: str, places: tuple[Place, ...], header: int) -> tuple[int, ...]:
    """How each address stands; empty where none stands in a name or a header.

    `header` is where what the logging program wrote begins.
    """
    sent = _sent(line)
    identities = _identities(line, places)
    if len(places) == 1:
        named = identities or _is_sent(line, places[0], sent) or _is_in_name(line, places[0])
        return (IDENTITY,) if named else ()
    names = [name for match in WORD.finditer(line) if (name := _name(line, match, places))]
    names += [
        (NAME, *client.span()) for _, end, _ in places[:1] if (client := CLIENT.match(line, end))
    ]
    names += [(NAME, *span) for span in sent if not _is_alone(span, places)]
    names += identities
    positions = [HEADER if start < header else FREE for start, _, _ in places]
    for how, a, b in names:
        for number in _within(places, a, b):
            if places[number][0] >= header or how == IDENTITY:
                positions[number] = max(positions[number], how)
    return tuple(positions) if any(positions) else ()


def _sent(line: str) -> list[tuple[int, int]]:
    """Where a line quotes what a peer sent; nowhere, where a quote of the peer's is among them.

    Then what seems to be quoted stands between two quotes, and begins as such words do.
    """
    sent = [match.span() for match in SENT.finditer(line) if not _is_own(line, match)]
    turned = any(line[a] == '"' and line[a + 1] in BETWEEN for a, _ in sent)
    return [] if turned else sent


def _is_sent(line: str, place: Place, sent: list[tuple[int, int]]) -> bool:
    """True for an address among other words that a peer sent."""
    start, end, _ = place
    return any(
        a <= start
        and end <= b
        and (BLANK.search(line, a, b) or (line[a] in "\"'" and "=" in line[a:b]))
        for a, b in sent
    )


def _is_in_name(line: str, place: Place) -> bool:
    """True for an address among other words in the brackets or quotes of a name: `user [x from …]`.

    Round ones may be the program's own: `for user (from 192.0.2.1)`.
    """
    for match in WORD.finditer(line, max(0, place[0] - LONGEST), place[0]):
        name = _name(line, match, (place,)) if (match[2] or "(")[-1] not in "(<" else None
        if name and name[1] <= place[0] < name[2] and BLANK.search(line, name[1], place[0]):
            return True
    return False


def _identities(line: str, places: tuple[Place, ...]) -> list[Name]:
    """The addresses that are what a peer calls itself: of a certificate, a tunnel, a mailbox."""
    identified = IDENTIFIED.search(line, 0, HEAD)
    return [
        (IDENTITY, start, end)
        for start, end, _ in places
        if _is_identity(line, start, end)
        or (identified and not (PORTED.match(line, end) or line.endswith(ENDS, 0, start)))
    ]


def _is_identity(line: str, start: int, end: int) -> bool:
    """True for an address right behind a word for an identity, or before the sign of a mailbox."""
    if line.startswith("@", end) or CALLED.search(line, max(0, start - NEAR), start):
        return True
    quoted = QUOTED.search(line, max(0, start - NEAR), start)
    return quoted is not None and line.startswith(quoted[1], end)


def _within(places: tuple[Place, ...], start: int, end: int) -> range:
    """The numbers of the addresses that begin from `start` to before `end`; they stand in order."""
    first = bisect_left(places, start, key=BEGIN)
    return range(first, bisect_left(places, end, first, key=BEGIN))


def _name(line: str, match: re.Match[str], places: tuple[Place, ...]) -> Name | None:
    """Where a name stands; None for quotes that hold an address alone."""
    start, opened = match.end(), match[2] or match[3] or match[4]
    if not opened:
        end = END.search(line, start, start + LONGEST)
        return NAME if match[1] else LOOSE, start, end.start() if end else start + LONGEST
    close = line.find(CLOSE.get(opened[-1], opened[-1]), start, start + LONGEST)
    alone = any(close in places[at][1:] for at in _within(places, start, start + 1))
    return None if alone or close < 0 else (NAME, start, close)


def _is_own(line: str, quotes: re.Match[str]) -> bool:
    """True for the quotes around a message that a program wrote itself, or around an endpoint."""
    return (
        quotes[0].startswith('"IPV')
        or MESSAGE.search(line, max(0, quotes.start() - 24), quotes.start()) is not None
    )


def _is_alone(span: tuple[int, int], places: tuple[Place, ...]) -> bool:
    """True where quotes hold an address and its port alone."""
    start, end = span
    return any(end - 1 in places[at][1:] for at in _within(places, start + 1, start + 3))


def without_names(
    weighed: list[tuple[int, AddressSpan]], stands: tuple[int, ...], *, known: bool
) -> list[tuple[int, AddressSpan]]:
    """The addresses with their weights, those in names without any.

    Where a program that is not `known` writes all of them in names, none of them is its own.
    """
    named = any(weight >= PREPOSITION for weight, _ in weighed)
    weighed = [
        (OTHER_SCORE, spot)
        if (how == IDENTITY and weight < FIXED) or (how == HEADER and not weight and named)
        else (weight, spot)  # a host that logs is none that came where a word names another
        for how, (weight, spot) in zip(stands, weighed, strict=True)
    ]
    if len({int(spot.address) for weight, spot in weighed if weight >= 0}) == 1:
        return weighed
    own = _own_names(weighed, stands, known=known)
    return [
        (OTHER_SCORE, spot) if how >= LOOSE and at not in own and weight < FIXED else (weight, spot)
        for at, (how, (weight, spot)) in enumerate(zip(stands, weighed, strict=True))
    ]


def _own_names(
    weighed: list[tuple[int, AddressSpan]], stands: tuple[int, ...], *, known: bool
) -> set[int]:
    """Which of the addresses that stand in names the program may have written itself."""
    pairs = list(enumerate(zip(stands, weighed, strict=True)))
    every = () if known else range(len(stands))
    free = [at for at, (how, (weight, _)) in pairs if weight >= 0 and how == FREE]
    named = [at for at, (how, (weight, _)) in pairs if weight > 0 and how >= LOOSE]
    if free:
        return {at for at in named if stands[at] == LOOSE and free[0] > at}
    first = min((stands[at] for at in named), default=NAME)
    return {max(at for at in named if stands[at] == first)} if known and named else set(every)


def is_one_value(line: str, spots: list[AddressSpan], chosen: AddressSpan) -> bool:
    """Whether an address is one of several values of a field: `["192.0.2.1", "192.0.2.2"]`."""
    starts = {spot.start for spot in spots if spot.address != chosen.address}
    after = LISTED.match(line, chosen.end)
    if after is not None and after.end() in starts:
        return True
    if line.lstrip().startswith(('"', "'")):  # a row of cells in quotes
        return False
    return LISTED_BEFORE.search(line, max(0, chosen.start - 8), chosen.start) is not None


def is_told_of(line: str, chosen: AddressSpan) -> bool:
    """Whether an address stands in a text of a JSON line, behind a name that nothing closes.

    What sshd wrote is told by what it writes behind the address.
    """
    if not line.lstrip().startswith("{") or SSHD.match(line, chosen.end):
        return False
    said = line[line.rfind('"', 0, chosen.start) + 1 : chosen.start]
    return any(not match[2] for match in WORD.finditer(said)) and BLANK.search(said) is not None
