"""Ports and counts as reports write them; what is none costs no claim."""

import re
from collections.abc import Iterable

from aupkeep.intake.field_words import plain_name
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
# what counts harm alone, and what counts how much there was of what may be harmless
HARM = re.compile(
    r"(?:\w+ ){0,3}(?:complaints?|(?:spam ?)?traps?|infections?|listings?|violations?|threats?"
    r"|incidents?|attacks?|spam|beschwerden?|angriffe|vorfälle|klager|klagomål|angrep|hendelser"
    r"|plaintes|attaques|quejas|ataques|incidentes|segnalazioni|attacchi|reclami|klachten"
    r"|aanvallen|incidenten|reclamações|skargi|skarg|ataki|ataków)(?: \w+)?"
)
VOLUME = re.compile(
    r"(?:\w+ ){0,3}(?:mails?|e ?mails|messages?|nachrichten|meldinger|meddelanden|correos|messaggi"
    r"|berichten|mensagens|wiadomości|sessions?|requests?|connections?|packets?|total)(?: \w+)?"
)
# what such a name counts that is no event
ASIDE = re.compile(
    r"\b(?:bans?|banned|retry|retries|repeat|error|errors|loss|lost|dropped|previous|earlier"
    r"|other|victim|"
    r"successful|accepted|allowed|rcvd|received|from server|returned|reply|replies)\b"
)
AMOUNT = re.compile(
    r"(\d{1,12})(?:[.,]0{1,9})?(?=$|[\s/(])|(?:none|zero|nil|keine?|ingen|inga|aucune?|geen)$",
    re.IGNORECASE,
)
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
    plain = plain_name(name)
    return COUNTED.fullmatch(plain) is not None and ASIDE.search(plain) is None


def nothing_happened(fields: Iterable[tuple[str, str]]) -> bool:
    """Whether all that fields say of how often it happened is 0.

    >>> nothing_happened([("ip", "192.0.2.1"), ("Attempts", "0")])
    True
    >>> nothing_happened([("events", "3"), ("hits", "0")])
    False

    How much mail there was says nothing where complaints are counted.

    >>> nothing_happened([("mails", "300"), ("complaints", "0")])
    True
    """
    said = [(plain_name(name), AMOUNT.match(value.strip())) for name, value in fields]
    counts = [(name, int(match[1] or 0)) for name, match in said if match]
    harms = [amount for name, amount in counts if HARM.fullmatch(name)]
    amounts = [
        amount
        for name, amount in counts
        if is_counted(name) and not (harms and VOLUME.fullmatch(name))
    ]
    return bool(harms or amounts) and not any((*harms, *amounts))


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
