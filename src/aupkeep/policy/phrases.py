"""The words of `sentence`: each fact in English and Bokmål, and the small words between them.

A flag (bool) is two whole sentences, true and false; every other fact is a noun. A test holds that
each fact of the table is here.
"""

Words = dict[str, str]
Flag = tuple[str, str]  # as a sentence: true, false

NOUNS: dict[str, tuple[str, str]] = {
    "finding.kind": ("the kind of the finding", "funnets art"),
    "finding.rsit": ("the RSIT value of the finding", "funnets RSIT-verdi"),
    "finding.role": ("the role of the address in the event", "adressens rolle i hendelsen"),
    "finding.port": ("the port of the address", "adressens port"),
    "finding.confidence": ("the confidence of the source", "kildens sikkerhet"),
    "finding.conduct": (
        "whether it is done or promoted",
        "om det gjøres eller oppfordres til",
    ),
    "finding.lookalikes": (
        "the list of harmless look-alikes that the report names",
        "listen over harmløse dobbeltgjengere som meldingen nevner",
    ),
    "case.events": ("the number of events in the case", "antall hendelser i saken"),
    "case.events_24h": (
        "the number of events in the last 24 hours",
        "antall hendelser det siste døgnet",
    ),
    "case.sources": ("the number of independent sources", "antall uavhengige kilder"),
    "case.age_hours": ("the age of the case in hours", "sakens alder i timer"),
    "case.quiet_hours": (
        "the number of hours since the last event",
        "antall timer siden siste hendelse",
    ),
    "case.incidents": ("the number of incidents in the case", "antall tilfeller i saken"),
    "evidence.level": ("the evidence level", "bevisnivået"),
    "evidence.acting": (
        "the evidence level that rules may act on",
        "bevisnivået som regler kan handle på",
    ),
    "customer.age_days": (
        "the number of days since the customer came",
        "antall dager kunden har vært kunde",
    ),
    "customer.strikes": (
        "the number of earlier breaches that count",
        "antall tidligere brudd som teller",
    ),
    "customer.type": ("the type of the customer", "kundens type"),
    "customer.tags": ("the list of the customer's tags", "listen over kundens merker"),
    "resource.count": (
        "the number of resources that would be touched",
        "antall ressurser som ville bli berørt",
    ),
    "holding.answer": (
        "the answer to who held the address then",
        "svaret på hvem som hadde adressen da",
    ),
    "target.port": ("the attacked port", "den angrepne porten"),
    "target.protocol": ("the attacked protocol", "den angrepne protokollen"),
}

FLAGS: dict[str, tuple[Flag, Flag]] = {
    "finding.spoofable": (
        (
            "the claim rests on packets whose sender can be forged",
            "the claim does not rest on packets whose sender can be forged",
        ),
        (
            "påstanden bygger på pakker der avsenderen kan forfalskes",
            "påstanden bygger ikke på pakker der avsenderen kan forfalskes",
        ),
    ),
    "evidence.telemetry": (
        ("our own measurements saw it", "our own measurements did not see it"),
        ("våre egne målinger så det", "våre egne målinger så det ikke"),
    ),
    "report.authenticated": (
        ("the sender of a report is proven", "no report has a proven sender"),
        ("avsenderen av en melding er bevist", "ingen melding har bevist avsender"),
    ),
    "customer.protected": (
        ("the customer is marked as protected", "the customer is not marked as protected"),
        ("kunden er merket som vernet", "kunden er ikke merket som vernet"),
    ),
    "customer.critical": (
        (
            "life or the environment may depend on the service",
            "neither life nor the environment depends on the service",
        ),
        (
            "liv eller miljø kan avhenge av tjenesten",
            "verken liv eller miljø avhenger av tjenesten",
        ),
    ),
    "customer.reachable": (
        ("the customer can be reached", "the customer cannot be reached"),
        ("kunden kan nås", "kunden kan ikke nås"),
    ),
    "resource.shared": (
        ("others use the address too", "nobody else uses the address"),
        ("andre bruker også adressen", "ingen andre bruker adressen"),
    ),
    "harm.in_progress": (
        ("the harm is still going on", "the harm is not going on any more"),
        ("skaden pågår fortsatt", "skaden pågår ikke lenger"),
    ),
    "permission.live": (
        ("a permission covers it", "no permission covers it"),
        ("en tillatelse dekker det", "ingen tillatelse dekker det"),
    ),
    "answer.disputes": (
        (
            "the customer has contradicted it or appealed",
            "the customer has neither contradicted it nor appealed",
        ),
        (
            "kunden har bestridt det eller klaget",
            "kunden har verken bestridt det eller klaget",
        ),
    ),
    "answer.unread": (
        (
            "the customer has given an answer that nobody has read",
            "every answer of the customer has been read",
        ),
        (
            "kunden har gitt et svar som ingen har lest",
            "alle svar fra kunden er lest",
        ),
    ),
    "cleared.recently": (
        (
            "a person has cleared this signal recently",
            "no person has cleared this signal recently",
        ),
        (
            "et menneske har nylig frikjent dette signalet",
            "intet menneske har nylig frikjent dette signalet",
        ),
    ),
}

WORDS: dict[str, Words] = {
    "en": {
        "and": "and",
        "or": "or",
        "all of": "all of these",
        "one of": "at least one of these",
        "always": "always",
        "never": "never",
        "whether": "whether",
        "that": "the statement",
        "size": "the size of",
        "==": "is",
        "!=": "is not",
        "<": "is less than",
        "<=": "is at most",
        ">": "is more than",
        ">=": "is at least",
        "in yes": "is",
        "in no": "is none of",
        "holds yes": "contains",
        "holds no": "does not contain",
        "known yes": "is known",
        "known no": "is not known",
        "starts yes": "begins with",
        "starts no": "does not begin with",
        "matches yes": "matches the pattern",
        "matches no": "does not match the pattern",
    },
    "nb": {
        "and": "og",
        "or": "eller",
        "all of": "alle disse",
        "one of": "minst én av disse",
        "always": "alltid",
        "never": "aldri",
        "whether": "om",
        "that": "utsagnet",
        "size": "størrelsen på",
        "==": "er",
        "!=": "er ikke",
        "<": "er mindre enn",
        "<=": "er høyst",
        ">": "er mer enn",
        ">=": "er minst",
        "in yes": "er",
        "in no": "er ingen av",
        "holds yes": "inneholder",
        "holds no": "inneholder ikke",
        "known yes": "er kjent",
        "known no": "er ikke kjent",
        "starts yes": "begynner med",
        "starts no": "begynner ikke med",
        "matches yes": "passer til mønsteret",
        "matches no": "passer ikke til mønsteret",
    },
}
