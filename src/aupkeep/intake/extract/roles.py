"""What the subject of a finding was: offender, victim, vulnerable or controller.

A victim must never be enforced against, so every doubt about a flood is read as victim: the words
are looked for right behind and right before the address.
"""

import re

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.direction import WINDOW, nearest_cue, offender_weight
from aupkeep.intake.extract.sentence_verbs import ACTS, ATTACKED, DOES
from aupkeep.intake.side_words import OURS, PREPOSITION, VICTIM_SCORE, YOURS
from aupkeep.model.finding import Role
from aupkeep.model.subject import Address

# right before an address: a noun for the attacked side, or what the flood is aimed at
NAMED_HIT = re.compile(
    r"\b(?:targets?|victims?|opfer|ziel|cibles?|victimes?|doelwit|slachtoffer|målet?|offeret|"
    r"víctima|objetivo|vittima|obiettivo|ofiara|alvo|vítima)\b[^.\n]{0,24}$",
    re.IGNORECASE,
)
AIMED_AT = re.compile(
    r"\b(?:against|a|al|targeting|hitting|towards?|on|at|to|gegen|auf|an|tegen|op|naar|contre|"
    r"sur|vers|"
    r"mot|"
    r"på|til|till|contra|contro|verso|na|przeciwko) (?:[a-zà-ø]{1,14} )?"
    r"(?:your|ihre?[nmsr]?|votre|vos|uw|jullie|din|deres|dykkar|er|jeres|su|vuestro|vostro|seu|sua)"
    r"\b[^.\n]{0,28}$",
    re.IGNORECASE,
)
OTHERS = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", re.ASCII)
CONTROL = re.compile(r"\bc2\b|\bc&c\b|command.{1,5}control|controller|c2 server", re.IGNORECASE)
# "under a DDoS attack", "subit une attaque": what a sentence says of who stands before it
_HARM = (
    r"(?:[\w-]{1,16} ){0,5}[\w-]{0,20}(?:attack|flood|angriff|angrep|åtak|angreb|aanval|attaque|"
    r"attacco|attacchi|ataque|attack|beschuss|atak|fire|vuur|fuoco|fuego|fogo|ddos|dos)"
)
SUFFERS = re.compile(
    r"[\w\s,()'\"-]{0,40}?\b(?:"
    rf"(?:under|unter|onder|sous|sotto|bajo|sob|pod) {_HARM}|"
    r"(?:suffer\w*|experienc\w*|receiv\w*|facing|hit by|hit with|struck by|subject to|target of|"
    r"victim of|bombarded|overwhelmed|drowning|erleidet|erfährt|erlebt|leidet unter|subit|"
    r"subissent|"
    r"fait l'objet(?: d'une)?|victime d'une|sufre|sufriendo|recibiendo|recibe|subisce|subendo|"
    r"sta subendo|"
    r"sofre|sofrendo|a sofrer|sofreu|recebendo|utsätts|utsatts|drabbas|utsettes|utsatt|utsett|"
    r"rammes|rammet|"
    r"udsættes|"
    r"udsat|ondergaat|krijgt|lijdt|doznaje|padł\w? ofiarą)"
    rf" (?:(?:for|från|av|af|with|from|of|by|under|door|van|de|una?|une|un|en|et|ein\w{{0,2}}|"
    rf"einem) ){{0,2}}{_HARM})",
    re.IGNORECASE,
)
# "is being hammered by a botnet", "wird von einem Botnetz … überzogen": done to it by somebody
DONE_TO = re.compile(
    r"\)?,? (?:(?:is|gets|are|keeps|has been|was) (?:being |getting |constantly |currently )*"
    r"(?!us|list|own|run|oper|host|report|detect|block|seen|see|manag|rent|assign|abus|register|"
    r"contr)\w{3,14}ed"
    r" by (?!us\b|our\b|me\b)|"
    r"(?:wird|werden|wurde) (?:[\wäöüß.-]{1,16} ){0,5}von (?:einem|einer|mehreren|vielen|"
    r"unbekannten|"
    r"tausenden|hunderten|fremden) |(?:blir|vert|bliver|ble|blev) (?:\w{1,14} ){0,3}av (?:et|ett|"
    r"en|ukjente|mange|okända)\b)",
    re.IGNORECASE,
)
# "blocked 300 attacks", "hat Angriffe abgewehrt": what only who was attacked does
DEFENDS = re.compile(
    r"\)?,? (?:(?:has|have|had|hat|haben|a|ha|har) )?(?:(?:blocked|stopped|repelled|rejected|"
    r"survived|withstood|fended off|bloqué|repoussé|bloqueado|rechazado|bloccato|respinto|"
    r"blokkert|stoppet|avvist|blockerat|geblokkeerd)\s(?:[\w.,]{1,16}\s){0,4}|"
    r"(?:[\w.,]{1,16}\s){0,5}(?=\w{0,12}angriffe? (?:abgewehrt|blockiert|gestoppt)))"
    r"\w{0,12}(?:attack|scan|attempt|flood|login|angriff|attaque|ataque|attacc|angrep|aanval)"
    r"|\)?,? (?:is|was|were|are|ist|wurde|wird|er|ble|blir|är|blev|bliver|est|a été|es|fue|está|è"
    r"|è stat[oa]|é|foi|wordt|werd|is|jest|był\w?|został\w?) (?:[^\s.,;]{1,16} ){0,2}(?:protected"
    r"|defended|geschützt|beskytt\w+|skydda\w*|protég\w+|protegid[oa]|protett[oa]|beschermd"
    r"|chronion\w) (?:from|against|vor|gegen|mot|mod|fra|från|contre|de|contra|da|contro|dagli"
    r"|tegen|przed)\b",
    re.IGNORECASE,
)
# who acts where nobody knows who: "someone", "attackers"
SOMEBODY = re.compile(
    r"(?:^|[.!?:]\s{1,3}|\n|\b(?:that|at|dass|que|che|dat|att|że) )\W{0,3}"
    r"(?:some(?:one|body)|(?:an |the |unknown )?attackers?|(?:a )?hackers?|(?:a|the) botnet|noen|"
    r"nokon|nogen|någon|jemand|unbekannte|(?:ein )?angreifer|quelqu'un|(?:des|un) (?:attaquant|"
    r"pirate)s?|qualcuno|(?:un )?attaccant[ei]|alguien|alguém|(?:un |um )?atacantes?|iemand|"
    r"aanvallers?|(?:en )?angriper\w{0,2}|angripare|angribere?|ktoś|napastni(?:k|cy)|atakujący)\b"
    r"(?P<did>[^.!?\n]{8,120})$",
    re.IGNORECASE,
)
# "attempts against your customer's server": whom they hit, of whatever kind they are
AGAINST_YOURS = re.compile(
    r"\b(?:against|gegen|tegen|contre|contra|contro|mod|mot|przeciwko|targeting|vis(?:e|ent|ant)|"
    r"na)"
    r" ((?:[^\W\d_][\w-]{0,16}[ ,(]{1,2}){1,6})$",
    re.IGNORECASE,
)
CAME = frozenset(
    {"from", "fra", "frå", "från", "von", "vom", "depuis", "vanaf", "vanuit", "desde", "z",
     "using", "through", "dal", "dall", "use", "uses", "bruker"}
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")
PLACED_AT = frozenset(
    {"on", "at", "in", "på", "i", "hos", "auf", "bei", "op", "bij", "su", "na", "w", "sur", "chez",
     "en", "em", "behind", "with"}
)  # fmt: skip
LONGEST = 160  # characters before an address in which somebody acts
# behind an address: whose it is, before what was done to it
WHERE = re.compile(
    r" (?:hos|bei|van|von|of|at|with|chez|di|u|på) (?:\w{1,12} )?\w{1,12}(?= )", re.IGNORECASE
)
FLOODS = frozenset({"connection/ddos", "protection/inbound_ddos"})
STRUCK = re.compile(r"ddos|attack|atac|attaqu|angr|aanval|flood", re.IGNORECASE)
BOTNET = "infrastructure/botnet"
AFTER, BEFORE = 96, 48
AGAINST = re.compile(
    r"\b(?:against|gegen|tegen|contre|victim|target|sensor|honeypot|"
    r"(?:incoming|inbound) (?:to|on|at))\W{1,3}$",
    re.IGNORECASE,
)
COMPLAINT = re.compile(
    r"complain|report|notice|claim|beschwerde|meldung|klacht|klage|plainte", re.IGNORECASE
)


def attacked_addresses(title: str) -> frozenset[Address]:
    """The addresses that a subject line names as attacked.

    "A to B" and "attack on B" say so only beside an address that came: "abuse on 192.0.2.1" alone
    accuses it, and so does "complaint against 192.0.2.1".
    """
    addresses = find_addresses(title)
    ends = [0, *(spot.port_end or spot.end for spot in addresses)]
    weights = [
        offender_weight(title, (spot.start, spot.end, spot.port_end), after)
        for spot, after in zip(addresses, ends, strict=False)
    ]
    hit = [spot for spot, weight in zip(addresses, weights, strict=True) if weight == VICTIM_SCORE]
    if not any(weight > 0 for weight in weights):
        before = {spot: title[max(0, spot.start - WINDOW) : spot.start] for spot in hit}
        hit = [s for s, t in before.items() if AGAINST.search(t) and not COMPLAINT.search(t)]
    return frozenset(spot.address for spot in hit)


def role_of(kind: str, text: str, start: int, end: int, title: str = "") -> Role:
    """The role that the words around `text[start:end]`, the title and the kind give the subject."""
    around = (
        text[max(0, start - BEFORE) : start].rpartition("\n")[2],
        text[end : end + AFTER].partition("\n")[0],
    )
    if kind.startswith("vulnerability/"):
        return Role.VICTIM if SUFFERS.match(around[1]) else Role.VULNERABLE
    attack = kind.startswith("connection/") or kind == BOTNET
    if attack and (_suffers(around[1]) or _is_aimed_at(text, start, around[1])):
        return Role.VICTIM
    if kind not in FLOODS and kind != BOTNET:
        return Role.OFFENDER
    flood = kind in FLOODS or (kind == BOTNET and STRUCK.search(around[0]) is not None)
    if flood and _flooded(*around):
        return Role.VICTIM
    if kind == BOTNET and any(CONTROL.search(side) for side in (*around, title)):
        return Role.CONTROLLER
    return Role.OFFENDER


def _suffers(after: str) -> bool:
    """True when the words behind an address say that something was done to it."""
    where = WHERE.match(after)
    patterns = (SUFFERS, ATTACKED, DONE_TO, DEFENDS)
    return any(said.match(after, where.end() if where else 0) for said in patterns)


def _is_aimed_at(text: str, start: int, after: str) -> bool:
    """True when a sentence tells what somebody nobody knows does to the reader's: to an address.

    "Someone tries to break into your customer's server 192.0.2.1", but not "somebody on your server
    192.0.2.1 tries to".
    """
    before = text[max(0, start - LONGEST) : start].rpartition("\n\n")[2]
    if DOES.match(after) or ACTS.match(after):
        return False
    against = AGAINST_YOURS.search(before)
    aim = set(WORD.findall(against[1].lower())) if against else set()
    if aim & YOURS and not (aim & (OURS | CAME) or COMPLAINT.search(before)):
        return True
    deed = SOMEBODY.search(before)
    if deed is None:
        return False
    words = WORD.findall(deed["did"].lower())
    return words[0] not in PLACED_AT and not YOURS.isdisjoint(words) and CAME.isdisjoint(words)


def _flooded(before: str, after: str) -> bool:
    """True when the words beside an address say that the flood came upon it."""
    before = OTHERS.split(before)[-1]
    if ATTACKED.match(after) or AIMED_AT.search(before):
        return True
    return NAMED_HIT.search(before) is not None and nearest_cue(before) < PREPOSITION
