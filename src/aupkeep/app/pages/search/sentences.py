"""The answer of a search in one sentence, in two languages."""

from datetime import datetime

from aupkeep.model.counted import countable
from aupkeep.model.moments import show_minute
from aupkeep.notify.measurements import Language

SENTENCES: dict[str, tuple[str, str]] = {
    "held": (
        "{customer} holds {subject} since {since}, on {resource}.",
        "{customer} har {subject} siden {since}, på {resource}.",
    ),
    "held-then": (
        "{customer} held {subject} at {at}, on {resource}.",
        "{customer} hadde {subject} {at}, på {resource}.",
    ),
    "held-still": ("They hold it now, too.", "De har den også nå."),
    "held-now": ("Now {customer} holds it.", "Nå har {customer} den."),
    "nobody-now": ("Now nobody is on record for it.", "Nå er ingen registrert med den."),
    "unknown": (
        "{subject} is ours, and no record says who holds it{when}.",
        "{subject} er vår, og ingen oppføring sier hvem som har den{when}.",
    ),
    "not-ours": (
        "{subject} is outside our own space.",
        "{subject} er utenfor vårt eget adresserom.",
    ),
    "disputed": (
        "{subject}: {count:customer|customers} may hold it{when}; a port or another time may tell.",
        (
            "{subject}: {count:kunde|kunder} kan ha den{when}; "
            "en port eller et annet tidspunkt kan avgjøre."
        ),
    ),
    "when": (" at {at}", " {at}"),
    "prefix": (
        (
            "{subject}: {records:record|records} of holders inside, "
            "addresses of it in {cases:case|cases}."
        ),
        (
            "{subject}: {records:oppføring|oppføringer} av innehavere i det, "
            "adresser der i {cases:sak|saker}."
        ),
    ),
    "case": (
        "{reference}: {kind}, {resource} of {customer}. {state}",
        "{reference}: {kind}, {resource} hos {customer}. {state}",
    ),
    "name": (
        "{subject} or a page of it is named in {cases:case|cases}.",
        "{subject} eller en side der nevnes i {cases:sak|saker}.",
    ),
    "name-meant": (
        "It led to {addresses} when last looked up, at {at}.",
        "Det ledet til {addresses} ved siste oppslag, {at}.",
    ),
    "url": (
        "Exactly this page is named in {exact:claim|claims}, its host in {claims}.",
        "Akkurat denne siden nevnes i {exact:påstand|påstander}, verten i {claims}.",
    ),
    "report": (
        "It came at {at} and became part of {cases}.",
        "Den kom {at} og ble del av {cases}.",
    ),
    "report-inbox": (
        "It came at {at} and stands in the inbox.",
        "Den kom {at} og står i innboksen.",
    ),
    "report-alone": (
        "It came at {at}; no case rests on it.",
        "Den kom {at}; ingen sak hviler på den.",
    ),
    "inquiry": (
        "{reference}: a question that came at {at}. {state}",
        "{reference}: et spørsmål som kom {at}. {state}",
    ),
    "asked-open": ("It is not answered yet.", "Det er ikke besvart ennå."),
    "asked-answered": ("It is answered.", "Det er besvart."),
    "asked-closed": ("It is closed.", "Det er lukket."),
    "notice": ("We wrote it at {at}, in case {case}.", "Vi skrev den {at}, i sak {case}."),
    "customer": (
        (
            "{name} ({id}): {open:case that is|cases that are} not closed, "
            "{standing:measure|measures} in force."
        ),
        "{name} ({id}): {open:sak|saker} som ikke er lukket, {standing} tiltak i kraft.",
    ),
    "decision": (
        "Decision of {at}: {measure}, in case {case}.",
        "Vedtak {at}: {measure}, i sak {case}.",
    ),
    "action": (
        "{measure} on {subject}: {state}, until {until}.",
        "{measure} på {subject}: {state}, til {until}.",
    ),
    "many": ("{count:thing matches|things match} “{text}”.", "{count} treff på «{text}»."),
    "none": ("Nothing known is “{text}”.", "Ingenting kjent er «{text}»."),
    "nothing": ("", ""),
    "cut": (
        "Only the first {count} claims were looked at.",
        "Bare de første {count} påstandene ble sett på.",
    ),
    "open": ("The desk must look.", "Kontoret må se på den."),
    "waiting": ("It waits for the customer.", "Den venter på kunden."),
    "answered": ("The customer has answered.", "Kunden har svart."),
    "closed": ("It is closed.", "Den er lukket."),
    "until": ("until {end}", "til {end}"),
    "still": ("until now", "til nå"),
    "term": ("{start} – {end}", "{start} – {end}"),  # noqa: RUF001 - from-to is written with this dash
    "pool": ("a pool, nobody's", "en pulje, ingens"),
    "proven": ("proven", "bevist"),
    "unproven": ("a name nobody proved", "et navn ingen har bevist"),
    "bare": ("known from an assignment only", "bare kjent fra en tildeling"),
    "unreachable": ("no contact", "ingen kontakt"),
    "claims": ("{count:claim|claims}", "{count:påstand|påstander}"),
    "seen": ("seen {at}", "sett {at}"),
}


def sentence(language: Language, key: str, **values: object) -> str:
    """The words for `key`; times are told to the minute, in UTC.

    >>> sentence("en", "claims", count=1), sentence("nb", "claims", count=3)
    ('1 claim', '3 påstander')
    """
    shown = {
        name: show_minute(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return SENTENCES[key][language == "nb"].format(**countable(shown))
