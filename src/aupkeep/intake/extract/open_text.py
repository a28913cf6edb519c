"""Where in a line of a log the peer's own words may begin, of a program that nobody knows.

A name, a command, a path, a title: whoever writes it may write "x src=192.0.2.1" or "x (192.0.2.1)"
too, and such a program may log no address at all. What stands behind is the peer's as long as
nothing closes it for certain. Words that no program is known to write may be a name as well: what
stands behind those is no evidence either.
"""

import re

from aupkeep.intake.extract.peer_names import CLOSE, WORD

# what a peer sends that is no name of a user; "request from" may be the program's own words
SENT = re.compile(
    r"(?<![\w@.-])(?:disconnect(?:ing|ed)|kick(?:ing|ed)|nick|name|player|alias|title|subject|"
    r"command|cmd|input|line|path|file|url|uri|query|request|referr?er|(?:user-?)?agent|comment"
    r"|cookie|email|banner|greeting|"
    r"payload|message|text|said|sent|got|helo|ehlo|host(?: ?name|(?= header)))"
    r"(?:\s?[=:]\s?|\s)(?!(?:from|is|was|has|not|failed|rejected|denied|ip)\b)|"
    r"\b(?:GET|POST|HEAD|PUT|DELETE|CONNECT|OPTIONS|PROPFIND|PATCH|TRACE|INVITE|REGISTER) (?=\S)|"
    r"(?<![\w@.-])(?:login|member|mailbox|customer|uid|sub|aud|dn|cn)=(?=\S)|"
    r"(?<=\s)/(?=[^\s\d])|(?<=\s)\S{0,64}[?&]\w{1,32}=",
    re.IGNORECASE,
)
# what a logger puts before a message: the zone and the level, the host, the program, its class
_LEVEL = (
    r"\s{0,3}(?:\[[^\]\n]{0,64}\]|\([^)\n]{0,64}\)|\{[^}\n]{0,64}\}|[A-Z]{3,8}\b|[|:\]-]|"
    r"[.,+-]?\d\S{0,24}|(?:info|error|warn(?:ing)?|notice|debug|fatal|alert|crit)\b:?)(?=[\s:|\[])"
)
TAG = re.compile(_LEVEL, re.ASCII)
HOST = re.compile(r"\s{0,3}\w[\w.-]{0,63}(?= [\w./-]{1,40}(?:\[\d{1,9}\])?: )", re.ASCII)
PROGRAM = re.compile(
    r"\s{0,3}(?:[\w-]{1,40}(?:[.:/][\w$-]{1,40}){1,6}:?|[\w.-]{1,40}(?:\[\d{1,9}\])?:)(?=[\s:|\[])",
    re.ASCII,
)
MOST_TAGS, LONGEST = 12, 400
# text in quotes, a word alone in brackets, a field with a plain value, any other word
PIECE = re.compile(
    r"((?:[\w.-]{1,40}=)?(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'(?!\w)))|"
    r"([\[(<])[^\s\[\]()<>]{1,64}[\])>]|"
    r"([\w.-]{1,40}=[^\s\"'=]{0,64}(?=[\s,;]|$))|[^\s\"'<>\[\](){}]{1,64}"
)
STAMPED = re.compile(r"(?<=\d)[tz](?![^\W\d_])")  # the letters of a time: 2026-12-01T01:00:00Z
NUMBERED = re.compile(r"0\.0{1,3}\.0|::|:0{1,4}:")
EDGE = ":,;.!*-|#&"
# the words that programs put together to tell what a peer did
_OWN = (
    "a abort aborted abuse access account action active address admin administrator after again "
    "alert all allowed am an and anonymous any are as at attack attacks attempt attempted "
    "attempts auth authenticate authenticated authentication authorization authorized bad ban "
    "banned banner because been before blacklist blacklisted block blocked blocking blocklist "
    "break brute bruteforce by bytes cannot client closed closing connect connected connection "
    "connections could count crawler credential credentials crit critical data ddos debug denied "
    "deny detected did disabled disallowed disconnect dns does dos drop dropped dropping due "
    "during emerg err error errors exceeded excessive exploit fail failed failing failure "
    "failures fatal filter firewall flood flooding for forbidden force found from ftp greylisted "
    "had handshake has have hit host http https icmp illegal imap in inbound incoming incorrect "
    "info injection input intrusion invalid ip ipv ipv0 is it its key ldap limit limited limiting "
    "list "
    "listed listener lockout log logged login logins logon lookup lost mail malformed many match "
    "matched max maximum mismatch missing more multiple network new no not notice of on one or "
    "origin out over packet packets password passwords peer permission permitted pm pop port "
    "ports possible potential preauth probe probing protocol proxy rate rbl received refused "
    "reject rejected rejecting relay relaying remote repeated request requests reset root rule "
    "scan scanned scanner scanning scans security sender server service session sip smtp source "
    "spam sql src ssh ssl state status suspicious syn tcp telnet temporarily than that the this "
    "threshold time timed timeout times tls to too traffic trap tried tries triggered udp "
    "unauthenticated unauthorized unexpected unknown unsupported user users version violation "
    "virus vulnerability waf warn warning was web while with without wrong xmlrpc "
    "cest cet gmt utc z "  # behind the time
)
OWN = frozenset(_OWN.split())


def open_from(line: str, head: int) -> int:
    """Where a peer's own text begins that nothing closes; the line's length where it has none.

    `head` is where the program's message begins. Of "login failed for 'bob' from 192.0.2.1" the
    quotes are the program's own: a name that closed them would leave one of them over.
    """
    sent = SENT.search(line, head)
    return min(_name_from(line), sent.end() if sent else len(line))


def doubtful_from(line: str, head: int) -> int:
    """Where a word begins that programs are not known to write; what follows is doubtful."""
    start = _behind_tags(line, head)
    end = start + LONGEST
    while piece := PIECE.search(line, start, end):
        quoted, bracket, field = piece.groups()
        shown = quoted is not None and NUMBERED.search(quoted)
        alone = bracket is not None and line.count(bracket, start) == 1
        if not (quoted or alone or field) and _is_strange(line, piece):
            return piece.start()
        # the words between quotes are looked at where an address stands among them
        start = (
            max(start, line.find(quoted[-1], piece.start())) + 1
            if shown and quoted
            else piece.end()
        )
    return len(line)


def _behind_tags(line: str, start: int) -> int:
    """Where what a logger puts before a message ends; it names one host and one program."""
    once = [HOST, PROGRAM]
    for _ in range(MOST_TAGS):
        tag = TAG.match(line, start)
        while tag is None and once:
            tag = once.pop(0).match(line, start)
        if tag is None:
            break
        start = tag.end()
    return start


def _is_strange(line: str, piece: re.Match[str]) -> bool:
    """Whether a word is none that programs write, nor an address or the name right before one."""
    said = piece[0].strip(EDGE + "[]()<>").lower()
    return (
        any(map(str.isalpha, STAMPED.sub("", said)))
        and said not in OWN
        and not _is_host(line, piece)
    )


def _is_host(line: str, word: re.Match[str]) -> bool:
    """Whether a word is an address, or the name right before one: "from a.example [192.0.2.1]"."""
    return "." in word[0][1:-1] and line[: word.start()].rstrip().lower().endswith("from")


def _name_from(line: str) -> int:
    """Where a name begins that no quotes close."""
    for match in WORD.finditer(line):
        opened = match[2] or match[3] or match[4]
        if not opened and WORD.match(line, match.end()):
            continue  # "for user 'bob'"
        if not opened or line.count(CLOSE.get(opened[-1], opened[-1]), match.end()) != 1:
            return match.end()
    return len(line)
