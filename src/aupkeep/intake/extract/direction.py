"""The words beside an address that say what it was: the one who came, or the one who was hit.

The cue nearest before an address decides; what stands right behind it ("1.2.3.4 -> …") counts too.
The words themselves stand in `side_words`. Where a program writes the peer's address before
anything that a peer can choose, or after all of it, that place outranks every word: whoever logs in
as "x from 192.0.2.1" must not accuse 192.0.2.1.

The scale of weights: 9 the peer's own field in a known log; 8 the client of a web log; 7 the side
of an arrow that sends; 6 a field's name; 5 a preposition, or the first of a message; 4 a noun; 3
"your host"; -2 what something was seen on; -3 a third party; -4 who was hit.
"""

import re

from aupkeep.intake.extract.sentence_verbs import (
    ACTS,
    AGENTS,
    ATTACKED,
    DOES,
    DONE,
    DONE_TO_US,
    IN_YOURS,
    SEEN_BY,
    SEEN_TO,
    TELLS,
    THE_SERVER,
    WITNESSED,
    dotted,
)
from aupkeep.intake.extract.services import NOUGHTS
from aupkeep.intake.extract.time_formats import FORMS, SHAPES, STAMP
from aupkeep.intake.extract.web_log import client_weight
from aupkeep.intake.side_words import (
    ADDRESSED,
    AIMED,
    CLOSE,
    CUES,
    FIELD,
    NOUN,
    ON_SCORE,
    OTHER_SCORE,
    OURS,
    PLACED,
    VICTIM_SCORE,
    YOURS,
    normalised,
)

WINDOW = 72  # characters before an address in which a cue is looked for
HEAD_LENGTH = 200  # characters of a line in which a program's message begins
HEADED_SCORE, ARROW_SCORE, LABELLED, FIRST = 9, 7, 6, 5
LONGEST_PHRASE = 4
TOKEN = re.compile(r"[\w.@-]+=?")
BARS = re.compile(r"\|\d{1,5}\|[\d.:A-Fa-f]{6}", re.ASCII)  # TCP|local|port|remote|port
EXIM_HELO = re.compile(
    r"\]?\)\s{0,4}\[(?=[0-9A-Fa-f]{1,4}[.:])"
)  # exim: "([what the peer said]) [where it came from]"
EXIM_REST = 64  # characters of what a peer said behind an address
MAILED = re.compile(
    r"\]?@(?!\d{1,5}(?![\d.]))"
)  # what stands before the sign of a mailbox is a name
# a name that the peer chose
CHOSEN_NAME = re.compile(r"(?:[\w.-]{1,64}|\([^()]{0,64}\)\s?)[\[(]$", re.ASCII)
PROFTPD_SESSION = re.compile(  # ProFTPD: the server's own name, then the session's peer
    r" \([\w.:-]{1,255}\[[0-9A-Fa-f.:]{2,45}\]\)", re.ASCII
)
DOVECOT_PAM = re.compile(r"(?:,<[^<>]{0,64}>)?\)")
BOTH_WAYS = re.compile(r"[\])]?(?:[:.]\d{1,5}|\[[^\]\n]{1,80}\])?\s?(?:<=>|\.\.\.(?=[\da-f]))")
# IPsec: the server's end first
ARROW_LEFT = re.compile(
    r"(?:->|(?<!<)=>|→|(?<= )>)\s{0,4}(?:[a-z]{2,5}/)?[\[(\"']{0,2}$", re.IGNORECASE
)
_PORT = r"[\])\"']{0,2}(?:[:#.]\d{1,5}|\(\d{1,5}\)| {1,8}\d{1,5}(?= {1,8}[-=]>))?\s{0,8}"
ARROW_RIGHT = re.compile(rf"{_PORT}(?:->|==?>|-->|→|> )")
TO_RIGHT = re.compile(rf"{_PORT}to\b")  # "192.0.2.1 to 198.51.100.2", unless a word says otherwise


# the logging host after a syslog time (RFC 3164, RFC 5424) may be called "mx" or "server"
LOGGER = re.compile(
    r"[>\s]{0,4}(?:<\d{1,3}>)?(?:[A-Z][a-z]{2}\s{1,2}\d{1,2} |\d{4}-\d\d-\d\dT|"
    r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d )\d\d:\d\d:\d\d\S{0,20} (?:[A-Z]{3,5} )?"
    r"(?=\S{1,64} )"
    r"(?![\w-]{1,32}=[\"\[]?[\dA-Fa-f]{1,4}[.:])\S{1,64}",
    re.ASCII,
)


# the logging host after any other time, where a program names itself behind it
HOST = re.compile(
    r"[ \t]{1,2}(?![\w-]{1,32}=)\S{2,64}(?= [\w./()-]{1,48}(?:\[\d{1,9}\]:?|:) )", re.ASCII
)
BEFORE_TIME = re.compile(
    r"[>\s\[(<\"']{0,6}(?:<?\d{1,3}>(?:\d )?)?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?", re.ASCII
)
CLOCK = re.compile(r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?", re.ASCII)
BEHIND_TIME = re.compile(r"[\])>\"',:|]{0,2}(?:[ \t][a-z\d]{2,9}\.[a-z]{3,9})?$", re.IGNORECASE)


# what names a program behind the host: its process, or a router's topics
PROGRAM = re.compile(
    r" (?:[\w./()-]{1,48}(?:\[\d{1,9}\]:? | (?:\d{1,9}|-) \S{1,32} [-\[])|kernel: |"
    r"[a-z\d]{1,16}(?:,[a-z!]{1,16}){1,4} )"
)


# sshd's own words before an address that nothing a client sent can precede
SSHD_BEFORE = re.compile(
    r"(?:(?:error|fatal|warning|banner exchange|ssh_dispatch_run_fatal): )?(?:received disconnect "
    r"from|connection (?:closed|reset) by|timeout before authentication for(?: connection from)?|"
    r"did not receive identification string from|unable to negotiate with|connection from|"
    r"disconnected from|refused connect from|drop connection #\d{1,9} from|address) \[?",
    re.IGNORECASE | re.ASCII,
)
# the program's name behind the logging host
PROGRAM_NAME = re.compile(r" [^\s:]{1,64}(?: [^\s:]{1,64})?: ", re.ASCII)
# sshd's own words behind an address, after which a line of it names nobody else
SSHD_AFTER = re.compile(r" port \d{1,5}(?:\s?$| \[preauth\]| ssh\d|: )", re.ASCII)
QUOTES = frozenset("<>\"'")  # what programs put around words that are not their own
SSHD = re.compile(r"\bsshd(?:-[a-z]{1,10})?(?:\[\d{1,9}\])?: ", re.ASCII)
ENDS_MESSAGE = re.compile(r"(?::\d{1,5}| port \d{1,5}(?: ssh2)?)?[.:]?\s{0,3}$", re.ASCII)
ASTERISK_END = re.compile(r"(?::\d{1,5})?' (?:\(callid: [^()]{0,200}\) )?- ", re.ASCII)
OWN_FIELD = re.compile(  # Apache's client before its message, HAProxy's before everything
    r"(?:\] \[pid \d{1,9}(?::tid \d{1,20})?\] \[client |haproxy\[\d{1,9}\]: )$", re.ASCII
)
TRANSPORT = re.compile(r"\[[A-Za-z]{1,40}Transport,\d{1,9},$", re.ASCII)
# tags of a log, and at most one word before the one for the peer
HEAD_WORDS = re.compile(
    r"\s?(?:\[?[A-Za-z][\w.-]{0,31}(?:\[\d{1,9}\])?\]?[:=]? ?|\[\d{1,9}\] ?){0,4}[\[(<\"']{0,2}",
    re.ASCII,
)
IP_FIELD = re.compile(r"\b(?:ip|addr|address|ip_addr|ipaddress)[=:]\s?[\[\"']?$", re.IGNORECASE)
FIELD_END = re.compile(r"[\])>\"']{0,2}(?:[:,;|]|\s-\s|\s[\w-]{1,32}=|\s?$)|[\])>]")
LISTENED_AT = re.compile(r"\b(?:on|to|at|through) \[?$", re.IGNORECASE)
# Exchange: the server's end, the peer's, and the sign of what happened
EXCHANGE = re.compile(r"(,[\d.:A-Fa-f\[\]]{9,48})?,[<>*+-],", re.ASCII)
# what a peer says of whom it speaks for, and what it calls itself at its mail's address
FORWARDED_FOR = re.compile(
    r"\((?:x-(?:real-ip|forwarded-for|client-ip)|forwarded for)\b", re.IGNORECASE
)
PAM = "ruser= rhost="
NAMING = ("://", '[hostname "')
IRC_USER = re.compile(r"\w!\S{1,64}@$")  # nick!user@host, RFC 2812 section 2.3.1
MAILBOX = re.compile(r"(\()?[\w.+-]{1,64}@\[?$", re.ASCII)


def offender_weight(line: str, place: tuple[int, int, int], after: int = 0) -> int:
    """How much speaks for an address being the one who acted; below zero: the one acted upon.

    `place` is where it starts and ends, and where the port beside it ends (0 without one);
    `after` is where the address before it ends: a cue belongs to the first address behind it.
    """
    begin, end, port_end = place
    logged = header_end(line)
    headed = _before_peer_text(line, begin, after, logged) if logged else 0
    by_place = headed if headed == HEADED_SCORE else _by_place(line, *place)
    if by_place:
        return by_place
    first = 0 if EXIM_HELO.match(line, after) else after
    before = line[max(first, begin - WINDOW, logged) : begin]
    hosted = begin < logged and PROGRAM.match(line, logged)
    if (
        hosted
        or before.endswith(NAMING)
        or _is_client_supplied(line[max(0, begin - WINDOW) : begin])
    ):
        return OTHER_SCORE  # the host that logged it, a URL, ModSecurity's site, a peer's own words
    return _by_sign(line, before, end) or _by_words(line, before, port_end or end, headed)


def _by_sign(line: str, before: str, end: int) -> int:
    """The weight of where IRC, MySQL and Dovecot write their peer, or of an arrow to it."""
    if IRC_USER.search(before):
        return NOUN
    if before.endswith("'@'") or (before.endswith(",") and DOVECOT_PAM.match(line, end)):
        return LABELLED  # MySQL: 'user'@'host'; Dovecot: pam(user,host)
    if before.endswith("rip=") or (before.endswith(" from ") and ENDS_MESSAGE.match(line, end)):
        return ARROW_SCORE  # Dovecot's own field; the end of a message, behind every name in it
    if before.endswith("' failed for '") and ASTERISK_END.match(line, end):
        return ARROW_SCORE  # Asterisk, behind what the peer calls itself
    arrow = any(sign in before for sign in "->=→") and ARROW_LEFT.search(before)
    return VICTIM_SCORE if arrow else 0


def _by_words(line: str, before: str, end: int, headed: int) -> int:
    """The weight of the words beside an address."""
    named = CHOSEN_NAME.search(before) if before[-1:] in {"[", "("} else None
    spoken = (nearest_cue(before[: named.start()]) if named else 0) or nearest_cue(before) or headed
    if spoken == VICTIM_SCORE and THE_SERVER.search(before):
        spoken = NOUN if ACTS.match(line, end) or DOES.match(line, end) else spoken
    if not spoken and SEEN_TO.match(line, end) and TELLS.search(before.lower()):
        return NOUN
    moved = spoken >= 0 and TO_RIGHT.match(line, end) is not None
    return ARROW_SCORE if moved else spoken or _as_subject(line, end)


def _at_pam(line: str, begin: int, end: int) -> int:
    """The weight of PAM's rhost, which a user's name may feign; 0 where nothing tells."""
    if not line.startswith("rhost=", begin - 6):
        return 0
    at = line.find(PAM)
    if at >= 0:  # nobody is named before it
        return HEADED_SCORE if at + len(PAM) == begin else OTHER_SCORE
    if line.startswith("  user=", end) and line.count("  user=") == 1:
        return HEADED_SCORE
    return OTHER_SCORE if line.count("rhost=") > 1 else 0


def _is_client_supplied(before: str) -> bool:
    """True for what a client supplies: whom it forwards for, or a mailbox at an address.

    Pure-FTPd writes its peer as (user@address).
    """
    opened = before.rfind("(")
    if opened >= 0 and ")" not in before[opened:] and FORWARDED_FOR.match(before, opened):
        return True
    mailbox = MAILBOX.search(before) if "@" in before[-2:] else None
    return mailbox is not None and not (mailbox[1] or IRC_USER.search(before))


def message_start(line: str) -> int:
    """Where the message of a program begins, behind the time, the host and the program's name."""
    logged = header_end(line)
    stamp = None if logged else STAMP.match(line)
    begin = logged or (stamp.end() if stamp else 0)
    named = PROGRAM_NAME.match(line, begin) if logged else None
    return named.end() if named else begin


def is_first_field(line: str, place: tuple[int, int, int]) -> bool:
    """True where a program writes a peer before anything that the peer can choose.

    That is at the start of its message, behind a word for the peer ("client 192.0.2.1"), or alone,
    with a sign that ends the field ("192.0.2.1: …", "[192.0.2.1] …", "ip=192.0.2.1 path=…").
    """
    begin, end, port_end = place
    said = line[message_start(line) : begin]
    if HEAD_WORDS.fullmatch(said) is None:
        return False
    cue = nearest_cue(said)
    bare = cue == 0 and not said.strip("[(<\"' ")
    ended = FIELD_END.match(line, port_end or end) is not None
    return cue >= FIELD or (ended and (bare or IP_FIELD.search(said) is not None))


def header_end(line: str) -> int:
    """Where a syslog line's time and host end, 0 where it has none."""
    logged = LOGGER.match(line)
    if logged:
        return logged.end()
    host = HOST.search(line, 0, HEAD_LENGTH)
    before = BEFORE_TIME.match(line)
    if host is None or before is None:
        return 0
    stamp = BEHIND_TIME.sub("", line[before.end() : host.start()])
    timed = CLOCK.fullmatch(stamp) or any(SHAPES[name].fullmatch(stamp) for name in FORMS)
    return host.end() if timed else 0


def _as_subject(line: str, end: int) -> int:
    """The weight of an address that no word introduces and of which a sentence tells."""
    if ATTACKED.match(line, end):
        return VICTIM_SCORE
    place = IN_YOURS.match(line, end)
    at = place.end() if place else end
    return NOUN if DOES.match(line, at) or ACTS.match(line, at) else 0


def _before_peer_text(line: str, begin: int, after: int, logged: int) -> int:
    """The weight of an address that stands before all that a peer can write in a message."""
    message = PROGRAM_NAME.match(line, logged)
    if message is None or not message.end() <= begin <= HEAD_LENGTH or after > logged:
        return 0
    if SSHD_BEFORE.fullmatch(line, message.end(), begin):
        return HEADED_SCORE
    said = line[message.end() : begin]
    if "postfix/" in message[0] and said.endswith("[") and QUOTES.isdisjoint(said):
        return HEADED_SCORE  # its client as host[address], before anything the client said
    return FIRST if not said.strip("[(<\"' ") else 0


def _by_place(line: str, start: int, end: int, port_end: int) -> int:
    """The weight by a known log's format, an arrow or what follows an address; 0 for none."""
    weight = client_weight(line, start, end) or _at_pam(line, start, end)
    if weight:
        return weight
    if ARROW_RIGHT.match(line, port_end or end):
        return ARROW_SCORE
    if BARS.match(line, end) or BOTH_WAYS.match(line, end):
        return VICTIM_SCORE
    if line.startswith(",", port_end or end) and (sign := EXCHANGE.match(line, port_end or end)):
        return VICTIM_SCORE if sign[1] else ARROW_SCORE
    return _at_daemon(line, start, end) or (OTHER_SCORE if _is_helo_or_mailbox(line, end) else 0)


def _at_daemon(line: str, start: int, end: int) -> int:
    """The weight of where sshd, ProFTPD, Apache, HAProxy and Twisted write their peer."""
    if line.startswith("])", end) and "proftpd" in line[:HEAD_LENGTH]:
        return HEADED_SCORE
    if OWN_FIELD.search(line, 0, start):
        return HEADED_SCORE
    if line.startswith("]", end) and TRANSPORT.search(line, 0, start):
        return HEADED_SCORE
    ported = SSHD_AFTER.match(line, end) and SSHD.search(line, 0, min(start, HEAD_LENGTH))
    return ARROW_SCORE if ported and not LISTENED_AT.search(line, max(0, start - 24), start) else 0


def _is_helo_or_mailbox(line: str, end: int) -> bool:
    """True for a HELO name, a mailbox's user and the server's own name before its session."""
    close = max(end, line.find(")", end, end + EXIM_REST))
    return any(
        (EXIM_HELO.match(line, close), MAILED.match(line, end), PROFTPD_SESSION.match(line, end))
    )


OURS_FIRST = re.compile(rf"\b(?:{'|'.join(sorted(OURS))}) [^\W\d_]")
OWNED = re.compile(
    rf"\b(?<!for )(?:{'|'.join(sorted(OURS - {'min', 'mi', 'mon', 'mio'}))}) "
    r"(?:(?!(?:from|by|via|von|vom|fra|frå|från|depuis|par|por|pelo|durch|de|desde|da|dal|van|"
    r"vanaf|door|av|af|z|"
    r"przez|ip)\b)[^\W\d_][\w.-]{0,32} ){1,5}$"
)


def nearest_cue(before: str) -> int:
    """The weight of the last cue in the text before an address, 0 where there is none."""
    lower = _own_clause(
        dotted(before.lower()).translate(NOUGHTS).replace("\u2019", "'").replace("'s ", " ")
    )
    tokens = [normalised(token) for token in TOKEN.findall(lower)]
    if SEEN_BY.search(lower):
        return OTHER_SCORE  # whoever blocked or saw it
    if OWNED.search(lower):
        return VICTIM_SCORE
    if tokens[-1:] and tokens[-1] in AGENTS and _is_done(lower, tokens):
        return NOUN
    for end in range(len(tokens), 0, -1):
        weight, begin = _phrase(tokens, end)
        if weight == ON_SCORE and _addressed(tokens[: end - 1]):
            return ADDRESSED  # "your customer on 192.0.2.1"
        if weight and not (tokens[end - 1].rstrip("=") in CLOSE and end < len(tokens) - 1):
            return VICTIM_SCORE if weight > 0 and _ours(tokens, begin, end) else weight
    return ADDRESSED if len(tokens) > 1 and tokens[-2] in YOURS else 0


def _own_clause(lower: str) -> str:
    """What of a text stands behind the verb by which something of the writer's tells of it."""
    owner = OURS_FIRST.search(lower)
    verbs = list(TELLS.finditer(lower, owner.end())) if owner else []
    return lower[verbs[-1].end() if verbs[-1]["that"] else verbs[-1].start() :] if verbs else lower


def _is_done(lower: str, tokens: list[str]) -> bool:
    """True when what was done "by" an address is an attack, and not that somebody saw it."""
    if WITNESSED.match(tokens[-2] if len(tokens) > 1 else ""):
        return False
    return not DONE.isdisjoint(tokens) or DONE_TO_US.search(lower) is not None


def _ours(tokens: list[str], begin: int, end: int) -> bool:
    """True when the words of a cue speak of the writer's own: "our host", "attacking our shop"."""
    if begin > 0 and tokens[begin - 1] in OURS:
        return True
    if end < len(tokens) and tokens[end] in OURS:
        return True
    yours = begin > 0 and tokens[begin - 1] in YOURS
    placed = " ".join(tokens[begin:end]) in PLACED and not yours
    return placed and not AIMED.isdisjoint(tokens[max(0, begin - LONGEST_PHRASE) : begin])


def _phrase(tokens: list[str], end: int) -> tuple[int, int]:
    """The weight of the longest cue whose last word stands before `end`, and where it begins."""
    if tokens[end - 1].endswith("=") and tokens[end - 1] in CUES:
        return CUES[tokens[end - 1]], end - 1
    words = [token.rstrip("=") for token in tokens[max(0, end - LONGEST_PHRASE) : end]]
    for start in range(len(words)):
        weight = CUES.get(" ".join(words[start:]))
        if weight:
            return weight, end - len(words) + start
    return 0, end


def _addressed(tokens: list[str]) -> bool:
    """True when the last words name something of the reader's."""
    last = tokens[-LONGEST_PHRASE:]
    return any(CUES.get(" ".join(last[start:])) == ADDRESSED for start in range(len(last)))
