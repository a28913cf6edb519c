"""Which addresses a letter says are its writer's own, or suffered what it tells of.

"192.0.2.1 is our own scanner", "… is the victim", "the forged address …" take that address from
what the letter's log lines accuse. Only the writer's sentences count, no quotes; one that has a
condition before it says none of this.
"""

import re
from collections.abc import Iterator, Sequence

from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.charge import ANSWER, near_edges
from aupkeep.intake.extract.charge_words import OWN_MACHINE
from aupkeep.intake.extract.polarity import MASK, spoken_sentences
from aupkeep.intake.extract.urls import TRAILING, URL
from aupkeep.model.subject import Address

LONGEST = 120  # characters of a sentence that is told


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


BEFORE_IT = _any(  # with which what is told is not so yet
    "if|until|unless|once|when|whenever|as soon as|before|after|while|whether|till",
    "hvis|dersom|viss|inntil|til|når|før|så snart|med mindre|om",
)
COPIED = r"(?:cop(?:y|ies)|clon|imitat|fake|mimic|imperson|kopi|etterlign|nachahm|imit|copi)\w*"
UNSPARED = re.compile(rf"{BEFORE_IT.pattern}|\b{COPIED} (?:\w+ )?$")
# whose an address is, or that it suffered: the address is no accused
_IS = rf"(?:is|was|are|were|er|var|being|{more.OWNED_IS})"
_BETWEEN = r"[\s,()\"']{1,4}(?:\w{1,14} ){0,3}?"
OWNED = re.compile(
    rf"{MASK}{_BETWEEN}{_IS} (?:in fact |only |just |also |one of |a |an |en |et )*(?:our|ours"
    rf"|my|mine|vår|vårt|våre|min|mitt|{more.OWNED_OURS})\b"
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
_FORGED = (
    r"(?:spoof|forg|fak|misus|forfalsk|gefälsch|falsifi|usurp|vervals|förfalsk|sfałszow|podrob)\w*"
)
_NAME = r"(?:address|source|absender\w*|adress\w*|adres\w*|indirizzo|endereço|dirección)"
VICTIM = re.compile(
    rf"{MASK}[\s,()\"']{{1,4}}(?:\w{{1,14}} ){{0,2}}?{_IS} (?:not the (?:attacker|source"
    rf"|culprit|offender)|(?:itself |only |clearly )?(?:the |a |an |et |eit )*"
    r"(?:victim|innocent|blameless|offer(?:et)?|uskyldig|rammet|being attacked|attacked"
    r"|under attack|angrepet))\b"
    rf"|\b(?:victim|offer(?:et)?) {_IS} [^.]{{0,40}}{MASK}"
    rf"|(?<!may be )(?<!be )\b{_FORGED} (?:the (?:\w+ )?address |adressen )?{MASK}"
    rf"|\b{_FORGED} (?:\w+ ){{0,3}}?{_NAME} (?:\w+ )?{MASK}"
    rf"|{MASK} {_IS} (?:being )?(?:spoofed|forged|forfalsket)\b"
)

# "these customers of yours were attacked": what the letter lists is who suffered
_READERS = (
    r"(?:customers?|clients?|hosts?|machines?|servers?|address(?:es)?|ips?|systems?|users?|kundene?"
    r"|kunder|adressene?|serverne?|maskinene?|kunden)"
)
SUFFERED = re.compile(
    rf"\b(?:your (?:\w+ ){{0,2}}?{_READERS}|(?:these|those|following|listed) (?:\w+ ){{0,2}}?"
    rf"{_READERS} (?:of yours|in your \w+|on your \w+|you host)|(?:disse )?{_READERS} deres)"
    r"(?: (?:below|listed|here|nedenfor|under)){0,2},? (?:were|was|are|is|have been|has been|ble|er"
    r"|har blitt)(?: (?:also|all|being|recently|the|a))*"
    r" (?:attacked|targeted|hit|struck|targets?|victims?|under attack|angrepet|ofre|utsatt)\b"
)


def lists_victims(title: str, parts: Sequence[str]) -> str | None:
    """The sentence by which a letter says that those it lists were attacked, or None.

    >>> lists_victims("", ["These customers of yours were attacked by a botnet."])
    'These customers of yours were attacked by a botnet.'
    >>> lists_victims("", ["Your server was hacked, and our servers were attacked by it."])
    """
    for sentence, said in _spoken(title, parts):
        match = SUFFERED.search(said)
        if match and not UNSPARED.search(said, 0, match.start()):
            return " ".join(sentence.split())[:LONGEST]
    return None


def unaccused(title: str, parts: Sequence[str]) -> frozenset[Address | str]:
    """The addresses and links that a letter says are its writer's own, or suffered from it.

    >>> unaccused("", ["192.0.2.1 is our own scanner. 192.0.2.2 attacks us."])
    frozenset({IPv4Address('192.0.2.1')})
    """
    return frozenset(
        name
        for sentence, said in _spoken(title, parts)
        for match in (words.search(said) for words in (OWNED, OWN_MACHINE, VICTIM))
        if match and not UNSPARED.search(said, 0, match.start())
        for name in _named(sentence, *_whole(said, match))
    )


def _whole(said: str, match: re.Match[str]) -> tuple[int, int]:
    """A match with all of the address or link at whose last sign it begins."""
    start = match.start()
    if said.startswith(MASK, start):
        start -= len(said[:start]) - len(said[:start].rstrip(MASK))
    return start, match.end()


def _named(sentence: str, start: int, end: int) -> Iterator[Address | str]:
    """The links in a place of a sentence, and the addresses that stand there by themselves."""
    links = [link for link in URL.finditer(sentence, start) if link.start() < end]
    yield from (link[0].rstrip(TRAILING) for link in links)
    for spot in find_addresses(sentence):
        inside = any(link.start() <= spot.start < link.end() for link in links)
        if spot.start < end and start < spot.end and not inside:
            yield spot.address


def _spoken(title: str, parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in (ANSWER.sub("", title), *parts):
        yield from near_edges(spoken_sentences(text))
