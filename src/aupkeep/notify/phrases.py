"""The phrases of notices in two languages: what was seen, what a measure touches, what came of it.

Plain sentences, no accusation: a machine did something; nobody is said to have meant it.
"""

from datetime import UTC, datetime, tzinfo

from aupkeep.model.action import Limiting
from aupkeep.model.case import Outcome
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from aupkeep.notify import measurements
from aupkeep.notify.reason_words import pick

Language = measurements.Language
NORWEGIAN = ("nb", "nn", "no")

ACTIVITIES: dict[str, tuple[str, str]] = {
    "messaging/spam": ("sends unsolicited mail", "sender uønsket e-post"),
    "messaging/bulk_messaging": ("sends bulk mail nobody asked for", "sender uønsket masse-e-post"),
    "messaging/mail_bombing": ("floods mailboxes", "oversvømmer e-postkasser"),
    "connection/login_attack": ("tries to guess passwords", "prøver å gjette passord"),
    "connection/port_scan": ("scans other people's networks", "skanner andres nettverk"),
    "connection/reconnaissance": ("probes other people's networks", "kartlegger andres nettverk"),
    "connection/vulnerability_scan": ("looks for weaknesses", "leter etter svakheter hos andre"),
    "connection/sql_injection": ("attacks web applications", "angriper nettløsninger"),
    "connection/scraping": ("loads other sites heavily", "laster tungt ned fra andres nettsteder"),
    "connection/ddos": ("sends attack traffic", "sender angrepstrafikk"),
    "protection/inbound_ddos": ("is under attack from outside", "blir angrepet utenfra"),
    "connection/infected_host": ("shows signs of malware", "viser tegn til skadevare"),
    "infrastructure/botnet": ("is part of a botnet", "er del av et botnett"),
    "infrastructure/compromised_server": ("seems taken over", "ser ut til å være overtatt"),
    "content/malware": ("serves malware", "sprer skadevare"),
    "content/remote_compromise": ("seems taken over", "ser ut til å være overtatt"),
    "content/phishing": ("serves a phishing page", "viser en svindelside"),
    "vulnerability/open_service": (
        "has an open service that others can misuse",
        "har en åpen tjeneste som andre kan misbruke",
    ),
}
OTHER_ACTIVITY = (
    "does something our acceptable use policy does not allow",
    "gjør noe som vilkårene for bruk ikke tillater",
)
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.FIXED: ("It was fixed.", "Det er rettet."),
    Outcome.NOT_ABUSE: (
        "We looked into it and found that it broke no rule of ours.",
        "Vi undersøkte det og fant at det ikke brøt noen av reglene våre.",
    ),
    Outcome.NO_ACTION: (
        "We looked into it and found nothing we could act on.",
        "Vi undersøkte det og fant ikke noe vi kunne gjøre noe med.",
    ),
    Outcome.WITHDRAWN: ("The report was withdrawn.", "Meldingen ble trukket tilbake."),
    Outcome.IMPORTED: (
        "It was dealt with before we kept records here.",
        "Det ble behandlet før vi førte sakene her.",
    ),
}
EFFECTS: dict[Measure, tuple[str, str]] = {
    Measure.BLOCK_PORT: (
        "Traffic from {from_} to {port} is blocked.",
        "Trafikk fra {from_} til {port} er sperret.",
    ),
    Measure.BLOCK_DESTINATION: (
        "Traffic from {from_} to {to} is blocked.",
        "Trafikk fra {from_} til {to} er sperret.",
    ),
    Measure.LIMIT_RATE: (
        "Traffic from {from_} is slowed to {rate}.",
        "Trafikk fra {from_} er begrenset til {rate}.",
    ),
    Measure.LIMIT_SMTP: (
        "Outgoing mail (port 25) from {from_} is blocked.",
        "Utgående e-post (port 25) fra {from_} er sperret.",
    ),
    Measure.BLOCK_INBOUND: (
        "{protocol} from port {number} of others to {from_} is dropped.",
        "{protocol} fra port {number} hos andre til {from_} blir kastet.",
    ),
    Measure.LIMIT_INBOUND: (
        "Of {what} to {from_}, whatever exceeds {rate} is dropped.",
        "Av {what} til {from_} blir det som overstiger {rate}, kastet.",
    ),
    Measure.BLOCK_SPOOFED: (
        "What {from_} sends under addresses of others is dropped.",
        "Det {from_} sender under andres adresser, blir kastet.",
    ),
    Measure.BLOCK_URL: ("The page {url} is blocked.", "Siden {url} er sperret."),
    Measure.BLOCK_NAME: ("The name {name} is blocked.", "Navnet {name} er sperret."),
    Measure.HOLD_MAIL: (
        "What {account} sends through our mail relay is held there; nothing is lost.",
        "Det {account} sender gjennom e-posttjeneren vår, er holdt tilbake der; ingenting er tapt.",
    ),
    Measure.BLOCK_MAIL: (
        "What {account} sends through our mail relay is refused.",
        "Det {account} sender gjennom e-posttjeneren vår, er avvist.",
    ),
    Measure.ISOLATE: ("{from_} is cut off from the network.", "{from_} er koblet fra nettet."),
    Measure.SUSPEND_RESOURCE: ("{resource} is suspended.", "{resource} er satt på vent."),
    Measure.SUSPEND_ACCOUNT: (
        "Your account is suspended, with its API credentials.",
        "Kontoen din er satt på vent, også tilgangen via API.",
    ),
    Measure.TERMINATE: (
        "{resource} is on hold for 30 days; nothing is deleted.",
        "{resource} er holdt tilbake i 30 dager; ingenting er slettet.",
    ),
    Measure.END_SERVICE: ("The service {resource} is ended.", "Tjenesten {resource} er avsluttet."),
    Measure.INTERCEPT: (
        "Traffic of {from_} is diverted.",
        "Trafikken til {from_} blir omdirigert.",
    ),
    Measure.INTERCEPT_MAIL: (
        "What {account} sends through our mail relay is diverted there; nothing is lost.",
        "Det {account} sender gjennom e-posttjeneren vår, er ledet om dit; ingenting er tapt.",
    ),
}
TENSES: dict[Limiting, tuple[tuple[str, str], ...]] = {
    Limiting.NOW: (),
    Limiting.ENDED: ((" is ", " was "), (" blir ", " ble "), (" er ", " var ")),
    Limiting.NOT: (
        (" is ", " would be "),
        (
            " blir det som overstiger {rate}, kastet",
            " ville det som overstiger {rate}, blitt kastet",
        ),
        (" blir ", " ville blitt "),
        (" er ", " ville vært "),
    ),
}
HEADLINES: dict[str, tuple[str, str]] = {
    "limited": ("{resource} is limited now: {what}", "{resource} er begrenset nå: {what}"),
    "reported": ("Report about {resource}: {what}", "Melding om {resource}: {what}"),
    "measured": (
        "Our measurements of {resource} show {what}",
        "Våre målinger av {resource} viser {what}",
    ),
}
OPENINGS = ("new TCP connections", "nye TCP-forbindelser")
BITS = 8  # of a byte: rates are shown in bits, as they are sold
ALL_ELSE = ("Everything else works as before.", "Alt annet virker som før.")
UNAFFECTED: dict[Measure, tuple[str, str]] = {
    Measure.BLOCK_INBOUND: (
        "Answers to what it asks at that port are dropped too; all else works.",
        "Svar på det den selv spør om der, blir også kastet; alt annet virker.",
    ),
    Measure.LIMIT_INBOUND: (
        "Open connections and everything else go on.",
        "Åpne forbindelser og alt annet virker som før.",
    ),
    Measure.ISOLATE: (
        "Its disks and data are untouched; your other resources work.",
        "Disker og data er urørt; de andre ressursene dine virker.",
    ),
    Measure.SUSPEND_RESOURCE: (
        "Its data is untouched; your other resources work.",
        "Dataene er urørt; de andre ressursene dine virker.",
    ),
    Measure.SUSPEND_ACCOUNT: ("Your data is untouched.", "Dataene dine er urørt."),
    Measure.TERMINATE: ("It can still be reinstated.", "Det kan fortsatt gjøres om."),
    Measure.END_SERVICE: (
        "Nothing was deleted by us; it can still be taken back.",
        "Ingenting er slettet av oss; det kan fortsatt gjøres om.",
    ),
}
DAYS = (
    *(("Monday", "mandag"), ("Tuesday", "tirsdag"), ("Wednesday", "onsdag")),
    *(("Thursday", "torsdag"), ("Friday", "fredag"), ("Saturday", "lørdag"), ("Sunday", "søndag")),
)
MONTHS = (
    *(("January", "januar"), ("February", "februar"), ("March", "mars"), ("April", "april")),
    *(("May", "mai"), ("June", "juni"), ("July", "juli"), ("August", "august")),
    *(("September", "september"), ("October", "oktober"), ("November", "november")),
    ("December", "desember"),
)


def notice_language(language: str) -> Language:
    """The language we write to a speaker of `language`: Bokmål for Norwegian, else English."""
    return "nb" if language.lower().partition("-")[0] in NORWEGIAN else "en"


def activity(kind: str, language: Language) -> str:
    """What a resource was seen doing, as the end of a sentence that begins with its name."""
    return pick(ACTIVITIES.get(kind, OTHER_ACTIVITY), language)


def headline(known: str, resource: object, what: str, language: Language) -> str:
    """The subject of a notice: what is limited, else what was reported or measured."""
    return pick(HEADLINES[known], language).format(resource=resource, what=what)


def resource_moved(seen_at: str, resource: str, now_at: str, language: Language) -> str:
    """Why a measure is at another address than the evidence: the resource has moved."""
    if language == "nb":
        return (
            f"Det ble sett på {seen_at}, som siden har skiftet eier; {resource} er nå på {now_at}."
        )
    return (
        f"It was seen at {seen_at}, which has changed hands since; {resource} is at {now_at} now."
    )


def whole_address(language: Language) -> str:
    """Why a measure touches a whole address."""
    if language == "nb":
        return "Tiltaket kunne ikke gjøres smalere enn hele adressen."
    return "It could not be made narrower than the whole address."


def own_ports(language: Language) -> str:
    """Why a measure touches all ports of one who shares an address."""
    if language == "nb":
        return "Tiltaket kunne ikke gjøres smalere enn deres egne porter på adressen."
    return "It could not be made narrower than your own ports of the address."


def outcome(value: Outcome, language: Language) -> str:
    """What came of a report, in one sentence that names nobody."""
    return pick(OUTCOMES[value], language)


def effect(measure: Measure, scope: Scope, language: Language, limiting: Limiting) -> str:
    """What a measure touches, touched or would touch; empty for one that restricts nothing."""
    if measure not in EFFECTS:
        return ""
    words = pick(EFFECTS[measure], language)
    pair = ("/".join(filter(None, [scope.protocol, str(scope.port)]))) if scope.port else ""
    everything = pick(("any port", "alle porter"), language)
    return _in_tense(words, limiting).format(
        from_=_source(scope),
        port=f"port {pair}" if pair else everything,
        to=scope.destination or pick(("one address", "én adresse"), language),
        rate=_rate(scope.rate, language),
        protocol=(scope.protocol or "IP").upper(),
        number=scope.port or pick(("one", "én"), language),
        what=_coming(scope.protocol, language),
        url=scope.url or scope.resource,
        name=scope.name or scope.resource,
        account=scope.account or scope.resource,
        resource=scope.resource,
    )


def _source(scope: Scope) -> str:
    """Where it comes from: an address, its ports where others share it, an assignment."""
    if scope.address is None:
        return scope.resource
    host = f"[{scope.address}]" if ":" in str(scope.address) else str(scope.address)
    if scope.source_ports is not None:
        return f"{host}:{scope.source_ports}"
    return str(scope.network or scope.address)


def _in_tense(words: str, limiting: Limiting) -> str:
    """A sentence about what is, as one about what was or would be."""
    for present, other in TENSES[limiting]:
        if present in words:
            return words.replace(present, other)
    return words


def _coming(protocol: str | None, language: Language) -> str:
    """What of a protocol is slowed: of TCP only what asks for a connection."""
    if protocol == "tcp":
        return pick(OPENINGS, language)
    return (protocol or "IP").upper()


def unaffected(measure: Measure, language: Language) -> str:
    """What a measure leaves alone, in one sentence."""
    return pick(UNAFFECTED.get(measure, ALL_ELSE), language)


def moment(at: datetime, local: tzinfo | None) -> str:
    """A moment to the second in UTC, and in the reader's zone where that is another.

    >>> moment(datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC), None)
    '2026-03-01 09:12:04 UTC'
    """
    text = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    there = at.astimezone(local or UTC)
    if not there.utcoffset():
        return text
    date = "" if there.date() == at.astimezone(UTC).date() else f"{there:%Y-%m-%d} "
    return f"{text} ({date}{there:%H:%M:%S %Z})"


def day(at: datetime, local: tzinfo | None, language: Language) -> str:
    """A moment to the minute in words, in the reader's zone or UTC.

    >>> day(datetime(2026, 11, 25, 14, 30, tzinfo=UTC), None, "nb")
    'onsdag 25. november kl. 14.30 UTC'
    """
    there = at.astimezone(local or UTC)
    weekday, month = (
        pick(DAYS[there.weekday()], language),
        pick(MONTHS[there.month - 1], language),
    )
    if language == "nb":
        return f"{weekday} {there.day}. {month} kl. {there:%H.%M %Z}"
    return f"{weekday} {there.day} {month} {there:%H:%M %Z}"


def _rate(rate: int | None, language: Language) -> str:
    if rate is None:
        return pick(("a low rate", "lav hastighet"), language)
    return measurements.format_quantity(rate * BITS, "bit/s", language)
