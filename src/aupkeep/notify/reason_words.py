"""The words of reasons in two languages: standards, evidence, sources, grounds, ways to contest."""

from aupkeep.model.action import ActionState
from aupkeep.model.ladder import Evidence, Standard
from aupkeep.model.statement import Ground, Redress, SourceKind

Pair = tuple[str, str]  # English, Bokmål

STANDARDS: dict[Standard, Pair] = {
    Standard.LIKELY_BREACH: (
        "that what was done is likely to break a law",
        "at det som ble gjort, sannsynligvis bryter en lov",
    ),
    Standard.LIKELY_RESULT: (
        "that what was done is likely to have that result",
        "at det som ble gjort, sannsynligvis får den følgen",
    ),
    Standard.REASONABLE_BELIEF: (
        "that we have good reason to believe it",
        "at vi har god grunn til å tro det",
    ),
    Standard.PLAIN_CONDUCT: (
        "that it was plainly done; nobody's intention matters",
        "at det faktisk ble gjort; hva noen mente med det, har ingen betydning",
    ),
    Standard.PRECAUTIONS: (
        "that reasonable security precautions were not taken",
        "at rimelige sikkerhetstiltak ikke var på plass",
    ),
}
EVIDENCE: dict[Evidence, Pair] = {
    Evidence.E0: (
        "an allegation that nobody has proven (E0)",
        "en påstand som ingen har bevist (E0)",
    ),
    Evidence.E1: (
        "one credible source whose identity is proven (E1)",
        "én troverdig kilde med bevist identitet (E1)",
    ),
    Evidence.E2: (
        "two independent sources, or our own measurements (E2)",
        "to uavhengige kilder, eller våre egne målinger (E2)",
    ),
    Evidence.E3: (
        "the written, reasoned belief of a person who looked at it (E3)",
        "den skriftlig begrunnede oppfatningen til et menneske som så på saken (E3)",
    ),
    Evidence.E4: ("actual knowledge (E4)", "faktisk kunnskap (E4)"),
    Evidence.E5: ("an order of an authority (E5)", "et pålegg fra en myndighet (E5)"),
}
SOURCES: dict[SourceKind, Pair] = {
    SourceKind.OWN: ("our own investigation", "vår egen undersøkelse"),
    SourceKind.NOTICE: ("a notice from outside", "en melding utenfra"),
    SourceKind.BOTH: (
        "a notice from outside, and our own investigation",
        "en melding utenfra, og vår egen undersøkelse",
    ),
    SourceKind.NONE: (
        "none that stands: what was reported was taken back or found to be wrong",
        "ingen som står: det som ble meldt, er trukket tilbake eller funnet å være feil",
    ),
}
GROUNDS: dict[Ground, Pair] = {
    Ground.CONTRACTUAL: (
        "contractual: a clause of your agreement with us, quoted word for word",
        "avtale: et vilkår i avtalen din med oss, gjengitt ord for ord",
    ),
    Ground.LEGAL: (
        "legal: an order of an authority, named in the reasons",
        "lov: et pålegg fra en myndighet, som er nevnt i begrunnelsen",
    ),
    Ground.PROTECTION: (
        "none is needed: no rule is broken; the measure protects you",
        "trengs ikke: ingen regel er brutt; tiltaket beskytter deg",
    ),
}
REDRESS: dict[Redress, Pair] = {
    Redress.APPEAL: (
        "an appeal on your page, free of charge, judged by who did not decide",
        "klage på siden din, uten kostnad; en som ikke bestemte det, avgjør den",
    ),
    Redress.SETTLEMENT: (
        "out-of-court settlement by a body that covers your agreement",
        "utenrettslig tvisteløsning ved et organ som dekker avtalen din",
    ),
    Redress.COURT: ("a court", "domstolene"),
}
LABELS: dict[str, Pair] = {
    "restriction": ("Decided", "Bestemt"),
    "state": ("State now", "Status nå"),
    "territory": ("Where", "Hvor"),
    "duration": ("Duration", "Varighet"),
    "deadline": ("Answer by", "Svarfrist"),
    "facts": ("Facts", "Fakta"),
    "source": ("Source", "Kilde"),
    "automation": ("Automation", "Automatikk"),
    "ground": ("Ground", "Grunnlag"),
    "clause": ("Clause", "Vilkår"),
    "document": ("Document", "Dokument"),
    "acceptance": ("Accepted", "Godtatt"),
    "standard": ("Standard", "Beviskrav"),
    "evidence": ("Evidence", "Bevis"),
    "why": ("Why", "Hvorfor"),
    "reasons": ("Reasons", "Begrunnelse"),
    "redress": ("To contest", "For å klage"),
}
TITLE: Pair = (
    "Statement of reasons (Regulation (EU) 2022/2065, Article 17)",
    "Begrunnelse (forordning (EU) 2022/2065, artikkel 17)",
)
STATES: dict[str, Pair] = {  # by what an action became
    ActionState.WANTED: ("decided, not in force yet", "bestemt, ikke i kraft ennå"),
    ActionState.PENDING: ("begun, not in force yet", "påbegynt, ikke i kraft ennå"),
    ActionState.ANNOUNCED: ("asked for; nobody can see it there", "bedt om; ingen kan se det der"),
    ActionState.APPLIED: ("in force", "i kraft"),
    ActionState.RECORDED: ("recorded only, not done", "bare notert, ikke gjort"),
    ActionState.LIFTING: ("being lifted", "blir opphevet"),
    ActionState.LIFTED: ("lifted", "opphevet"),
    ActionState.EXPIRED: ("over", "over"),
    ActionState.FAILED: ("not carried out", "ikke gjennomført"),
    "lost": (
        "decided, but not in force when it was last looked at",
        "bestemt, men ikke i kraft da det sist ble sett etter",
    ),
    "recorded-lifting": ("recorded only, being withdrawn", "bare notert, trekkes tilbake"),
    "recorded-lifted": (
        "recorded only and withdrawn: it was never in force",
        "bare notert og trukket tilbake: det var aldri i kraft",
    ),
    "recorded-expired": (
        "recorded only and over: it was never in force",
        "bare notert og over: det var aldri i kraft",
    ),
    "never-lifting": ("withdrawn, and never seen in force", "trekkes tilbake, aldri sett i kraft"),
    "never-lifted": ("withdrawn before it was in force", "trukket tilbake før det var i kraft"),
    "never-expired": ("over, and never in force", "over, og aldri i kraft"),
}
SENTENCES: dict[str, Pair] = {
    "nothing": ("nothing is limited", "ingenting er begrenset"),
    "lifted": ("a measure is lifted", "et tiltak er opphevet"),
    "part": ("{state} ({count} of {total} parts)", "{state} ({count} av {total} deler)"),
    "worldwide": (
        "everywhere in our network, whatever country the other side is in",
        "overalt i nettet vårt, uansett hvilket land motparten er i",
    ),
    "from": ("from {starts}", "fra {starts}"),
    "until": (
        "from {starts} until {ends} at the latest, by itself",
        "fra {starts} til senest {ends}, av seg selv",
    ),
    "ended": (
        "from {starts}; it can be taken back until {ends}",
        "fra {starts}; det kan gjøres om til {ends}",
    ),
    "none": (
        "{resource} ({subject}): nothing is held against it any more",
        "{resource} ({subject}): ingenting legges den til last lenger",
    ),
    "once": (
        "{resource} ({subject}) {activity}; seen once, {first}",
        "{resource} ({subject}) {activity}; sett én gang, {first}",
    ),
    "seen": (
        "{resource} ({subject}) {activity}; {events} events, {first} to {last}",
        "{resource} ({subject}) {activity}; {events} hendelser, {first} til {last}",
    ),
    "by software": (
        "software detected it automatically; ",
        "et program oppdaget det automatisk; ",
    ),
    "not by software": (
        "it was not detected by software of ours; ",
        "det ble ikke oppdaget av noe program hos oss; ",
    ),
    "decided by rule": (
        "a written rule took the decision without a person",
        "en skrevet regel tok avgjørelsen uten et menneske",
    ),
    "decided by person": ("a person took the decision", "et menneske tok avgjørelsen"),
    "in force": (
        "{document}, version {version}, {anchor}, in force since {since}",
        "{document}, versjon {version}, {anchor}, i kraft siden {since}",
    ),
    "in force always": (
        "{document}, version {version}, {anchor}, in force when it was done",
        "{document}, versjon {version}, {anchor}, i kraft da det ble gjort",
    ),
    "not in force": (
        "{document}, version {version}, {anchor}; none in force when it was done is on record",
        "{document}, versjon {version}, {anchor}; ingen som gjaldt da det skjedde, er registrert",
    ),
    "accepted": (
        "version {version}, on {at}, by {by}; text SHA-256 {digest}",
        "versjon {version}, {at}, av {by}; teksten har SHA-256 {digest}",
    ),
    "accepted without text": (
        "version {version}, on {at}, by {by}",
        "versjon {version}, {at}, av {by}",
    ),
    "accepted other": (
        " (not the version that is applied here)",
        " (ikke den versjonen som er brukt her)",
    ),
    "not accepted": ("no acceptance is on record", "ingen godkjenning er registrert"),
}


def pick(pair: Pair, language: str) -> str:
    """The one of the two words that is in this language; English for any other."""
    return pair[language == "nb"]
