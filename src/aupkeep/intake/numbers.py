"""Ports and counts as reports write them; what is none costs no claim."""

import re
from collections.abc import Iterable

from aupkeep.model.subject import MAX_PORT

# the last words of a name that says how often something happened, in the desk's languages
_COUNTS = (
    "count counts counter sum detections? erkennungen fehlversuche events? hits? attempts? "
    "occurr?ences? connections? packets? requests? sessions? messages? mails? emails? incidents? "
    "log_?ins? logons? tries probes? scans? attacks? failures? total times_seen quantity cnt "
    "anzahl versuche ereignisse treffer pakete anmeldeversuche verbindungen anmeldungen antall "
    "forsøk hendelser treff pakker tilkoblinger antal försök händelser träffar paket forsøg "
    "hændelser aantal pogingen gebeurtenissen pakketten verbindingen tentatives événements "
    "connexions paquets tentativi eventi pacchetti connessioni accessi liczba prób próby zdarzeń "
    "połączeń pakietów intentos eventos paquetes conexiones tentativas pacotes conexões "
    "ocorrências cantidad quantidade quantità ilość"
)
_COUNTED = _COUNTS.replace(" ", "|").replace("_", " ")
_SAID = r"(?:[^\W\d_]{1,16} ){0,4}"
COUNTED = re.compile(
    rf"{_SAID}(?:{_COUNTED}|matches)"
    r"(?: (?:seen|observed|recorded|detected|made|gesehen|registrert|observert))?|"
    rf"(?:antall|antal|aantal|anzahl|liczba|ilość|count) {_SAID}[^\W\d_]{{1,20}}"
)
# what such a name counts that is no event
ASIDE = re.compile(
    r"\b(?:bans?|banned|retry|retries|repeat|error|errors|loss|lost|dropped|previous|earlier"
    r"|other|victim|"
    r"successful|accepted|allowed|rcvd|received|from server|returned|reply|replies)\b"
)
# fields that say of a record that it is none, and those that say how it stands now
UNREAL = re.compile(
    r"(?:.{0,30} )?(?:is )?(?:tests?|test ?(?:mode|data|message|event|alert|report)|drill|exercise"
    r"|dry ?run|simulated?"
    r"|simulation|sample|example|demo|dummy|false ?positive|withdrawn|retracted|resolved)"
)
YES = frozenset({"true", "yes", "1", "y", "on", "ja", "oui", "si", "sí", "sim", "tak"})
STATE = re.compile(
    r"(?:.{0,30} |case|ticket|incident)?(?:status|state|result|outcome|resolution|verdict"
    r"|disposition|event|action|reason"
    r"|mode|environment|env|purpose|type|category|event type|report type|tilstand|état|estado"
    r"|stato)"
)
ENDED = re.compile(
    r"[\s\"'*]{0,9}(?:de-?listed|unlisted|unblocked|removed|resolved|fixed|closed|clean(?:ed)?"
    r"|mitigated|"
    r"remediated|inactive|solved|patched|secured|expired|withdrawn|retracted|false[ _-]positive|"
    r"(?:no longer|not) (?:listed|open|vulnerable|active|infected|reachable|accessible|affected|"
    r"an? open \w{3,12})|behoben|erledigt|gelöst|entfernt|geschlossen|løst|fjernet|lukket|åtgärdat|"
    r"résolue?|corrigée?|retirée?|fermée?|resuelto|cerrado|risolto|chiuso|opgelost|verwijderd|"
    r"gesloten|rozwiązan[ey]|resolvido)[\s.!\"'*]{0,9}",
    re.IGNORECASE,
)
PRETENDED = re.compile(
    r"(?:tests?|test[ _-](?:event|report|alert|message)|drill|exercise|dry[ _-]?run|simulat(?:ion"
    r"|ed)|sample|example|demo"
    r"|delisting|recovery|all[ _-]clear|ok)"
)
# what a connection, a request or a filter may be as well, and where that is said
PASSING = re.compile(r"(?:closed|clean(?:ed)?|removed|mitigated|expired|inactive|ok)")
PASSES = re.compile(
    r"(?:(?!case|ticket|listing|incident).{0,30} )?(?:state|result|outcome|action|event)"
)
TICKET = re.compile(r"(?:ticket|case|incident)(?: (?:id|no|nr|number|ref(?:erence)?))?\b(?! st)")
PARTS = re.compile(r"[\W_]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
AMOUNT = re.compile(
    r"(\d{1,12})(?:[.,]0{1,9})?(?=$|[\s/(])|(?:none|zero|nil|keine?|ingen|inga|aucune?|geen)$",
    re.IGNORECASE,
)
LONGEST = 60  # characters of a name
PORT_DIGITS = 5
# amounts in a line: "attempts=0", "0 failed logins"
NONE = re.compile(r"(?<![\w.,:/-])0(?![\w.,:/-]\d)")
PAIR = re.compile(r"([A-Za-z][\w-]{1,39})=[\"']?(\d{1,9})(?![\w.:/-])")
NUMBERED = re.compile(
    r"(?<![\w.,:/=-])(?<![^\W\d_][:=] )(?<![:=] [\"'])"
    r"(\d{1,9}) ([^\W\d_]{3,20})(?: ([^\W\d_]{3,20}))?"
)


def port_or_none(text: str) -> int | None:
    """A port from 1 to 65535, None for any other text.

    >>> port_or_none("22"), port_or_none("0"), port_or_none("any")
    (22, None, None)

    Of many digits it is none, however they begin:

    >>> port_or_none("0000019999999") is port_or_none("1" + "0" * 5000) is None
    True
    """
    short = text.isascii() and text.isdigit() and len(text) <= PORT_DIGITS
    return int(text) if short and 0 < int(text) <= MAX_PORT else None


def stated_count(text: str, most: int) -> int:
    """A count up to `most`; 1 for what is no number. Of 0 events nobody is accused.

    >>> stated_count("12", 1000), stated_count("9" * 400, 1000), stated_count("-1", 1000)
    (12, 1000, 1)
    """
    return min(int(text[:12]), most) if text.isascii() and text.isdigit() else 1


def is_counted(name: str) -> bool:
    """Whether a field or column of this name says how often something happened.

    >>> is_counted("Failed logins"), is_counted("event_count"), is_counted("account")
    (True, True, False)
    """
    plain = PARTS.sub(" ", CAMEL.sub(" ", name[:LONGEST])).strip().lower()
    return COUNTED.fullmatch(plain) is not None and ASIDE.search(plain) is None


def nothing_happened(fields: Iterable[tuple[str, str]]) -> bool:
    """Whether all that fields say of how often it happened is 0.

    >>> nothing_happened([("ip", "192.0.2.1"), ("Attempts", "0")])
    True
    >>> nothing_happened([("events", "3"), ("hits", "0")])
    False
    """
    said = [AMOUNT.match(value.strip()) for name, value in fields if is_counted(name)]
    amounts = [int(match[1] or 0) for match in said if match]
    return bool(amounts) and not any(amounts)


def is_ended(name: str, value: str) -> bool:
    """Whether a field says of its record that it is a test, or over.

    A TCP state, a result of HTTP, or what a filter did is no such end.

    >>> is_ended("dry run", "true"), is_ended("status", "resolved"), is_ended("status", "open")
    (True, True, False)
    >>> is_ended("state", "closed"), is_ended("case state", "closed"), is_ended("result", "ok")
    (False, True, False)
    """
    if UNREAL.fullmatch(name) and value in YES:
        return True
    if not STATE.fullmatch(name) or (PASSES.fullmatch(name) and PASSING.fullmatch(value)):
        return False
    return bool(ENDED.fullmatch(value) or PRETENDED.fullmatch(value))


def line_of_nothing(line: str) -> bool:
    """Whether a line says itself that what it tells of happened 0 times.

    >>> line_of_nothing("192.0.2.1: 0 failed logins"), line_of_nothing("192.0.2.1: 2 bans, 0 hits")
    (True, True)
    """
    if not NONE.search(line):
        return False
    amounts = [(match[1], match[2]) for match in PAIR.finditer(line)]
    for number, first, second in NUMBERED.findall(line):
        noun = f"{first} {second}" if second and is_counted(f"{first} {second}") else first
        amounts.append((noun, number))
    return nothing_happened(amounts)
