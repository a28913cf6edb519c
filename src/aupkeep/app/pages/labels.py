"""The console's own words in English: measures, evidence levels, journal entries, proofs."""

import re
from collections.abc import Callable, Mapping

from aupkeep.casework.reach import ON_PORTS, WIDE
from aupkeep.model.action import NEVER, NOT_DONE, UNHEARD, UNSET, Limiting
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Scope
from aupkeep.model.entry import EntryType
from aupkeep.model.entry_words import entry_title
from aupkeep.model.finding import Finding
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.report import Authentication, Reading, Verdict
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language

LANGUAGES = ("en", "nb")  # of what the accused and reporters see
TITLES = {
    Measure.RECORD: "Record only",
    Measure.INFORM: "Tell the customer",
    Measure.INFORM_DEADLINE: "Ask the customer, with a deadline",
    Measure.OFF_BOARD: "Tell a critical customer by when to move",
    Measure.BLOCK_PORT: "Close one port out",
    Measure.BLOCK_DESTINATION: "Close one destination",
    Measure.LIMIT_RATE: "Limit the rate",
    Measure.LIMIT_SMTP: "Stop outgoing mail",
    Measure.HOLD_MAIL: "Hold an account's outgoing mail",
    Measure.BLOCK_MAIL: "Refuse an account's outgoing mail",
    Measure.BLOCK_INBOUND: "Protect: drop what comes from one port",
    Measure.LIMIT_INBOUND: "Protect: slow what comes of one protocol",
    Measure.BLOCK_SPOOFED: "Drop what it sends under others' addresses",
    Measure.BLOCK_URL: "Block the page",
    Measure.BLOCK_NAME: "Block the name",
    Measure.ISOLATE: "Isolate the resource",
    Measure.SUSPEND_RESOURCE: "Suspend the resource",
    Measure.SUSPEND_ACCOUNT: "Suspend the account",
    Measure.TERMINATE: "Terminate: a hold of 30 days",
    Measure.END_SERVICE: "End the service",
    Measure.INTERCEPT: "Divert traffic",
    Measure.INTERCEPT_MAIL: "Divert an account's outgoing mail",
}
NB_TITLES = {
    Measure.RECORD: "Bare noter",
    Measure.INFORM: "Si fra til kunden",
    Measure.INFORM_DEADLINE: "Spør kunden, med frist",
    Measure.OFF_BOARD: "Si til en kritisk kunde innen når de må flytte",
    Measure.BLOCK_PORT: "Steng én port ut",
    Measure.BLOCK_DESTINATION: "Steng ett mål",
    Measure.LIMIT_RATE: "Begrens farten",
    Measure.LIMIT_SMTP: "Stans utgående e-post",
    Measure.BLOCK_INBOUND: "Vern: kast det som kommer fra én port",
    Measure.LIMIT_INBOUND: "Vern: brems det som kommer av én protokoll",
    Measure.BLOCK_SPOOFED: "Kast det den sender under andres adresser",
    Measure.BLOCK_URL: "Sperr siden",
    Measure.BLOCK_NAME: "Sperr navnet",
    Measure.BLOCK_MAIL: "Avvis en kontos utgående e-post",
    Measure.HOLD_MAIL: "Hold igjen en kontos utgående e-post",
    Measure.ISOLATE: "Isoler ressursen",
    Measure.SUSPEND_RESOURCE: "Suspender ressursen",
    Measure.SUSPEND_ACCOUNT: "Suspender kontoen",
    Measure.TERMINATE: "Si opp: hold i 30 dager",
    Measure.END_SERVICE: "Avslutt tjenesten",
    Measure.INTERCEPT: "Led trafikken om",
    Measure.INTERCEPT_MAIL: "Led en kontos utgående e-post om",
}
LADDER_TITLES = {
    Level.L0: "record",
    Level.L1: "inform",
    Level.L2: "with deadline",
    Level.L3: "narrow block",
    Level.L4: "isolate",
    Level.L5: "suspend",
    Level.L6: "account",
    Level.L7: "terminate",
}
PROTECTION_TITLES = {
    Level.L0: "record",
    Level.L1: "inform",
    Level.L3: "protect",
}  # of who is attacked
LEVEL_WHY = {
    Evidence.E0: "An allegation: nobody who is proven says it, or it rests on words alone. "
    "No rule may even tell the customer.",
    Evidence.E1: "One credible source. A rule may inform, not limit; a person may.",
    Evidence.E2: "Two independent sources, or our own telemetry. A rule may limit narrowly.",
    Evidence.E3: "A person reasoned it in writing.",
    Evidence.E4: "Actual knowledge.",
    Evidence.E5: "An order.",
}
ENDED = (EntryType.ACTION_LIFTED, EntryType.ACTION_EXPIRED)
NO_PAYLOAD: Mapping[str, object] = {}
DETAILS = ("measure", "level", "outcome", "why", "reason", "reasons", "proof", "party", "kind")
PARTIES = {party.value: f"to the {party.value}" for party in Party}
NB_PARTIES = {
    Party.CUSTOMER.value: "til kunden",
    Party.REPORTER.value: "til avsenderen",
    Party.STAFF.value: "til en kollega",
    Party.RESELLER.value: "til forhandleren",
}
NOTICES = {
    NoticeKind.PROTECTION.value: ("that it is attacked", "at den angripes"),
    NoticeKind.REMINDER.value: ("a reminder", "en påminnelse"),
    NoticeKind.ENDING.value: ("that the service may be ended", "at tjenesten kan sies opp"),
    NoticeKind.LIFTED.value: ("that it is undone", "at det er opphevet"),
    NoticeKind.CLOSED.value: ("that the case is closed", "at saken er lukket"),
    NoticeKind.APPEAL.value: ("what came of the appeal", "hva klagen førte til"),
    NoticeKind.RECEIPT.value: ("a receipt", "en kvittering"),
    NoticeKind.OUTCOME.value: ("what came of it", "hva det ble til"),
    NoticeKind.FORWARD.value: ("the report passed on", "meldingen sendt videre"),
    NoticeKind.LETTER.value: ("a letter", "et brev"),
}


def _words(
    titles: Mapping[Measure, str], parties: Mapping[str, str], column: int
) -> dict[str, Mapping[str, str]]:
    """Words for values of a payload."""
    measures = {measure.value: title for measure, title in titles.items()}
    kinds = {kind: words[column] for kind, words in NOTICES.items()}
    return {"measure": measures, "party": parties, "kind": {**parties, **kinds}}


WORDS: dict[Language, dict[str, Mapping[str, str]]] = {
    "en": _words(TITLES, PARTIES, 0),
    "nb": _words(NB_TITLES, NB_PARTIES, 1),
}
OUR_NOTES = {WIDE: phrases.whole_address, ON_PORTS: phrases.own_ports}
MOVED = re.compile(r"seen at (\S+), which changed hands; (.+) is now at (\S+)")
NOTHING = "Nothing is touched."
ACCOUNT = (("Your account", "The customer's account"), ("Kontoen din", "Kontoen til kunden"))
FEED = "feed"  # the container of what the feeds bring


def kind_title(kind: str, language: Language) -> str:
    """What a kind of abuse is called in a list."""
    return named(kind, language)


def title_of(measure: Measure, language: Language) -> str:
    """What a measure is called in a list."""
    return (NB_TITLES if language == "nb" else TITLES)[measure]


def measure_words(measure: str) -> str:
    """What the measure of this value is called; the value itself where it is none."""
    return TITLES[Measure(measure)] if measure in set(Measure) else measure


def subject_of(finding: Finding) -> str:
    """Whom a finding names: its page, else its address.

    The port an outgoing connection happened to come from says nothing.
    """
    subject = finding.subject
    if subject.url:
        return subject.url
    outgoing = finding.target is not None and finding.target.port is not None
    return str(subject.address) if subject.address and outgoing else str(subject)


def named_subject(finding: Finding) -> str:
    """Whom a finding names, as one who acts: its address, and the page in brackets."""
    subject = finding.subject
    if subject.url and subject.address:
        return f"{subject.address} ({subject.url})"
    return subject_of(finding)


def touches(measure: Measure, scope: Scope, limiting: Limiting, language: Language = "en") -> str:
    """What a measure touches, touched or would touch, in a sentence or two."""
    bokmal = language == "nb"
    if measure is Measure.RECORD:
        return "Ingenting berøres." if bokmal else NOTHING
    if measure in (Measure.INFORM, Measure.INFORM_DEADLINE):
        english = "A notice to the customer; nothing is limited."
        return "Et varsel til kunden; ingenting begrenses." if bokmal else english
    said = phrases.effect(measure, scope, language, limiting)
    for yours, theirs in ACCOUNT:
        said = said.replace(yours, theirs)
    return f"{said} {_note(scope.note, language)}" if scope.note else said


def _note(note: str, language: Language) -> str:
    """The note of a scope as a sentence; ours in the reader's language, a person's as written."""
    moved = MOVED.fullmatch(note)
    if language == "nb" and note in OUR_NOTES:
        return OUR_NOTES[note](language)
    if language == "nb" and moved:
        return phrases.resource_moved(moved[1], moved[2], moved[3], language)
    return f"{note[:1].upper()}{note[1:]}."


def who(actor: Actor, language: Language = "en") -> str:
    """An author as a person would say it."""
    bokmal = language == "nb"
    if actor.kind is ActorKind.RULE:
        return f"{'regel' if bokmal else 'rule'} {actor.name or actor.id}"
    if actor.kind is ActorKind.CUSTOMER:
        return "kunden" if bokmal else "the customer"
    return actor.name or actor.id


def entry_words(kind: EntryType, payload: Mapping[str, object] = NO_PAYLOAD) -> str:
    """An entry's type in words; of what was never in force nothing was gone."""
    proof = str(payload.get("proof") or "")
    if kind in ENDED and (proof.endswith(NOT_DONE) or proof.startswith((NEVER, UNHEARD, UNSET))):
        return (
            "Measure withdrawn, never in force"
            if kind is ENDED[0]
            else "Measure over, never in force"
        )
    return entry_title(kind)


def detail_of(
    payload: dict[str, object], language: Language = "en", say: Callable[[str], str] = str
) -> str:
    """The few words of an entry's payload that a person reads; `say` puts the machine's own."""
    details: dict[str, str] = {}
    for name in DETAILS:
        text = str(payload.get(name) or "")
        known = WORDS[language].get(name, {})
        details.setdefault(text, known.get(text) or say(named(text, language)))
    return ", ".join(filter(None, details.values()))[:300]


def proof_of(authentication: Authentication) -> str:
    """What proves a sender, or that nothing does."""
    passed = [
        name.upper()
        for name in ("dkim", "spf", "dmarc", "arc")
        if getattr(authentication, name) is Verdict.PASS
    ]
    if authentication.identity:
        word = "passes" if len(passed) == 1 else "pass"
        return f"{' and '.join(passed)} {word} for {authentication.identity}"
    return "no proof of the sender" + (f"; {' and '.join(passed)} pass alone" if passed else "")


def sender_of(reading: Reading) -> str:
    """What proves a sender, and the reporter whose profile claims the mail."""
    if reading.container == FEED:
        return f"a list we fetched ourselves: {reading.reporter_name or 'unnamed'}"
    proof = proof_of(reading.authentication)
    if reading.profile is None:
        return proof
    from aupkeep.intake.profiles.registry import profile_registry  # reads a folder of files

    profile = profile_registry().profiles.get(reading.profile)
    if profile and profile.proven(reading.authentication.identity):
        return f"{proof}; {profile.title}"
    if profile and not profile.proof:
        return f"{proof}; in the form of {profile.title}"
    return f"{proof}; claims to be {profile.title if profile else reading.profile}"


def masked(address: str) -> str:
    """A contact that a colleague recognises and a photo of the screen does not give away.

    >>> masked("noc@alder.example")
    'n••@a••••.example'
    """
    name, _, domain = address.rpartition("@")
    first, dot, rest = domain.partition(".")
    return f"{name[:1]}{'•' * len(name[1:])}@{first[:1]}{'•' * len(first[1:])}{dot}{rest}"
