"""Tells a copyright takedown notice from a counter-notice and a retraction, in prose.

What the law asks to stand in each is what tells them apart, not anybody's wording:

* a takedown (17 USC 512(c)(3)): the work, the material and where it is, a good-faith belief that
  its use is *not authorised* by the owner, that the claimant *owns or acts for* the exclusive
  right, under penalty of perjury;
* a counter-notice (17 USC 512(g)(3)): the material that was removed, a good-faith belief that this
  was *mistake or misidentification*, *consent to jurisdiction*, *acceptance of service*;
* a retraction has no form: somebody withdraws a notice, in a sentence of their own.

A form asks its questions in the text, so a question about forks or fair use is no statement. Words
that are quoted (`>`) are somebody else's.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

LOOKED_AT = 100_000  # characters in which the elements are looked for
HEAD = 500  # characters in which a retraction is believed although a sworn notice follows
OPENING = 1_500  # characters in which a retraction says what it is
LIKELY = re.compile(
    r"copyright|infring|perjury|service of process|mis-?identif|dmca|counter.?noti|512 ?\("
    r"|takedown|take.?down|urheberrecht|auteursrecht"
    r"|droits? d.auteur|opphavsrett|åndsverk|ophavsret|upphovsr|derechos de autor"
    r"|direitos? autora|diritt[io] d.autore|plagiari"
    r"|(?:proprietary|confidential|intellectual property)\b[^.]{0,80}(?:repositor|source code|leak"
    r"|publish|upload|host)"
    r"|版权|版權|著作权|著作權|侵权|侵權|авторск|저작권",
    re.IGNORECASE,
)
# Each of its branches needs one of these: asking for them first costs a hundredth of it.
LIKELY_STEMS = (
    "copyright", "infring", "perjury", "service of process", "identif", "dmca", "counter", "512",
    "down", "urheberrecht", "auteur", "opphavsrett", "åndsverk", "ophavsret", "upphovsr",
    "derechos de autor", "autora", "autore", "intellectual", "proprietary",
    "confidential", "plagiari",
    "版", "著", "侵", "авторск", "저작권",
)  # fmt: skip
QUOTED = re.compile(r"^[ \t]{0,3}>[^\n]*$", re.MULTILINE)
PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "*": " ",
                       "_": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-"})  # fmt: skip


class Notice(StrEnum):
    """What kind of letter it is."""

    TAKEDOWN = "takedown notice"
    COUNTER = "counter-notice"
    RETRACTION = "retraction"


class Judged(NamedTuple):
    """The kind, and which of the law's elements were found: the reason a person reads."""

    notice: Notice
    elements: tuple[str, ...]

    @property
    def law(self) -> str:
        """The section whose elements these are."""
        return {
            Notice.TAKEDOWN: "17 USC 512(c)(3)",
            Notice.COUNTER: "17 USC 512(g)(3)",
            Notice.RETRACTION: "no form is asked for",
        }[self.notice]

    def __str__(self) -> str:
        """One line: what it is and what shows it."""
        return f"copyright {self.notice} ({self.law}): {', '.join(self.elements) or 'by its words'}"


Elements = dict[str, re.Pattern[str]]
OWNER = r"(?:copyright|rights?|intellectual property) ?-?(?:owners?|holders?|onwers?|proprietors?)"
BELIEF: Elements = {
    "good-faith belief": re.compile(r"good.?faith.{0,3} (?:belief|believe)|believe in good.?faith"),
    "penalty of perjury": re.compile(r"penalt(?:y|ies) (?:of|for) perjury"),
}
TAKEDOWN: Elements = {
    "use not authorised": re.compile(
        rf"(?:not|never|nor|un) ?(?:been |have )?(?:authori[sz]ed|permitted|allowed|licensed|"
        rf"approved)\b.{{0,40}}(?:by|from|of) .{{0,60}}(?:{OWNER}|agent|the law|us\b|me\b|my|our)"
        rf"|without (?:the |our |my |any |prior |their |his |proper |written ){{0,4}}(?:permission|"
        rf"authori[sz]ation|consent|licen[sc]e|approval)"
    ),
    "owner or agent of an exclusive right": re.compile(
        rf"exclusive (?:copy)?rights?.{{0,60}}infring"
        rf"|(?:i am|we are|is|am|are) the (?:sole |exclusive |legal |rightful |original )?"
        rf"(?:{OWNER}|author|creator|owner)"
        rf"|authori[sz]ed (?:to act|agent|representative).{{0,40}}behalf|on behalf of .{{0,60}}"
        rf"(?:{OWNER}|owner)"
    ),
    "infringing material": re.compile(
        r"infring(?:e|es|ed|ing|ement)|copyright (?:violation|breach|theft)|violat\w{1,4} .{0,40}"
        r"(?:copyright|licen[sc]e|intellectual)|urheberrechtsverletz|inbreuk|contrefa[cç]on"
        r"|krenk(?:er|else)|circumvent|侵权|侵權|侵害|наруш|침해|stole[n ]|pirate|leaked"
        r"|infracci|violaci|violazion|viola[cç]"
        r"|infra[cç]|rechtsverletz|kopiert"
    ),
    "copyrighted work": re.compile(
        r"copyright(?:ed|s)?\b|intellectual property|proprietary|urheberrecht|auteursrecht"
        r"|droits? d.auteur|opphavsrett|ophavsret|upphovsr|derechos de autor|plagiari"
        r"|direitos? autora|diritt[io] d.autore|geistiges eigentum|版权|版權"
        r"|著作权|著作權|авторск|저작권"
    ),
    "asks for removal": re.compile(
        r"take.?down|tak(?:e|en) (?:\w+ ){0,3}down|taken down|remov(?:e|al|ed|ing)\b"
        r"|delet(?:e|ed|ion)\b|disabl(?:e|ed|ing)\b"
        r"|cease|dmca (?:notice|complaint|request|claim)|entfern|verwijder|supprim|retir|删除|刪除"
        r"|削除|удалит|elimin|삭제|lösch|rimuov|rimozion|excluir|exclus|fjern|slett"
    ),
}
COUNTER: Elements = {
    "mistake or misidentification": re.compile(
        r"(?:mistaken?(?:ly)?|error|erroneous(?:ly)?|accident).{0,30}(?:mis-?identif|mistak)"
        r"|mis-?identif\w+.{0,40}(?:material|content|of)"
        r"|(?:removed|disabled|taken down|blocked)\b.{0,60}(?:result of (?:a )?|by |in |due to )"
        r"(?:a |an )?(?:mistake|error)"
    ),
    "consent to jurisdiction": re.compile(
        r"(?:consent|submit|agree)\w{0,5} (?:to )?(?:the |to the ){0,3}(?:personal |exclusive )?"
        r"jurisdiction"
    ),
    "acceptance of service": re.compile(r"accept\w{0,5} (?:the )?service (?:of|from)"),
    "calls itself a counter-notice": re.compile(
        r"(?:this|following|my|our|is a|as a|file|filing|submit(?:ting)?|sending) (?:is |a |an "
        r"|my |our |the |this |formal |dmca |official ){0,5}counter.{0,2}"
        r"(?:noti(?:ce|fication)|claim)"
        r"|counter.{0,2}noti(?:ce|fication)[^\n]{0,40}(?:pursuant|under|according|regarding|against)"
        r"|512 ?\(g\)"
    ),
    "asks for restoring": re.compile(
        r"(?:restor|reinstat|re-?enabl|unblock|put back|replace)\w{0,4}\b.{0,60}"
        r"(?:access|material|content|repositor|file|page|site|removed|disabled)"
    ),
    "what was removed": re.compile(
        r"(?:has|have|had|was|were|been) (?:been )?(?:removed|disabled|taken down|blocked)"
    ),
}
SUBJECT = (
    r"(?:dmca|copyright|take.?down|infringement|notices?|notifications?|complaints?|claims?"
    r"|requests?|reports?|strikes?|allegations?|demands?|filing)"
)
WITHDRAW = r"(?:retract|withdr[ae]w|rescind|revok|recall|cancel|nullif|annul|drop|void|undo|revers)"
CONDITIONAL = re.compile(r"\b(?:if|unless|until|would only|in case|should you|your)\b")
RETRACTION: Elements = {
    "withdraws its notice": re.compile(
        rf"\b{WITHDRAW}(?:s|e|es|ed|ing|ion|ting|ping|ped|y|ies|ied|led|ling|al|n)?\b"
        rf"[^.!?]{{0,90}}\b{SUBJECT}\b"
        rf"|\b{SUBJECT}\b[^.!?]{{0,90}}\b(?:retracted|withdrawn|rescinded|revoked|cancell?ed"
        rf"|void(?:ed)?|retraction|withdrawal|dropped|reversed|lifted)\b|\bretraction\b"
        rf"|notice of withdrawal"
    ),
    "asks to disregard its notice": re.compile(
        rf"\b(?:disregard|ignore|discard|dismiss)\b[^.!?]{{0,60}}"
        rf"\b(?:my|our|the|this|that|previous|earlier|above|original)\b[^.!?]{{0,60}}\b{SUBJECT}\b"
        r"|take back [^.!?]{0,40}(?:notice|claim|request|complaint)"
    ),
    "no longer claims": re.compile(
        r"no longer (?:wish|want|claim|believe|consider|infring|necessary|need|require|pursu"
        r"|contain|object|an issue|valid|in violation)"
        r"|(?:sent|filed|submitted|issued|made|reported|sending|filing)\b[^.!?]{0,60}"
        r"(?:in error|by mistake|mistakenly|erroneously|by accident|accidentally)"
        r"|we apologi[sz]e|i apologi[sz]e|(?:sincere|our|my) apolog"
        r"|(?:legitimate|permitted|authori[sz]ed|licensed) fork"
        r"|(?:mistakenly|erroneously|accidentally|wrongly|incorrectly) (?:sent|filed|submitted"
        r"|issued|included|identified|reported|named|listed)"
        r"|(?:matter|issue|dispute|case|situation)\b[^.!?]{0,30}\b(?:resolved|settled|solved)"
        r"|(?:reached|come to) (?:an |a )?(?:agreement|settlement|understanding|resolution)"
    ),
    "asks for restoring": re.compile(
        r"\b(?:please|could you|can you|kindly|request|ask|like|want|may|be|to)\b[^.!?]{0,60}"
        r"\b(?:restor|reinstat|re-?enabl|re-?activat|unblock|un-?lock|put back"
        r"|put [^.!?]{1,30} back|bring back|make (?:it |them |this )?(?:available|public)|undelete"
        r"|unsuspend)"
    ),
}
FORMAL = ("use not authorised", "owner or agent of an exclusive right")
OWN = ("mistake or misidentification", "consent to jurisdiction", "acceptance of service",
       "calls itself a counter-notice")  # fmt: skip
ENOUGH = 3  # elements of a takedown notice


def judge(text: str, title: str = "") -> Judged | None:
    """What the letter is, or None when it is no copyright notice.

    `text` is the sender's own words. Never raises; the time grows with the text.

    >>> judge("I retract the DMCA notice that I sent you on Monday.").notice.value
    'retraction'
    >>> judge("The mailing list was down for maintenance.") is None
    True
    """
    text = text[:LOOKED_AT]
    if not likely(text) and not likely(title):
        return None
    return _judge(text, title[:400])


def likely(text: str) -> bool:
    """False where a text cannot be a copyright letter, told by single words."""
    low = text.lower()
    return any(map(low.__contains__, LIKELY_STEMS)) and LIKELY.search(text) is not None


@lru_cache(maxsize=2)  # asked by `recognises`, then by `parse`
def _judge(text: str, title: str) -> Judged | None:
    words = _statements(text)
    belief = _found(BELIEF, words)
    claims = _found(TAKEDOWN, words)
    counters = _found(COUNTER, words)
    sworn = all(name in claims for name in FORMAL) and bool(belief)
    contests = _contests(counters, sworn=sworn)
    withdrawn = () if contests else _withdrawn(words, title)
    if withdrawn and (not sworn or _withdrawn(words[:HEAD], title)):
        return Judged(Notice.RETRACTION, withdrawn)
    if contests:
        return Judged(Notice.COUNTER, (*counters, *belief))
    if _accuses(claims, belief):
        return Judged(Notice.TAKEDOWN, (*claims, *belief))
    return None


def _statements(text: str) -> str:
    """Lower-case words on one line, without quoted lines and marks of emphasis."""
    return " ".join(QUOTED.sub("", text).translate(PLAIN).lower().split())


def _found(elements: Elements, words: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in elements.items() if pattern.search(words))


def _contests(counters: tuple[str, ...], *, sworn: bool) -> bool:
    """Two of the elements that only a counter-notice has; or one, of somebody who was taken down.

    One alone is not enough beside the statements of a takedown: it may speak of another's notice.
    """
    own = sum(name in OWN for name in counters)
    lost = {"asks for restoring", "what was removed"}.intersection(counters)
    return own > 1 or (own == 1 and bool(lost) and not sworn)


def _accuses(claims: tuple[str, ...], belief: tuple[str, ...]) -> bool:
    """Three elements, among them a work or a wrong done to it, and either a wish or an oath."""
    wronged = {"infringing material", "use not authorised", "copyrighted work"}.intersection(claims)
    asks = "asks for removal" in claims or bool(belief)
    return bool(wronged) and asks and len(claims) + len(belief) >= ENOUGH


def _withdrawn(words: str, title: str) -> tuple[str, ...]:
    """Signs of a retraction: withdrawing said outright, or two softer signs, early in the text."""
    early = words[:OPENING]
    found = [name for name, pattern in RETRACTION.items() if _unconditional(pattern, early)]
    if _unconditional(RETRACTION["withdraws its notice"], title.lower()):
        found = list(dict.fromkeys(["withdraws its notice", *found]))
    outright = found[:1] in (["withdraws its notice"], ["asks to disregard its notice"])
    return tuple(found) if outright or len(found) > 1 else ()


def _unconditional(pattern: re.Pattern[str], words: str) -> bool:
    """The sign stands in a sentence without an if."""
    for match in pattern.finditer(words):
        start = max(words.rfind(mark, 0, match.start()) for mark in ".!?") + 1
        if not CONDITIONAL.search(words[start : match.end()]):
            return True
    return False
