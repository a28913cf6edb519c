"""What a record says of itself: that it accuses nobody, or that its subject was the one attacked.

Only fields at the record's own level are read, and those of the list around it: below `request`,
`headers` or `payload` the peer chose names and values, and would take its own record back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import takewhile
from typing import NamedTuple

from aupkeep.intake.field_words import (
    ENDED,
    STATE,
    TICKET,
    UNREAL,
    YES,
    is_ended,
    plain_name,
)
from aupkeep.intake.formats.columns import MALWARE, NAMES
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.verdict_words import names_verdict, says_harm, takes_itself_back
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Role
from aupkeep.model.taxonomy import KINDS, Kind

LONGEST_VALUE = 100  # characters
# objects inside a record that are its maker's own words about it
JUDGED = frozenset(
    {"event", "alert", "report", "details", "attributes", "indicator", "incident", "verdict",
     "assessment", "classification", "review", "triage", "analysis", "detection", "finding", "meta",
     "metadata", "status", "state", "result", "case", "ticket"}
)  # fmt: skip
# the first words of a name whose value the peer chose, or that is about somebody else
PEER = re.compile(
    r"\b(?:requests?|quer(?:y|ies)|headers?|payloads?|body|params?|parameters?|args?|arguments?"
    r"|ur[il]|referr?er|agent|message|raw|cookies?|form|post|get|http|input|path|content|banner"
    r"|user(?: ?name)?|password|command|dst|dest|destination|target|victim|reporter|attachment"
    r"|session|connection|port|tcp|response|login)\b"
)
NO = re.compile(
    r"(?:false|no|nope|none|nil|null|0|n|never|negative|clean|benign|harmless|not (?:found|detected"
    r"|malicious|infected|confirmed)|nei|nej|nein|non|nee|nie|keine?|ingen|inga|aucune?|geen)"
)
ACCUSED = re.compile(
    r"(?:is ?|was ?|has ?been ?|are ?)?(?:malicious|abusive|confirmed|verified|active|open|listed"
    r"|found|infected|vulnerable|compromised|detected|positive|true ?positive|attack(?:ing|er)?"
    r"|offender|hostile|bad|threat|abuse|exposed|reachable|exploitable|blocklisted|blacklisted)"
)
SPARED = re.compile(
    r"(?:is ?|was ?|has ?been ?|are ?|(?:scan|pentest|activity) ?)?"
    r"(?:allowed|permitted|authori[sz]ed|approved|white ?listed"
    r"|allow ?listed|ignored|excluded|suppressed|benign|safe|clean|harmless|trusted|delisted"
    r"|exempt(?:ed)?|legitimate|known ?good|not ?malicious)"
)
ATTACKED = re.compile(
    r"(?:is ?|was ?|has ?been ?|are ?)?(?:(?:the ?)?(?:victim|target)|targeted|attacked|protected)"
)
ATTACKED_BY = re.compile(r"(?:attacked|targeted|scanned|flooded|hit) ?by")
SORT = re.compile(r"(?:(?:ip|address|host|asset|entry|record|party) ?)?type")
SCORE = re.compile(
    r"(?:(?:abuse|threat|risk|malicious|fraud|spam|reputation|severity) ?)?"
    r"(?:confidence|score|probability|likelihood|confidence ?score|percentage)"
)
ZERO = re.compile(r"0+(?:[.,]0+)?\s?%?(?:\s?/\s?\d{1,4})?")
LISTS = re.compile(r"(?:.{0,30} )?(?:list|lists|list ?type|list ?name|listing)")
TRUSTED = re.compile(
    r"(?:white|allow|safe|trust|trusted|exempt|exempted|exception|ignore|ignored)"
    r"(?:ed)?[ _-]?(?:list|listed|s)?"
)
CLEARED = re.compile(
    r"(?:benign|clean|harmless|safe|negative|legitimate|trusted|not[ _-](?:malicious|confirmed"
    r"|abusive|an? attack)|non[ _-]malicious|no[ _-](?:threat|abuse|attack|issue|malware)s?"
    r"|un(?:confirmed|founded|verified)|goodware|protected|(?:white|allow)[ _-]?list(?:ed)?"
    r"|exempt(?:ed)?|benign ?(?:true )?positive)"
)
UNJUDGED = re.compile(r"(?:none|false|authori[sz]ed|permitted|approved)")
RESULT = re.compile(r"(?:.{0,30} )?(?:status|state|result|outcome|resolution|disposition)")
JUDGEMENT = re.compile(
    r"(?:.{0,30} )?(?:verdicts?|assessment|conclusion|judge?ment|determination|finding"
    r"|classification|severity|threat level|risk(?: level)?|malicious|reputation|category|kind"
    r"|tags?|labels?)"
)
VERDICT = re.compile(r"(?:final ?|overall ?|analyst ?)?verdict")
GUILTY = re.compile(
    r"\b(?:malicious|suspicious|block(?:ed|list)?|drop(?:ped)?|reject(?:ed)?|den(?:y|ied)|bad|bann?"
    r"(?:ed)?|positive|confirmed|abus\w+|guilty|alert\w*|attack\w*|critical|high|medium|low|hostile"
    r"|true|yes|infected|compromised|vulnerable|quarantined?|threat|dangerous|listed)\b"
)
TURNED = re.compile(
    r"(?:retraction|retract|correction|withdrawal|withdraw|removal|remove|delete|delist(?:ing)?"
    r"|unlist|unblock|revoke|revocation|pardon|whitelist|allowlist|exempt|training|invoice|order|"
    r"permission|approval)"
)
TURNING = re.compile(r"(?:.{0,30} )?(?:type|kind|action|operation|op|event|purpose)")
PERMIT = re.compile(r"permissions?|consent|(?:owner|customer) ?(?:permission|consent)")
GRANTED = re.compile(
    r"(?!(?:not?|never|denied)\b).*\b(?:granted|given|yes|true|approved|agreed|written|owner|customer|holder)\b"
)
ORDERED = re.compile(
    r"(?:authori[sz]ed|approved|permitted|requested|ordered|commissioned|agreed) ?(?:by|with)"
)
MENTIONED = re.compile(r"(?!(?:false|no|none|0)$).+")
OWNER = re.compile(r"\b(?:owner|customer|client|holder|tenant|operator|admin\w*|you)\b")
ASKED = re.compile(r"(?:.{0,30} )?(?:asks?|question|inquiry|enquiry)")
REASON = re.compile(
    r"(?:resolution|disposition|conclusion|decision|reason|note|notes|remark|remarks|justification)"
)
# how a claim fared with who looked at it, and what it then was
TRIAGED = re.compile(
    r"(?:.{0,30} )?(?:disposition|resolution|triage|re-?view|validation|assessment|verdict|decision"
    r"|second look|re-?check|follow-?up|after review"
    r"|treat(?:ed|ment)?(?: as)?|handling|handle as|exception|claim|complaint"
    r"|(?:report|alert|case|ticket) (?:status|state|result|outcome))"
)
DROPPED = re.compile(
    r"(?:rejected|dismissed|invalid(?:ated)?|unfounded|disprove[dn]|discarded|overruled|overturned"
    r"|inconclusive|unsubstantiated|(?:not |un)proven|undetermined|refuted|no evidence|excused"
    r"|erroneous|mistaken|expected|intended|ours|our own|own|internal|allow(?:ed)?|ignored?|exempt"
    r"|skip(?:ped)?|trusted|permitted|accept(?:ed|able)?|duplicate|in error|ruled out"
    r"|cleared|legit\w*|.{0,20}\bown)\b.{0,40}"
)
EXCUSED = re.compile(
    r"\b(?:approved|authori[sz]ed|permitted|whitelisted|allowlisted|benign|not malicious"
    r"|false positive|known (?:research|good)|research scanner|agreed pentest)\b"
)
EMPTY = frozenset({"-", "?", "n/a", "na", "unknown", "null"})  # a field that says nothing
BOUGHT = re.compile(r"(?:service|product|plan|package|subscription|item|article)")
DEFENCE = re.compile(r"\b(?:protection|filter(?:ing)?|prevention|shield)\b")
STANDING = re.compile(r"status|state|result")  # whose it is, the object says that holds it
# says nothing by itself: it is what the object is called that holds it
WITHIN = re.compile(r"\d{1,2}|value|names?|labels?|final|text|overall|level|title|total|percent")
ROLE = re.compile(r"(?:(?:ip|address|host|network|party) )?(?:role|side)")
DIRECTION = re.compile(r"(?:(?:flow|traffic|attack|network) ?)?direction")
OFFENDING = re.compile(
    r"\b(?:sources?|src|attack(?:er|ing)|offend(?:er|ing)|abuser?|bot|scanner|spammer|sender|client"
    r"|origin|actor|adversary|malicious|c2|cnc|controller|command|infected|compromised|vulnerable"
    r"|peer|remote|perpetrator|reported|suspect|angreifer|quelle|angriper|kilde)\b"
)
SUFFERING = re.compile(
    r"\b(?:victims?|target(?:ed)?|destination|dest|dst|attacked|defend(?:er|ed)|protected|recipient"
    r"|receiver|sufferer|opfer|ziel|offer|mål|victime|víctima|vittima|ofiara|cible|doelwit)\b"
)
OUT = re.compile(r"(?:out(?:bound|going|ward)?|egress|from (?:host|subject|source|ip|customer))")
NOBODY = "record: it accuses nobody"
CONTAINER = re.compile(
    r"(?:white|allow|safe|exempt|exemption|trusted|ignore)(?:ed)?(?: ?list(?:ed)?)?s?"
    r"|training|examples?|demo|drill|exercise|test|invoices?|orders?|quotes?|offers?|contracts?"
    r"|subscriptions?|receipts?|retractions?|removals?|removed|delisted|delistings?|resolved"
    r"|closed|cleared|corrections?|withdrawn"
    r"|(?:.{1,30} )?(?:benign|clean|harmless|legitimate|whitelisted|allowlisted|resolved|delisted"
    r"|false positives?|our (?:scanners?|hosts?|systems?|servers?|ips?|addresses|machines?))"
    r"(?: .{1,30})?"
)
NOT_NAMED = re.compile(
    r"(?:no|not|never|none|anti|non (?:malicious|spam|abusive)|false (?:positive|alarm))\b"
    r"(?! (?:auth\w*|password|login|encryption|tls|ssl)\b)"
    r"|.{1,60}\b(?:not (?:found|detected)|removed|cleaned|deleted|entfernt|bereinigt"
    r"|quarantined|fjernet|supprimée?|eliminad[oa]|rimoss[oa])$"
)
SOLD = re.compile(
    r"(?!.*\b(?:by|block\w*|trigger\w*|caught|hit|bypass\w*)\b)(?:\w+ ){1,3}"
    r"(?:protection|filter(?:ing)?|prevention|shield)(?: \w+ed)?"
)
Pairs = Sequence[tuple[str, str]]
Says = Callable[[str], object]
# the names of fields, and with which value such a field takes its record back
RULES: tuple[tuple[re.Pattern[str], Says], ...] = (
    (ACCUSED, NO.fullmatch),
    (SCORE, ZERO.fullmatch),
    (LISTS, TRUSTED.fullmatch),
    (JUDGEMENT, CLEARED.fullmatch),
    (JUDGEMENT, UNJUDGED.fullmatch),
    (RESULT, CLEARED.fullmatch),
    (SPARED, YES.__contains__),
    (ENDED, YES.__contains__),
    (TURNING, TURNED.fullmatch),
    (PERMIT, GRANTED.match),
    (ORDERED, OWNER.search),
    (ASKED, MENTIONED.fullmatch),
    (REASON, EXCUSED.search),
    (TRIAGED, DROPPED.fullmatch),
    (BOUGHT, DEFENCE.search),
    (VERDICT, lambda value: not (GUILTY.search(value) or says_harm(value) or named(value))),
)
SIDES = (ROLE, ATTACKED, DIRECTION, SORT, ATTACKED_BY)  # what says which side a subject is


class SelfStatement(NamedTuple):
    """Fields of a record as they are judged: path and value; `sourced` where its subject came.

    `at` is the path of the subject's own field, `around` what the list that holds it says.
    """

    fields: Pairs
    at: str = ""
    sourced: bool = False
    around: Pairs = ()


def own_fields(said: SelfStatement) -> Iterator[tuple[str, str]]:
    """Plain names and values of the fields at the record's own level.

    >>> said = SelfStatement([("ip", "192.0.2.1"), ("request.query.test", "1")], at="ip")
    >>> list(own_fields(said))
    [('ip', '192.0.2.1')]
    """
    for path, value in said.fields:
        name = _own_name(path, said.at)
        text = _value(value) if name else ""
        if text and text not in EMPTY:
            yield name, text


def _value(text: str) -> str:
    return text.strip().lower()[:LONGEST_VALUE]


@lru_cache(maxsize=4096)
def _own_name(path: str, at: str) -> str:
    """The plain name of a field at the record's own level, "" for one below it."""
    own, (*above, last) = at.split("."), path.split(".")
    common = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(above, own, strict=False))
    )
    inner = [plain_name(part) for part in above[common:]]
    if not all(part in JUDGED or _judges(part) for part in inner):
        return ""
    name = plain_name(last)
    if above and (STANDING.fullmatch(name) or (inner and SCORE.fullmatch(name))):
        return f"{plain_name(above[-1])} {name}"
    return inner[-1].removesuffix("s") if inner and WITHIN.fullmatch(name) else name


def _judges(name: str) -> bool:
    """Whether an object is called after a verdict, a score or a list: its maker's word."""
    single = name.removesuffix("s")
    patterns = (JUDGEMENT, RESULT, SCORE, LISTS)
    return any(names.fullmatch(single) for names in patterns) or names_verdict(name)


def affirmed(text: str) -> bool:
    """Whether a word for a kind says that it was so, and is no defence that somebody bought.

    >>> affirmed("ssh brute force"), affirmed("no malware"), affirmed("spam filter")
    (True, False, False)
    """
    plain = plain_name(text[:LONGEST_VALUE])
    turned = NO.fullmatch(plain) or NOT_NAMED.match(plain) or SOLD.fullmatch(plain)
    return not turned or text.strip().lower() in KINDS


def judges(name: str) -> bool:
    """Whether a field is named after a verdict, a label or a list: all that it holds counts."""
    return _judges(plain_name(name))


def names_nobody(name: str) -> bool:
    """Whether a part of this name holds no accused: an allow list, victims, an invoice."""
    plain = plain_name(name)
    return CONTAINER.fullmatch(plain) is not None or _holds_victims(name)


def role_stated(said: SelfStatement, kind: Kind) -> Role:
    """The role that a record states, else that of its kind. Raises `Invalid` for unknown words."""
    for name, value in _judging(said):
        names = _sided(name)
        if names is ROLE:
            return _role(name, value, kind)
        if names is not None and _is_suffered(names, value, said):
            return Role.VICTIM
        if names is DIRECTION and not said.sourced and not OUT.fullmatch(value):
            raise Invalid(f"{NOBODY}: of {name} {value!r} nobody knows who did it")
    if any(map(_holds_victims, _containers(said))):
        return Role.VICTIM
    return role_of(kind)


def _is_suffered(names: re.Pattern[str], value: str, said: SelfStatement) -> bool:
    """Whether a flag, a sort of address, or who attacked it says that the subject is a victim."""
    if names is ATTACKED:
        return value in YES
    if names is SORT:
        return SUFFERING.fullmatch(value) is not None
    return names is ATTACKED_BY and not said.sourced


def _holds_victims(name: str) -> bool:
    plain = plain_name(name)
    return SUFFERING.search(plain) is not None and not OFFENDING.search(plain)


@lru_cache(maxsize=4096)
def _sided(name: str) -> re.Pattern[str] | None:
    """What a field of this name says of the sides: a role, who was attacked, a direction."""
    return next((names for names in SIDES if names.fullmatch(name)), None)


def _role(name: str, value: str, kind: Kind) -> Role:
    if value in frozenset(Role):
        return Role(value)
    plain = plain_name(value)
    suffers, offends = SUFFERING.search(plain), OFFENDING.search(plain)
    if suffers and not offends:
        return Role.VICTIM
    if offends and not suffers:
        return role_of(kind)
    raise Invalid(f"{NOBODY}: {name} {value!r} is no role that is known")


def refuse_denial(said: SelfStatement, kind: Kind | None) -> None:
    """Raises `Invalid` for a record that says itself that it is no accusation."""
    reason = denial(said, kind)
    if reason:
        raise Invalid(f"{NOBODY}: it says {reason}")


def takes_back(said: SelfStatement) -> str | None:
    """Why a record accuses nobody, by a denial or by its role; None where it accuses.

    >>> takes_back(SelfStatement([("ip", "192.0.2.1"), ("role", "victim")]))
    'it is about a victim'
    """
    try:
        role = role_stated(said, UNSPECIFIED)
    except Invalid as error:
        return str(error)
    return "it is about a victim" if role is Role.VICTIM else denial(said, None)


def denial(said: SelfStatement, kind: Kind | None) -> str | None:
    """The field by which a record says itself that it accuses nobody, None where none does.

    >>> denial(SelfStatement([("ip", "192.0.2.1"), ("malicious", "false")], at="ip"), None)
    "malicious 'false'"
    >>> denial(SelfStatement([("ip", "192.0.2.1"), ("state", "CLOSED")], at="ip"), None)
    """
    for name in map(plain_name, _containers(said)):
        if CONTAINER.fullmatch(name):
            return f"{name!r} of the list or part that it stands in"
    ticket = any(TICKET.match(plain_name(path)) for path, _ in said.fields)
    for field, value in _judging(said):
        name = f"case {field}" if ticket and field == "state" else field
        if any(says(value) for says in _rules(name)) or _is_no_kind(name, value, kind):
            return f"{name} {value!r}"
        if not PEER.search(name) and takes_itself_back(name, value):
            return f"{name} {value!r}"
    return None


def _containers(said: SelfStatement) -> Iterator[str]:
    """The names of what the record stands in: those without a value, and its subject's path."""
    yield from (name for name, value in said.around if not value)
    yield from said.at.split(".")[:-1]


def _judging(said: SelfStatement) -> Iterator[tuple[str, str]]:
    """The own fields without such as `request_query_test`, and those of the list around.

    That an answer of an interface is "ok" says nothing of the records in it.
    """
    for name, value in own_fields(said):
        if not _of_peer(name):
            yield name, value
    for path, value in said.around:
        text = _value(value)
        if text and text != "ok" and text not in EMPTY and "." not in path:
            yield plain_name(path), text


@lru_cache(maxsize=4096)
def _of_peer(name: str) -> bool:
    return PEER.search(name.rpartition(" ")[0]) is not None


@lru_cache(maxsize=4096)
def _rules(name: str) -> tuple[Says, ...]:
    """What a field of this name must say to take its record back."""
    rules = [says for names, says in RULES if names.fullmatch(name)]
    if UNREAL.fullmatch(name) or STATE.fullmatch(name):
        rules.append(partial(is_ended, name))
    if name.replace(" ", "_") in NAMES["kind"]:
        rules.append(lambda value: named(value) is not None and not affirmed(value))
    return tuple(rules)


def _is_no_kind(name: str, value: str, kind: Kind | None) -> bool:
    """A flag named after the kind that is off: `is_phishing`; a malware that is none."""
    if not NO.fullmatch(value) or PEER.search(name):
        return False
    if kind is None:
        return name.replace(" ", "_") in MALWARE
    return _flag(name) == kind


@lru_cache(maxsize=4096)
def _flag(name: str) -> Kind | None:
    return named(name.removeprefix("is ").removeprefix("has "))
