"""What a letter says of itself and of whom it names, that takes the charge from its log lines.

"We only ask, this is no complaint:" above a line of a log accuses nobody, though the line shows
that something happened. So does a letter about an agreed test, a copy for information, or a case
that is over. "192.0.2.1 is our own scanner", "… is the victim" take that address alone. Only the
writer's sentences count, no quotes; one that denies, asks, or has a condition before it says none
of this. Languages: English and Bokmål, with Nynorsk forms. A letter that does accuse beside such
a sentence waits for a person all the same: that costs a look, the other way somebody innocent.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.charge_words import OWN_MACHINE
from aupkeep.intake.extract.polarity import MASK, spoken_sentences
from aupkeep.intake.unclaimed import Unclaimed
from aupkeep.model.subject import Address

LOOKED_AT = 8_000  # characters of a text in which a letter says what it is
EARLY = 3  # sentences with which a letter begins
MOST_TOLD = 200  # characters of a sentence that are told


ANSWER = re.compile(r"(?:\s*(?:re|aw|sv|antw|vs|odp)\s?(?:\[\d\])?:)+", re.IGNORECASE)


class Disclaimer(NamedTuple):
    """Why a letter accuses nobody, or is not certain to, and the sentence that says so."""

    why: Unclaimed
    said: str


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


_END = (
    r"(?=(?: (?:about|against|on|of|over|på|om|mot))? (?:anyone|anybody|no ?one|somebody"
    r"|someone|any|noen|nokon|you|dere)\b|\W*$|\s?[.,;:!)\u2013\u2014-]|\s(?:and|or|but only"
    r"|against|at all|here|og|eller|men bare|mot)\b)"
)
_ONLY = r"(?:only|just|merely|simply|purely|solely)"
_BARE = r"(?:bare|kun|berre)"
ASKED = _any(
    rf"(?:we|i)(?:'re|'m| are| am| have| would)? {_ONLY} (?:ask\w*|wonder\w*|want\w* to (?:ask"
    rf"|know)"
    r"|curious|enquir\w+|inquir\w+|like to know|an? (?:\w+ )?question)",
    rf"(?:we|i|vi|jeg|eg) (?:wonder|ask|lurer|spør) {_ONLY[:-1]}|bare|kun) (?:whether|if|what"
    rf"|how|om|hva|hvordan|hvem)",
    rf"(?:it|this|this \w+|my \w+) is {_ONLY} an? (?:\w+ )?(?:question|enquiry|inquiry)",
    rf"^\W*{_ONLY} (?:an? (?:\w+ )?(?:question|enquiry|inquiry)|asking|wondering|curious)",
    rf"(?:vi|jeg|eg|me) (?:{_BARE} )?(?:spør|spyr|lurer|lurte|undrer|undres)(?: oss)? {_BARE}"
    rf"|(?:vi|jeg|eg) (?:vil|skulle) {_BARE} (?:gjerne )?(?:vite|spørre)",
    rf"(?:vi|jeg|eg|me) {_BARE} (?:spør|spyr|lurer|vil(?:le)? (?:spørre|vite))",
    rf"(?:vi|jeg|eg|me) (?:vil(?:le)?|ønsker|har) {_BARE} (?:å )?(?:spørre|vite|spørja"
    rf"|et spørsmål)",
    rf"{_BARE} (?:et|eit|ett) (?:\w+ )?(?:spørsmål|forespørsel)",
)
_TAKES = (  # between the denial and the word: then the complaint stands
    r"(?!way|ignor|disregard|overlook|dismiss|clos|delet|forget|first|only\b|last\b|second"
    r"|single|one\b|answer|our\b|my\b|receiv"
    r"|heard|hesitat|før|vår|svar|fått|mottatt|glem|overs|avvis|lukk|enest|siste|den\b|and\b"
    r"|but\b|og\b|men\b)"
)
NO_COMPLAINT = _any(
    rf"(?:not|n't|no|without|nor|neither|never|ingen|ikke|ikkje) (?:{_TAKES}[\w']{{1,14}} ){{0,5}}"
    rf"(?:complaints?|complain(?:ing)?|accusations?|accus(?:e|ing)|allegations?|klage|klager"
    rf"|anklage|beskyldning|beskylde|anmeldelse|anmelde){_END}",
    r"no (?:complaint|accusation)s? (?:to make|is made|from us|intended|meant)|(?:anmelder"
    r"|anklager|klager) (?:vi|jeg|eg) (?:ikke|ikkje|ingen)",
    rf"(?:not|n't|ikke|ikkje) (?:an? |as an? |en |ei )(?:\w+ )?(?:abuse |incident )?(?:reports?"
    rf"|notices?|misbruksmelding){_END}",
    r"(?:we|i) (?:accuse|blame|point at) (?:nobody|no ?one)|(?:nobody|no ?one|ingen) (?:is|er"
    r"|blir) (?:being )?(?:accused|blamed|anklaget|anklaga|beskyldt)",
    r"(?:vi|jeg|eg|me) (?:klager|klagar|anklager|anmelder|beskylder) (?:ikke|ikkje|ingen)",
)
FOR_INFORMATION = _any(
    rf"for (?:your |his |their )?(?:own )?(?:information|records?|files?|awareness|reference)"
    rf"(?: purposes)? {_ONLY}",
    rf"in copy (?:for|as)|{_ONLY} (?:in copy|copied|cc'?d"
    rf"|(?:a copy )?for (?:your )?(?:information|records?|files?|awareness|reference))",
    r"(?:as|is|was) an? (?:\w+ )?copy(?: \(cc\))? (?:for|to keep|of (?:what|a"
    r"|the) (?:\w+ )?(?:report|letter))",
    r"(?:report|original|letter|complaint) (?:was|is|went|has been) (?:\w+ )?(?:addressed "
    r"|sent )?to "
    r"(?:another|a different|some other) (?:provider|host|company|network|isp)",
    rf"{_BARE} (?:en |ein )?(?:kopi )?(?:til|for|som) (?:din |deres |dykkar )?(?:orientering"
    rf"|informasjon|kjennskap|en? kopi|arkivet|dere|deg)",
    rf"kopi(?:en)? (?:{_BARE} )?(?:til|for) (?:din |deres )?(?:orientering|informasjon|arkivet?)",
    r"no (?:further )?action (?:is |from you is )?(?:\w+ )?(?:needed|required|necessary"
    r"|expected|requested|wanted)",
    r"no (?:need (?:to|for) (?:act\w*|do anything)|action)(?=\W*$)",
    r"(?:dere|du) trenger ikke (?:å )?(?:gjøre noe|foreta)|(?:krever|krevst) ingen (?:handling"
    r"|tiltak)"
    r"|ingen (?:handling|tiltak) (?:er )?(?:nødvendig|kreves|trengs)",
)
_MATTER = (
    r"(?:case|matter|issues?|problems?|incident|report|ticket|it|this|everything"
    r"|all of (?:it|this))"
)
_DONE = (
    r"(?:solved|resolved|closed|settled|fixed|over|dealt with|taken care of|sorted(?: out)?"
    r"|in order|done with|finished)"
)
OVER = _any(
    rf"{_MATTER} (?:is|are|was|were|has been|have been|'s been)(?: now| already| long| all"
    rf"| since| fully){{0,2}} {_DONE}",
    rf"(?:we|i)(?:'ve| have)? (?:now )?(?:closed|settled|resolved) (?:the|this|our) {_MATTER}",
    rf"(?:consider|regard|see) (?:the|this) {_MATTER} (?:as |to be )?{_DONE}",
    r"(?:saken|sakene|problemet|hendelsen|meldingen|alt|det|dette) (?:er|ble|vart"
    r"|har blitt)(?: nå| no| alt| allerede| for lengst){0,2}"
    r" (?:løst|løyst|avsluttet|avslutta|ordnet|ordna|lukket|lukka|i orden|over|ferdig\w*"
    r"|ute av verden|rettet|fikset)",
)
THANKS = re.compile(
    r"^\W*(?:(?:many |big )?thanks?(?: you)?(?: (?:so|very) much| a lot| again)?"
    r"|we (?:would like to )?thank you|takk|mange takk|tusen takk)"
    r",? (?:for|to|that|at)\W.{0,40}?(?:fix|solv|stop|clos|clean|remov|handl|react|quick|fast"
    r"|prompt|respon"
    r"|ordn|fiks|løs|stans|stopp|rydd|fjern|rask|hurtig|snar|svar)"
)
GOES_ON = _any(
    r"(?<!well )(?<!fine )again|still|continu\w+|resum\w+|restart\w*|persist\w*|not stopped"
    r"|ongoing|on-going|but now|reopen\w*|came back|is back|are back|unfortunately|however",
    r"igjen|fortsatt|fortsetter|fremdeles|framleis|enda|ennå|dessverre|likevel|på nytt|pågår"
    r"|tilbake",
)
_TEST = (
    r"(?:red[ -]?team\w*|pen[ -]?test\w*|penetration[ -]test\w*|load[ -]test\w*|stress[ -]test\w*"
    r"|(?:security|vulnerability|phishing|attack|intrusion) (?:tests?|testing|audit|exercise"
    r"|assessment|simulation|drill|scan)"
    r"|exercise|drill|simulation|simulated|rehearsal|penetrasjonstest\w*|inntrengingstest\w*"
    r"|innbruddstest\w*|sikkerhetstest\w*"
    r"|sikkerhetsøvelse\w*|sårbarhetstest\w*|sårbarhetsskann\w*|belastningstest\w*|lasttest\w*"
    r"|øvelse\w*|øving\w*|simulering\w*|simulert\w*|revisjon\w*)"
)
_OWN = (
    r"(?:agreed|authori[sz]ed|permitted|approved|ordered|commissioned|contracted|hired|booked"
    r"|requested|arranged|sanctioned|consented"
    r"|our (?:own|company|client|staff|contractor|security team)|by us|for us|(?:ran|did|do"
    r"|ordered|made|started|booked) (?:it |this |that )?ourselves|we (?:ran|ordered|asked for"
    r"|pay|paid|hired)"
    r"|avtalt|avtale|avtalte|bestilt|bestilte|godkjent|tillatt|tinga|vi selv|oss selv|vår egen"
    r"|vårt eget|våre egne|for oss|på oppdrag|vi (?:kjører|kjørte|utfører|utførte|gjorde))"
)
TEST, OWN = _any(_TEST), _any(_OWN)
_DATA = r"(?:data|material|lines?|logs?|records?|set|exercises?)"
MADE_UP = _any(
    rf"(?:training|teaching|course|classroom|demo|demonstration|synthetic|dummy|fictional"
    rf"|fictitious|made[ -]up|invented) (?:\w+ )?{_DATA}",
    r"(?:made up|invented|constructed|written) (?:for|by) (?:an?|our|the) (?:\w+ )?(?:training"
    r"|course|lesson|lecture|class|workshop|seminar|tutorial|book)",
    rf"{_DATA} (?:of|for|from|in) (?:a|an|our|the) (?:training|course|lesson|lecture|class"
    rf"|workshop|demo\w*|seminar)",
    r"(?:kurs|øvings|opplærings|undervisnings|eksempel|demo)(?:data|materiale?t?|linjer"
    r"|logg\w*)|oppdiktet|oppdikta|konstruert",
)
SUPPOSED = re.compile(
    r"^\W*(?:now |so |just |please |well )*(?:(?:let us|let's) (?:say|suppose|assume|imagine"
    r"|pretend|take)|suppose|supposing|imagine (?!our|my)|picture (?!our|my)|think of a|pretend"
    r"|hypothetically|assume (?:for|that|you|a)"
    r"|say,? for (?:example|instance)|for the sake of argument|what if|tenk (?:dere|deg|om|at)"
    r"|la oss (?:si|anta|tenke)|sett at|anta (?:at|,)|hypotetisk|forestill)"
    r"|\b(?:hypothetical (?:example|case|question|report|letter)|thought experiment"
    r"|tankeeksperiment|et tenkt (?:eksempel|tilfelle)|hypotetisk (?:eksempel|sak|spørsmål))\b"
)
OURS_DONE = _any(
    r"(?:we|i) (?:\w+ )?(?:ran|run|did|made|caused|performed|started|sent) (?:it|this|these"
    r"|that|them|the (?:logins?|attempts?|scans?|tests?|traffic"
    r"|attacks?|connections?|requests?|lines)) (?:\w+ )?(?:ourselves|myself)(?=\W*$|,)",
    r"it (?:is|was) (?:us|we|me|our own \w+) (?:who|that)|(?:is|was|were) (?:our"
    r"|my) own (?:doing|tests?|testing|scans?|traffic|logins?)",
    r"(?:det|dette) (?:er|var) (?:vi|oss|meg|jeg) som|(?:er|var) (?:vår|vårt|våre) (?:egen|eget"
    r"|egne) (?:test\w*|skann\w*|trafikk)",
    r"(?:vi|jeg) (?:har )?(?:selv )?(?:kjørte?|gjorde|gjort|utførte?|sendte?|startet?) (?:dette"
    r"|det|disse|selv)(?: selv)?(?=\W*$)",
)
WANTED = _any(
    r"did subscribe|(?:we|i) (?:subscribed|signed up|opted in|asked for it|agreed to (?:it|this"
    r"|them))",
    r"with (?:our|my|full) (?:permission|consent|agreement|knowledge)|(?:we|i) (?:allow|allowed"
    r"|permit|permitted|agreed to) (?:it|this|that|them|these)",
    r"(?:vi|jeg|eg) (?:abonnerer|meldte oss på|har tillatt|tillot|samtykket)|med (?:vår|vårt"
    r"|min|mitt) (?:tillatelse|samtykke|løyve|viten)",
)
NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|without|neither|cannot|claims?|claiming|pretend\w*|ikke"
    r"|ikkje|ingen|aldri|uten|utan|påstår|hevder)\b|n't\b"
)
ACCUSES = re.compile(
    r"\b(?:your|you|deres|dine?|dykkar) (?:[\w.§-]+ ){0,5}?(?:attack(?!ed)|scan|guess|send|spam"
    r"|tries|try|abus|brute|prøv|angrip|skann|gjett)"
)
CONDITION = _any("if", "unless", "whether", "hvis", "dersom", "viss", "med mindre")
BEFORE_IT = _any(  # with which what is told is not so yet
    "if|until|unless|once|when|whenever|as soon as|before|after|while|whether|till",
    "hvis|dersom|viss|inntil|til|når|før|så snart|med mindre|om",
)
COPIED = r"(?:cop(?:y|ies)|clon|imitat|fake|mimic|imperson|kopi|etterlign|nachahm|imit|copi)\w*"
UNSPARED = re.compile(rf"{BEFORE_IT.pattern}|\b{COPIED} (?:\w+ )?$")
# whose an address is, or that it suffered: the address is no accused
_IS = r"(?:is|was|are|were|er|var|being)"
_BETWEEN = r"[\s,()\"']{1,4}(?:\w{1,14} ){0,3}?"
OWNED = re.compile(
    rf"{MASK}{_BETWEEN}{_IS} (?:in fact |only |just |also |one of |a |an |en |et )*(?:our|ours"
    rf"|my|mine|vår|vårt|våre|min|mitt)\b"
    rf"|{MASK}{_BETWEEN}{_IS} (?:an? |the |en |et )?(?:[\w-]+ ){{1,3}}(?:of ours|of mine"
    rf"|(?:that|which) (?:we|i) (?:own|run|rent|operate|control)"
    r"|(?:som )?(?:vi|jeg) (?:eier|leier|driver|drifter|kjører))"
    rf"|\b(?:we|i|vi|jeg) (?:\w+ )?(?:rent|lease|own|operate|leier|eier|drifter"
    rf"|disponerer) (?:\w+ ){{0,4}}{MASK}"
    rf"|{MASK} (?:belongs to|is operated by|is run by|is rented by|tilhører|eies av|drives av"
    rf"|leies av) (?:us|me|our|oss|meg|vår)\b"
    rf"|{MASK} (?:\w+ )?(?:leier|eier|drifter|disponerer) (?:vi|jeg)\b"
    rf"|\b(?:this|it|that|here|dette|det|her) {_IS} (?:our|my|vår|vårt|min|mitt)(?: own| egen"
    rf"| eget| eigen)?\b[^.]*{MASK}"
    rf"|\b(?:our|my|vår|vårt|min|mitt) (?:own|egen|eget|egne"
    rf"|eigen) (?:\w+ ){{1,3}}[^.]{{0,30}}{MASK}"
)
VICTIM = re.compile(
    rf"{MASK}[\s,()\"']{{1,4}}(?:\w{{1,14}} ){{0,2}}?{_IS} (?:not the (?:attacker|source"
    rf"|culprit|offender)|(?:itself |only |clearly )?(?:the |a |an |et |eit )*"
    r"(?:victim|innocent|blameless|offer(?:et)?|uskyldig|rammet|being attacked|attacked"
    r"|under attack|angrepet))\b"
    rf"|\b(?:victim|offer(?:et)?) {_IS} [^.]{{0,40}}{MASK}"
    rf"|(?<!may be )(?<!be )\b(?:spoof|forg|fak|misus|forfalsk)\w* (?:the (?:\w+ )?address "
    rf"|adressen )?{MASK}|{MASK} {_IS} (?:being )?(?:spoofed|forged|forfalsket)\b"
)
INNOCENT = _any(
    r"(?<!our )(?<!my )(?:machine|host|server|customer|it|address|owner"
    r"|system)(?: itself)? (?:is|are|was) (?:itself )?(?:entirely |quite |clearly )?(?:innocent"
    r"|blameless|not (?:at fault|to blame|guilty|the (?:attacker|source|culprit)))",
    r"(?:somebody|someone|anybody|another party|third part(?:y|ies)|attackers?|criminals?"
    r"|fraudsters?|others|they|who|he)(?: else)? (?:is |are )?(?:forg|spoof|fak|borrow|steal"
    r"|stole|abus)\w* (?:its|the|his|her|their|your)\b",
    r"(?:you|your (?:\w+ )?(?:customer|host|server|machine|system)(?:'s \w+)?) (?:is|are|was"
    r"|were) (?:here |only )?(?:the|a) victim",
    r"(?:maskinen|verten|serveren|kunden|den|eieren"
    r"|adressen)(?: selv)? er (?:selv )?(?:helt )?(?:uskyldig|uten skyld|ikke (?:skyld|kilden"
    r"|angriperen))",
    r"(?:did|has done|have done|does) nothing (?:wrong|bad)|har ikke gjort (?:noe|noko) (?:galt"
    r"|gale)",
    r"(?:noen|andre|kriminelle|svindlere|uvedkommende) (?:har )?(?:forfalsk"
    r"|misbruk)\w+ (?:adressen|avsender\w*|ip-?adress\w*)|(?:dere|kunden(?: deres)?"
    r"|serveren(?: deres)?) er (?:selv )?(?:et )?offer(?:et)?",
)


def disclaimed(title: str, parts: Sequence[str]) -> Disclaimer | None:
    r"""The sentence with which a letter says that it accuses nobody; None where none does.

    >>> disclaimed("", ["We are only asking:\n192.0.2.1 port 22"]).said
    'We are only asking: 192.0.2.1 port 22'
    """
    told = list(_spoken(title, parts))
    goes_on = any(GOES_ON.search(said) or ACCUSES.search(said) for _, said in told)
    for number, (sentence, said) in enumerate(told):
        why = _why(said) or (None if goes_on else _over(said, early=number < EARLY))
        if why:
            return Disclaimer(why, " ".join(sentence.split())[:MOST_TOLD])
    return None


def unaccused(title: str, parts: Sequence[str]) -> frozenset[Address]:
    """The addresses that a letter says are its writer's own, or suffered what it tells of."""
    return frozenset(
        spot.address
        for sentence, said in _spoken(title, parts)
        for match in (words.search(said) for words in (OWNED, OWN_MACHINE, VICTIM))
        if match and not UNSPARED.search(said, 0, match.start())
        for spot in find_addresses(sentence)
        if spot.start < match.end() and match.start() < spot.end
    )


def _spoken(title: str, parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    texts: Iterable[str] = (ANSWER.sub("", title), *(part[:LOOKED_AT] for part in parts))
    for text in texts:
        yield from spoken_sentences(text)


def _why(said: str) -> Unclaimed | None:
    """Why a letter with this sentence accuses nobody, whatever else it says."""
    for words, why in WHOLE:
        if _holds(words, said):
            return why
    if said.rstrip().endswith("?"):
        return None
    for words, why in STATED:
        if _holds(words, said):
            return why
    agreed = WANTED.search(said) or (TEST.search(said) and OWN.search(said))
    allowed = agreed and not (NOT.search(said) or CONDITION.search(said))
    return Unclaimed.PERMITTED if allowed else None


def _over(said: str, *, early: bool) -> Unclaimed | None:
    """Whether a sentence says that all is over; thanks count where a letter begins."""
    if said.rstrip().endswith("?"):
        return None
    over = _holds(OVER, said) or (early and THANKS.search(said) is not None)
    return Unclaimed.OVER if over else None


def _holds(words: re.Pattern[str], said: str) -> bool:
    """Whether a sentence says it, and nothing before it makes it a condition."""
    match = words.search(said)
    return match is not None and not BEFORE_IT.search(said, 0, match.start())


WHOLE = ((ASKED, Unclaimed.ASKED), (NO_COMPLAINT, Unclaimed.DENIED))  # in a question, too
STATED = (
    (FOR_INFORMATION, Unclaimed.QUOTED),
    (INNOCENT, Unclaimed.DENIED),
    (OURS_DONE, Unclaimed.PERMITTED),
    (MADE_UP, Unclaimed.SUPPOSED),
    (SUPPOSED, Unclaimed.SUPPOSED),
)
